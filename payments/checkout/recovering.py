"""Work that was cut off, or that failed in a way nobody foresaw."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from payments import notes
from payments.checkout.steps import Clock, alarm_once, racing
from payments.models import Claim, Payment, PaymentEvent

PUT_OFF = timedelta(minutes=5)


def release(
    claim: Claim, *, until: datetime | None = None, clock: Clock = timezone.now
) -> bool:
    """Free a claim whose check was cut off: its call ended, and its answer is lost."""
    with transaction.atomic(durable=True):
        released = claim.release(until)
        if released:
            claim.calls.cut_off(clock())
    return released


def put_off_claim(claim: Claim, *, clock: Clock = timezone.now) -> None:
    """Let others have their turn before a claim that could not be dealt with."""
    stored = Claim.objects.get(pk=claim.pk)
    ours = stored.lease_until in {None, claim.lease_until}
    if ours and stored.next_try_at is not None:
        release(stored, until=clock() + PUT_OFF, clock=clock)
    _say_so(stored.payment_id, clock())


def put_off_payment(payment: Payment, *, clock: Clock = timezone.now) -> None:
    """Let others have their turn before a payment that could not be dealt with."""
    now = clock()
    due = Payment.objects.filter(pk=payment.pk, next_try_at__lte=now)
    due.update(next_try_at=now + PUT_OFF)
    _say_so(payment.pk, now)


@racing
def _say_so(payment_id: int, now: datetime) -> None:
    payment = Payment.objects.get(pk=payment_id)
    alarm_once(payment, notes.STUMBLED, now=now, cause=PaymentEvent.Cause.WORKER)
