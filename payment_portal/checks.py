"""Refuse to start with settings that lose money, let people in or serve nobody.

What a bank needs is checked where banks are known, in ``payments.checks``.
"""

import ipaddress
import os
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

NOTHING = timedelta(0)
OURS_ALONE = {"localhost", "test", "local", "internal", "home.arpa"}


def is_public(address):
    """Whether an address is one of the world outside, reached by TLS."""
    return urlsplit(address).scheme == "https" and not _is_private(address)


@register(Tags.security)
def relations(app_configs, **kwargs):
    """Every number alone may look well; it is beside the others that it is wrong."""
    wrong = {**_numbers(), **_times(), **_addresses()}
    return [
        Error(f"{name}: {says}", id="payment_portal.E001")
        for name, says in wrong.items()
    ]


@register(Tags.security)
def public_site(app_configs, **kwargs):
    """What the sandbox alone may go without."""
    if settings.SANDBOX:
        return []
    sms = {
        name.upper(): settings.SMS[name]["OPTIONS"]
        for name in settings.SMS_PROVIDERS
        if name in settings.SMS
    }
    addresses = {f"{name}_URL": options["base_url"] for name, options in sms.items()}
    wrong = []
    for name, address in {**addresses, "BASE_URL": settings.BASE_URL}.items():
        if not is_public(address):
            text = f"{name} is {address}: not an https address of the world outside."
            hint = "Give the real address, or set SANDBOX=1 for development."
            wrong.append(Error(text, hint=hint, id="payment_portal.E002"))
    wrong += [
        Error(f"{name}_API_KEY is not set.", id="payment_portal.E003")
        for name, options in sms.items()
        if options["api_key"] in {"", "sandbox"}
    ]
    return wrong


def _numbers():
    wrong = {
        name: "must be 1 or more."
        for name in (
            *("BANK_SEATS", "SMS_SEATS", "BREAKER_SILENCES", "MIN_AMOUNT"),
            *("CODES_PER_ADDRESS", "CODES_PER_HOUR", "STARTS_PER_PAYER"),
            "LOG_IN_FAILURES_PER_ADDRESS",
        )
        if getattr(settings, name) < 1
    }
    if settings.MIN_AMOUNT > settings.MAX_AMOUNT:
        wrong["MIN_AMOUNT"] = "is above MAX_AMOUNT: no amount could be paid."
    if not settings.SMS_PROVIDERS or set(settings.SMS_PROVIDERS) - set(settings.SMS):
        wrong["SMS_PROVIDERS"] = f"must be of {', '.join(settings.SMS)}."
    leaked = settings.LEAKED_PASSWORDS
    if leaked and not os.access(leaked, os.R_OK):
        wrong["LEAKED_PASSWORDS"] = "names no file that can be read."
    if settings.TRUSTED_PROXIES < 0:
        wrong["TRUSTED_PROXIES"] = "must be 0 or more."
    hours = settings.QUIET_HOURS
    if len(hours) != 2 or not all(0 <= hour < 24 for hour in hours):
        wrong["QUIET_HOURS"] = "must be two hours of the day, like 22,8."
    return wrong


def _times():
    wrong = {
        name: "must be longer than nothing."
        for name in (
            *("GATEWAY_DEADLINE", "GATEWAY_WORKER_DEADLINE", "START_DEADLINE"),
            *("CLAIM_LEASE", "ORPHAN_AFTER", "BREAKER_REST", "INQUIRE_AFTER"),
            "DEBT_HELD",
            *("WORKER_PAUSE", "MONEY_CHECK_EVERY", "KEEP_MESSAGES", "KEEP_CALL_BODIES"),
            *("KEEP_SECURITY_EVENTS", "SESSION_IDLE"),
        )
        if getattr(settings, name) <= NOTHING
    }
    lease = settings.CLAIM_LEASE
    if lease <= max(settings.GATEWAY_DEADLINE, settings.GATEWAY_WORKER_DEADLINE):
        wrong["CLAIM_LEASE"] = (
            "must be longer than GATEWAY_DEADLINE and GATEWAY_WORKER_DEADLINE, or two "
            "ask a bank about one receipt at once."
        )
    if settings.ORPHAN_AFTER < settings.GATEWAY_DEADLINE:
        wrong["ORPHAN_AFTER"] = "is shorter than GATEWAY_DEADLINE."
    delays = settings.RECHECK_DELAYS
    if not delays or min(delays) <= 0:
        wrong["RECHECK_DELAYS"] = "must name one or more seconds, each above 0."
    if settings.ABANDONED_AFTER is not None and settings.ABANDONED_AFTER <= 0:
        wrong["ABANDONED_AFTER"] = "must be longer than nothing."
    return wrong


def _addresses():
    wrong, address = {}, settings.BASE_URL
    base = urlsplit(address)
    odd = base.scheme not in {"http", "https"} or base.username is not None
    if odd or address != f"{base.scheme}://{base.netloc}":
        wrong["BASE_URL"] = "must look like https://pay.example.ac.ir and end there."
    if "*" in settings.ALLOWED_HOSTS:
        wrong["ALLOWED_HOSTS"] = "must name hosts: * lets anybody choose ours."
    if settings.SANDBOX and not _is_private(settings.BASE_URL):
        wrong["SANDBOX"] = (
            "is 1, which excuses from what a public site needs, and BASE_URL is public."
        )
    return wrong


def _is_private(address):
    """Whether nobody outside our own network can have this address."""
    host = urlsplit(address).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:  # a name
        return "." not in host or any(host.endswith(f".{end}") for end in OURS_ALONE)
