"""Refuse to start with a bank that would lose money, or that nobody can reach."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q

from payment_portal.checks import is_public
from payments.models import Payment, Terminal
from payments.states import UNFINISHED


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
    """Whatever payers may be sent through, or come back to, can be spoken for."""
    if not databases:
        return []
    return [
        Error(f"terminal {terminal.alias}: {problem}", id="payments.E003")
        for terminal in _terminals_at_work()
        for problem in terminal.problems()
    ]


def _terminals_at_work():
    try:
        waiting = Q(state__in=UNFINISHED) | Q(next_try_at__isnull=False)
        used = Payment.objects.filter(waiting, terminal=OuterRef("pk"))
        found = Terminal.objects.filter(Q(is_open=True) | Exists(used))
        return list(found.order_by("pk"))
    except DatabaseError:  # away, or not migrated yet: no fault of a terminal
        return []
