"""Refuse to start with an address or a setting that loses money or lets people in."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def outside_addresses(app_configs, **kwargs):
    """Banks and the SMS provider are real and reached by TLS, but in the sandbox."""
    if settings.SANDBOX:
        return []
    addresses = {
        f"GATEWAYS[{name!r}]": chosen["OPTIONS"]["base_url"]
        for name, chosen in settings.GATEWAYS.items()
    }
    addresses["SMS"] = settings.SMS["OPTIONS"]["base_url"]
    addresses["BASE_URL"] = settings.BASE_URL
    return [
        Error(
            f"{name} is {address}: not an https address of the world outside.",
            hint="Give the real address, or set SANDBOX=1 for development.",
            id="payments.E001",
        )
        for name, address in addresses.items()
        if not _real(address)
    ]


@register(Tags.security)
def sms_key(app_configs, **kwargs):
    if settings.SANDBOX or settings.SMS["OPTIONS"]["api_key"] not in {"", "sandbox"}:
        return []
    return [Error("KAVENEGAR_API_KEY is not set.", id="payments.E002")]


def _real(address):
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ipaddress.ip_address(host).is_global
    except ValueError:  # a name
        return parts.scheme == "https" and "." in host
