"""The bank's word on a claim: yes, no, or not yet known."""

from copy import copy
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments import gateways, notes
from payments.checkout.outcomes import close_unpaid, mark_paid
from payments.checkout.steps import (
    Clock,
    alarm,
    ask,
    bank_of,
    close_call,
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

# After the bank's window a lost answer may still be found, ever more rarely.
MAY_BE_MISSING = {notes.OTHER_CREDIT, notes.OTHER_ORDER, notes.OTHER_TOKEN}
LATE_DELAYS = [
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=7), timedelta(days=1)),
]


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
        _give_back(claim, call, line, cause=cause, clock=clock)
    else:
        verify(claim, call, line, cause=cause, clock=clock)
    return True


def check_again(payment: Payment, *, clock: Clock = timezone.now) -> None:
    """Ask about every claim that waits for an answer: the payer wants to know."""
    waiting = payment.claims.open().filter(lease_until__isnull=True)
    waiting.update(next_try_at=clock())
    with seat() as seated:
        for claim in waiting.select_related("payment__terminal") if seated else []:
            check(claim, cause=Cause.PAYER, clock=clock)


def release(claim: Claim, *, clock: Clock = timezone.now) -> bool:
    """Free a claim whose check was cut off: its call ended, and its answer is lost."""
    with transaction.atomic(durable=True):
        released = claim.release()
        if released:
            claim.calls.filter(closed_at__isnull=True).update(
                closed_at=clock(),
                outcome=GatewayCall.Outcome.UNKNOWN,
                code=notes.CRASHED,
            )
    return released


@racing
def leave_to_staff(claim: Claim, *, clock: Clock = timezone.now) -> bool:
    """Stop waiting for a bank that kept silent all through its window."""
    now = clock()
    claim = copy(claim)
    with transaction.atomic(durable=True):
        claim.payment = Payment.objects.alone().get(pk=claim.payment_id)
        taken = claim.take(now=now, lease=settings.CLAIM_LEASE)
        if taken:
            _to_review(claim, notes.NEVER_ANSWERED, now)
    return taken


def _take(claim: Claim, operation: str, now: datetime) -> GatewayCall | None:
    with transaction.atomic(durable=True):
        taken = claim.take(now=now, lease=settings.CLAIM_LEASE)
        terminal = claim.payment.terminal
        # Its bank may have fallen silent since the worker read the list.
        terminal.refresh_from_db(fields=["silences", "resting_until"])
        if not taken or not terminal.may_be_asked(now):
            transaction.set_rollback(True)
            return None
        return open_call(claim.payment, operation, now, claim)


def verify(
    claim: Claim, call: GatewayCall, line: RecordedLine, *, cause: str, clock: Clock
) -> None:
    """Ask whether the claim is true, and store the answer."""
    payment = claim.payment
    bank = bank_of(payment.terminal, line)
    answer = ask(lambda: bank.verify(order_of(payment), claim.receipt_number))
    claim = _conclude(claim, call, line, answer, cause, clock())
    if claim.state == Claim.State.REVERSING:
        check(claim, cause=cause, clock=clock)


