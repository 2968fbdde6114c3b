"""Payments that nobody comes back for."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from payments.checkout.steps import Clock, racing, unpaid
from payments.models import Payment, PaymentEvent
from payments.states import Reason, State

Cause = PaymentEvent.Cause


def cancel(payment: Payment, *, clock: Clock = timezone.now) -> None:
    """Close a payment that waits at the bank, because the payer wants to start again.

    If money arrives for it all the same, its return opens it again.
    """
    _close(payment, State.AT_BANK, Reason.CANCELLED, Cause.PAYER, clock())


def expire(payment: Payment, *, clock: Clock = timezone.now) -> bool:
    """Close a payment whose payer never came back from the bank."""
    return _close(payment, State.AT_BANK, Reason.EXPIRED, Cause.WORKER, clock())


def close_orphan(payment: Payment, *, clock: Clock = timezone.now) -> bool:
    """Close a payment whose token request was cut off: nobody holds a token."""
    return _close(payment, State.STARTED, Reason.REFUSED, Cause.WORKER, clock())


@racing
def _close(
    payment: Payment, state: str, reason: str, cause: str, now: datetime
) -> bool:
    payment.refresh_from_db()
    if payment.state != state:
        return False
    with transaction.atomic(durable=True):
        unpaid(payment, reason, now=now, cause=cause)
        payment.calls.cut_off(now)
    return True
