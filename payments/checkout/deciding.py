"""What officers learned from the bank about a payment under review."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from payments import notes
from payments.checkout.outcomes import close_unpaid, mark_paid
from payments.checkout.steps import Clock, racing
from payments.gateways.base import Confirmation
from payments.models import Claim, Decision, Payment, PaymentEvent
from payments.states import Reason, State

OFFICER = PaymentEvent.Cause.OFFICER
BUSY = _("The bank is being asked about this payment. Try again in a minute.")
ANOTHERS = _("This receipt belongs to another payment.")
# Of any other claim the bank itself is still to speak, or has spoken.
DECIDABLE = {Claim.State.NEW, Claim.State.REVIEW, Claim.State.REJECTED}


class CannotDecide(Exception):
    """The decision is closed, one's own, or contradicts what is stored."""


@racing
def confirm(decision: Decision, officer: User, *, clock: Clock = timezone.now) -> None:
    """Let a second officer put a decision into effect. Raises CannotDecide."""
    now = clock()
    if officer.pk == decision.recorded_by_id:
        raise CannotDecide(_("Another officer has to confirm what you recorded."))
    try:
        with transaction.atomic(durable=True):
            _close(decision, Decision.State.CONFIRMED, officer, now)
            payment = Payment.objects.alone().get(pk=decision.payment_id)
            if payment.state != State.REVIEW:
                raise CannotDecide(_("The payment is no longer under review."))
            if decision.verdict == Decision.Verdict.PAID:
                _must_be_free(decision)
                _paid(payment, decision, officer, now)
            else:
                _not_paid(payment, decision, officer, now)
    except IntegrityError:
        _must_be_free(decision)
        raise


def withdraw(decision: Decision, officer: User, *, clock: Clock = timezone.now) -> None:
    """Take back a decision that nobody has confirmed. Raises CannotDecide."""
    with transaction.atomic(durable=True):
        _close(decision, Decision.State.WITHDRAWN, officer, clock())


def _close(decision: Decision, state: str, officer: User, now: datetime) -> None:
    closed = Decision.objects.filter(pk=decision.pk, state=Decision.State.OPEN)
    if not closed.update(state=state, closed_by=officer, closed_at=now):
        raise CannotDecide(_("Somebody else has closed this decision."))


def _must_be_free(decision: Decision) -> None:
    """No other payment may hold the receipt, nor take it while this one is decided."""
    receipt = decision.receipt_number
    if Claim.objects.keeping_from(decision.payment, receipt).exists():
        raise CannotDecide(ANOTHERS)


def _by_two(decision: Decision, officer: User) -> dict[str, Any]:
    """What the event says of who decided."""
    return {"actor": officer, "note": notes.TWO_OFFICERS, "code": str(decision.pk)}


def _paid(payment: Payment, decision: Decision, officer: User, now: datetime) -> None:
    claim = _claim_of(payment, decision, now)
    if claim.state not in DECIDABLE:
        raise CannotDecide(BUSY)
    Claim.objects.filter(pk=claim.pk).update(
        state=Claim.State.CONFIRMED,
        holds_receipt=True,
        confirmed_amount=payment.amount,
        next_try_at=None,
    )
    # The decision is about the whole payment: nobody asks about its other claims.
    payment.claims.filter(state=Claim.State.REVIEW).update(next_try_at=None)
    confirmation = Confirmation(
        receipt_number=decision.receipt_number,
        amount=payment.amount,
        merchant_number=payment.terminal.merchant_number,
        reference_number=decision.reference_number,
    )
    mark_paid(claim, confirmation, now=now, cause=OFFICER, **_by_two(decision, officer))


def _claim_of(payment: Payment, decision: Decision, now: datetime) -> Claim:
    """Return the claim of the decided receipt; it may be that no return brought it."""
    claim, _made = payment.claims.get_or_create(
        receipt_number=decision.receipt_number,
        defaults={
            "psp": payment.terminal.psp,
            "merchant_number": payment.terminal.merchant_number,
            "source": Claim.Source.OFFICER,
            "window_ends_at": now,
            "created_at": now,
        },
    )
    claim.payment = payment  # what is read alone, for mark_paid
    return claim


def _not_paid(
    payment: Payment, decision: Decision, officer: User, now: datetime
) -> None:
    payment.claims.filter(state=Claim.State.REVIEW).update(
        state=Claim.State.REJECTED,
        holds_receipt=False,
        next_try_at=None,
        code=notes.TWO_OFFICERS,
    )
    given_back = decision.verdict == Decision.Verdict.GIVEN_BACK
    close_unpaid(
        payment,
        Reason.REVERSED if given_back else Reason.DECLINED,
        now=now,
        cause=OFFICER,
        away=True,
        **_by_two(decision, officer),
    )
    if payment.state != State.UNPAID:
        raise CannotDecide(BUSY)
