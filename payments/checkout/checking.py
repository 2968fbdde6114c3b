"""The bank's word on a claim: yes, no, or not yet known."""

from copy import copy
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments import gateways, notes
from payments.checkout.outcomes import close_unpaid, mark_paid
from payments.checkout.patience import is_tried
from payments.checkout.reversing import give_back
from payments.checkout.reviewing import to_review
from payments.checkout.steps import (
    Clock,
    alarm,
    alarm_once,
    ask,
    bank_of,
    close_call,
    delay,
    line_to,
    open_call,
    order_of,
    racing,
    seat,
    warn_of_oddity,
)
from payments.gateways.base import Confirmation, No, Refused, Unknown
from payments.line import RecordedLine
from payments.models import Claim, Decision, GatewayCall, Payment, PaymentEvent
from payments.states import Reason, State

Cause = PaymentEvent.Cause
Operation = GatewayCall.Operation
Answer = Confirmation | Refused | Unknown

# What not every bank tells in its answer.
MAY_BE_MISSING = {notes.OTHER_CREDIT, notes.OTHER_ORDER, notes.OTHER_TOKEN}
# The bank speaks of a payment that is not this one: its money is not ours to give back.
NOT_THIS_ONE = {
    notes.OTHER_RECEIPT,
    notes.OTHER_TERMINAL,
    notes.OTHER_ORDER,
    notes.OTHER_TOKEN,
}


def check(
    claim: Claim,
    *,
    cause: str,
    deadline: timedelta | None = None,
    clock: Clock = timezone.now,
) -> bool:
    """Ask the bank about a claim that is due; return whether it was asked.

    It is not while somebody else is asking, or the bank is known to be silent.
    """
    reversing = claim.state == Claim.State.REVERSING
    call = _take(claim, Operation.REVERSE if reversing else Operation.VERIFY, clock())
    if call is None:
        return False
    line = line_to(claim.payment.terminal, deadline or settings.GATEWAY_DEADLINE)
    if reversing:
        give_back(claim, call, line, cause=cause, clock=clock)
    else:
        verify(claim, call, line, cause=cause, clock=clock)
    return True


def check_again(payment: Payment, *, clock: Clock = timezone.now) -> None:
    """Ask about every claim that waits for an answer: the payer wants to know.

    Not so for a payment that was tried with many receipts: the worker sees to those.
    """
    if is_tried(payment):
        return
    waiting = payment.claims.open()
    waiting.update(next_try_at=clock())
    with seat() as seated:
        for claim in waiting.select_related("payment__terminal") if seated else []:
            check(claim, cause=Cause.PAYER, clock=clock)


def _take(claim: Claim, operation: str, now: datetime) -> GatewayCall | None:
    with transaction.atomic(durable=True):
        taken = claim.take(now=now, lease=settings.CLAIM_LEASE)
        terminal = claim.payment.terminal
        # Its bank may have fallen silent since the worker read the list.
        terminal.refresh_from_db()
        if not taken or not terminal.may_be_asked(now):
            transaction.set_rollback(True)
            return None
        return open_call(claim.payment, operation, now, claim)


def verify(
    claim: Claim, call: GatewayCall, line: RecordedLine, *, cause: str, clock: Clock
) -> None:
    """Ask whether the claim is true, and store the answer."""
    heed(claim, call, line, hear(claim, line), cause=cause, clock=clock)


def hear(claim: Claim, line: RecordedLine) -> Answer:
    """Ask the bank whether the claim is true."""
    payment = claim.payment
    bank = bank_of(payment.terminal, line)
    return ask(lambda: bank.verify(order_of(payment), claim.receipt_number))


def heed(
    claim: Claim,
    call: GatewayCall,
    line: RecordedLine,
    answer: Answer,
    *,
    cause: str,
    clock: Clock,
) -> None:
    """Store what the bank says of the claim; money that is not ours goes back."""
    claim = _conclude(claim, call, line, answer, cause, clock())
    if claim.state == Claim.State.REVERSING:
        with seat() as seated:  # who finds none leaves it to the worker
            if seated:
                check(claim, cause=cause, clock=clock)


@racing
def _conclude(
    claim: Claim,
    call: GatewayCall,
    line: RecordedLine,
    answer: Answer,
    cause: str,
    now: datetime,
) -> Claim:
    claim = copy(claim)  # another round must begin with what was taken
    with transaction.atomic(durable=True):
        claim.payment = Payment.objects.alone().get(pk=claim.payment_id)
        close_call(call, line, answer, now)
        if isinstance(answer, Confirmation):
            _confirmed(claim, answer, now)
        elif isinstance(answer, Refused):
            _rejected(claim, answer, cause, now)
        else:
            _not_known(claim, answer, now)
    return claim


# ---- yes -----------------------------------------------------------------------------