@racing
def _conclude(
    claim: Claim,
    call: GatewayCall,
    line: RecordedLine,
    answer: Confirmation | Refused | Unknown,
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
        note, theirs = difference
        if _is_for_staff(claim, note):
            _to_review(claim, note, now)
        elif claim.close(Claim.State.REVERSING, next_try_at=now, code=note):
            alarm(
                claim.payment,
                note,
                now=now,
                cause=Cause.BANK,
                claim=claim,
                code=theirs[:50],
            )
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
        claim.refresh_from_db()
        _to_review(claim, notes.RECEIPT_CONFIRMED, now)


def _is_for_staff(claim: Claim, note: str) -> bool:
    """Whether giving the money back could take it from a payment that owns it.

    A bank that names another receipt than it was asked about may mean another payment's
    money; and officers may have decided under another number for the same money.
    """
    decided = claim.payment.decisions.filter(state=Decision.State.CONFIRMED)
    return note == notes.OTHER_RECEIPT or (
        note == notes.PAID_ALREADY and decided.exists()
    )


def _difference(claim: Claim, confirmation: Confirmation) -> tuple[str, str] | None:
    """Return what the bank confirms otherwise than we stored it, and its word for it.

    The one place where amount, terminal, order and token are compared, for all banks.
    What a bank does not name in its answer cannot differ.
    """
    payment = claim.payment
    if payment.state == State.PAID:
        return notes.PAID_ALREADY, ""
    pairs = [
        (notes.OTHER_RECEIPT, confirmation.receipt_number, claim.receipt_number),
        (notes.OTHER_AMOUNT, confirmation.amount, payment.amount),
        (notes.OTHER_CREDIT, confirmation.received, payment.amount),
        (notes.OTHER_TERMINAL, confirmation.merchant_number, claim.merchant_number),
        (notes.OTHER_ORDER, confirmation.order_number, payment.order_number),
        (notes.OTHER_TOKEN, confirmation.token, payment.token),
    ]
    for note, theirs, ours in pairs:
        missing = note in MAY_BE_MISSING and theirs in {"", None}
        if theirs != ours and not missing:
            return note, str(theirs)
    return None


# ---- no ------------------------------------------------------------------------------


def _rejected(claim: Claim, answer: Refused, cause: str, now: datetime) -> None:
    if answer.no is No.WINDOW_OVER and claim.unknown_tries:
        # An answer that was lost inside the window may have been a yes.
        _to_review(claim, notes.ANSWER_LOST, now)
        return
    if claim.close(Claim.State.REJECTED, holds_receipt=False, code=answer.code[:50]):
        declined = answer.no is No.DECLINED
        reason = Reason.DECLINED if declined else Reason.REVERSED
        _close_unpaid(claim, reason, answer.code, cause, now)


def _close_unpaid(
    claim: Claim, reason: str, code: str, cause: str, now: datetime
) -> None:
    close_unpaid(
        claim.payment,
        reason,
        now=now,
        cause=Cause.BANK,
        away=cause == Cause.WORKER,
        code=code[:50],
    )


# ---- not known -----------------------------------------------------------------------


def _not_known(claim: Claim, answer: Unknown, now: datetime) -> None:
    warn_of_oddity(claim.payment, answer)
    if now >= claim.window_ends_at:
        _to_review(claim, notes.NEVER_ANSWERED, now)
        return
    claim.close(
        Claim.State.UNKNOWN,
        next_try_at=now + _delay(claim.tries),
        unknown_tries=claim.unknown_tries + 1,
        code=answer.reason[:50],
    )


def _delay(tries: int) -> timedelta:
    delays = settings.RECHECK_DELAYS
    return timedelta(seconds=delays[min(tries, len(delays)) - 1])


def _to_review(claim: Claim, note: str, now: datetime) -> None:
    """Leave the claim to staff; the bank is still asked, ever more rarely."""
    first = claim.state != Claim.State.REVIEW and claim.payment.state != State.REVIEW
    late = now - claim.window_ends_at
    delay = next((delay for age, delay in LATE_DELAYS if late < age), None)
    closed = claim.close(
        Claim.State.REVIEW,
        next_try_at=now + delay if delay else None,
        unknown_tries=claim.unknown_tries + 1,
        code=note,
    )
    if not closed or not first:
        return
    if claim.payment.state == State.CHECKING:
        claim.payment.move_to(State.REVIEW, now=now, cause=Cause.BANK, claim=claim)
    alarm(claim.payment, note, now=now, cause=Cause.BANK, claim=claim)


# ---- the money goes back -------------------------------------------------------------


def _give_back(
    claim: Claim, call: GatewayCall, line: RecordedLine, *, cause: str, clock: Clock
) -> None:
    payment = claim.payment
    bank = bank_of(payment.terminal, line)
    answer = ask(lambda: bank.reverse(order_of(payment), claim.receipt_number))
    _conclude_reversal(claim, call, line, answer, cause, clock())


@racing
def _conclude_reversal(
    claim: Claim,
    call: GatewayCall,
    line: RecordedLine,
    answer: None | Refused | Unknown,
    cause: str,
    now: datetime,
) -> None:
    claim = copy(claim)
    with transaction.atomic(durable=True):
        claim.payment = Payment.objects.alone().get(pk=claim.payment_id)
        close_call(call, line, answer, now)
        if answer is None:
            if claim.close(Claim.State.REVERSED, holds_receipt=True):
                _close_unpaid(claim, Reason.REVERSED, claim.code, cause, now)
        elif isinstance(answer, Refused) or now >= _last_reversal(claim):
            _to_review(claim, notes.NOT_GIVEN_BACK, now)
        else:
            next_try = now + _delay(claim.tries)
            claim.close(Claim.State.REVERSING, next_try_at=next_try)


def _last_reversal(claim: Claim) -> datetime:
    window = gateways.traits(claim.psp).reverse_window or timedelta(0)
    return claim.created_at + window
