"""Claims that only staff can find the truth about."""

from copy import copy
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from payments import notes
from payments.checkout.steps import Clock, alarm, racing
from payments.models import Claim, Payment, PaymentEvent
from payments.states import State

Cause = PaymentEvent.Cause

# After the bank's window a lost answer may still be found, ever more rarely.
LATE_DELAYS = [
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(days=1)),
]
LOST = {notes.ANSWER_LOST, notes.NEVER_ANSWERED}


@racing
def leave_to_staff(claim: Claim, *, clock: Clock = timezone.now) -> bool:
    """Stop waiting for a bank that kept silent all through its window."""
    now = clock()
    claim = copy(claim)
    with transaction.atomic(durable=True):
        claim.payment = Payment.objects.alone().get(pk=claim.payment_id)
        taken = claim.take(now=now, lease=settings.CLAIM_LEASE)
        if taken:
            to_review(claim, notes.NEVER_ANSWERED, now)
    return taken


def to_review(claim: Claim, note: str, now: datetime, code: str = "") -> None:
    """Leave the claim to staff, who hear of it once; ``code`` is the bank's word."""
    known = _is_known(claim, note)
    closed = claim.close(
        Claim.State.REVIEW,
        next_try_at=_next_try(claim, note, now),
        unknown_tries=claim.unknown_tries + 1,
        code=note,
    )
    if not closed:
        return
    if claim.payment.state == State.CHECKING:
        claim.payment.move_to(State.REVIEW, now=now, cause=Cause.BANK, claim=claim)
    if not known:
        event = {"claim": claim, "code": code[:50]}
        alarm(claim.payment, note, now=now, cause=Cause.BANK, **event)


def _is_known(claim: Claim, note: str) -> bool:
    if note in LOST and claim.payment.state == State.REVIEW:
        return True
    return claim.payment.events.filter(claim=claim, note=note).exists()


def _next_try(claim: Claim, note: str, now: datetime) -> datetime | None:
    """When the bank is asked again, if that can still help.

    It would only confirm once more what it does not give back.
    """
    if note == notes.NOT_GIVEN_BACK:
        return None
    late = now - claim.window_ends_at
    delay = next((delay for age, delay in LATE_DELAYS if late < age), None)
    return now + delay if delay else None
