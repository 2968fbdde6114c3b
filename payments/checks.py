"""Refuse to start with a bank that would lose money, or that nobody can reach."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from payment_portal.checks import is_public
from payments import gateways
from payments.models import Terminal


@register(Tags.security)
def outside_addresses(app_configs, **kwargs):
    """Banks are real and reached by TLS, but in the sandbox."""
    if settings.SANDBOX:
        return []
    addresses = {
        f"GATEWAYS[{psp!r}] {name}": address
        for psp, chosen in settings.GATEWAYS.items()
        for name, address in chosen["OPTIONS"].items()
    }
    return [
        Error(
            f"{name} is {address}: not an https address of the world outside.",
            hint="Give the real address, or set SANDBOX=1 for development.",
            id="payments.E001",
        )
        for name, address in addresses.items()
        if not is_public(address)
    ]


@register(Tags.database)
def terminals(app_configs, databases=None, **kwargs):
    """Whatever payers may be sent through has all that its driver needs."""
    if not databases:
        return []
    return [
        Error(f"terminal {terminal.alias}: {problem}", id="payments.E003")
        for terminal in _open_terminals()
        for problem in gateways.problems(
            terminal.psp,
            alias=terminal.alias,
            merchant_number=terminal.merchant_number,
        )
    ]


def _open_terminals():
    try:
        return list(Terminal.objects.open().order_by("pk"))
    except DatabaseError:  # away, or not migrated yet: no fault of a terminal
        return []