def _confirmed(claim: Claim, confirmation: Confirmation, now: datetime) -> None:
    difference = _difference(claim, confirmation)
    if difference:
        _differs(claim, *difference, now)
        return
    try:
        with transaction.atomic():
            if claim.close(
                Claim.State.CONFIRMED,
                holds_receipt=True,
                confirmed_amount=confirmation.amount,
                code=confirmation.code,
            ):
                code = confirmation.code
                mark_paid(claim, confirmation, now=now, cause=Cause.BANK, code=code)
    except IntegrityError:
        if not claim.is_held_by_another_payment():
            raise
        to_review(claim, notes.RECEIPT_CONFIRMED, now)


def _differs(claim: Claim, note: str, theirs: str, now: datetime) -> None:
    """Give the money back that is not what the payment asks for, or let staff look."""
    if _is_for_staff(claim, note):
        to_review(claim, note, now, code=theirs)
    elif claim.close(Claim.State.REVERSING, next_try_at=now, code=note):
        event = {"claim": claim, "code": theirs[:50]}
        alarm(claim.payment, note, now=now, cause=Cause.BANK, **event)


def _is_for_staff(claim: Claim, note: str) -> bool:
    """Whether the money cannot be given back, or another payment may own it.

    Officers may have decided under another number for the same money; and a bank that
    finds the order itself says yes to the same money under whatever number it is asked.
    """
    bank = gateways.traits(claim.psp)
    if note in NOT_THIS_ONE or bank.reverse_window is None:
        return True
    if claim.is_held_by_another_payment():
        return True
    decided = claim.payment.decisions.filter(state=Decision.State.CONFIRMED)
    same = bank.verify_names_order or decided.exists()
    return note == notes.PAID_ALREADY and same


def _difference(claim: Claim, confirmation: Confirmation) -> tuple[str, str] | None:
    """Return what the bank confirms otherwise than we stored it, and its word for it.

    The one place where amount, terminal, order and token are compared, for all banks.
    What a bank does not name in its answer cannot differ. Whose money it is comes
    first: of another's the amount says nothing.
    """
    payment = claim.payment
    whose = [
        (notes.OTHER_RECEIPT, confirmation.receipt_number, claim.receipt_number),
        (notes.OTHER_TERMINAL, confirmation.merchant_number, claim.merchant_number),
        (notes.OTHER_ORDER, confirmation.order_number, payment.order_number),
        (notes.OTHER_TOKEN, confirmation.token, payment.token),
    ]
    amounts = [
        (notes.OTHER_AMOUNT, confirmation.amount, payment.amount),
        (notes.OTHER_CREDIT, confirmation.received, payment.amount),
    ]
    paid = [(notes.PAID_ALREADY, "", None)] if payment.state == State.PAID else []
    for note, theirs, ours in [*whose, *paid, *amounts]:
        missing = note in MAY_BE_MISSING and theirs in {"", None}
        if theirs != ours and not missing:
            return note, str(theirs)
    return None


# ---- no ------------------------------------------------------------------------------


def _rejected(claim: Claim, answer: Refused, cause: str, now: datetime) -> None:
    if answer.no is No.WINDOW_OVER and claim.unknown_tries:
        # An answer that was lost inside the window may have been a yes.
        to_review(claim, notes.ANSWER_LOST, now)
        return
    if claim.close(Claim.State.REJECTED, holds_receipt=False, code=answer.code[:50]):
        _alarm_of_denial(claim, answer, now)
        gone = answer.no in {No.REVERSED, No.WINDOW_OVER}
        reason = Reason.REVERSED if gone else Reason.DECLINED
        close_unpaid(
            claim.payment,
            reason,
            now=now,
            cause=Cause.BANK,
            away=cause == Cause.WORKER,
            code=answer.code[:50],
        )


def _alarm_of_denial(claim: Claim, answer: Refused, now: datetime) -> None:
    """Tell staff: no bank sends a payer back with a receipt that it then denies."""
    denied = answer.no is No.DECLINED and claim.source == Claim.Source.CALLBACK
    if not denied and answer.no is not No.ANOTHERS:
        return
    note = notes.UNKNOWN_RECEIPT if denied else notes.RECEIPT_USED
    event = {"claim": claim, "code": answer.code[:50]}
    alarm_once(claim.payment, note, now=now, cause=Cause.BANK, **event)


# ---- not known -----------------------------------------------------------------------


def _not_known(claim: Claim, answer: Unknown, now: datetime) -> None:
    warn_of_oddity(claim.payment, answer, now=now, cause=Cause.BANK)
    if now >= claim.window_ends_at:
        to_review(claim, notes.NEVER_ANSWERED, now)
        return
    claim.close(
        Claim.State.UNKNOWN,
        next_try_at=now + delay(claim.tries),
        unknown_tries=claim.unknown_tries + 1,
        code=answer.reason[:50],
    )
