"""A receipt under which somebody says that money was taken: stored as a claim."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from payments import gateways, notes
from payments.checkout.patience import FEW, MOST, alarm_of_return, is_tried, pause
from payments.checkout.steps import open_call, traits_of
from payments.gateways.base import Callback, Claimed
from payments.models import Claim, GatewayCall, LostRace, Payment, PaymentEvent
from payments.states import Reason, State

RETURN = PaymentEvent.Cause.RETURN

REASONS = {
    Claimed.CANCELLED: Reason.CANCELLED,
    Claimed.DECLINED: Reason.DECLINED,
    Claimed.EXPIRED: Reason.EXPIRED,
}

# A claim, and the call that this caller is to make about it, if any.
Taken = tuple[Claim, GatewayCall] | None


def is_ours(payment: Payment, callback: Callback) -> bool:
    """Whether everything that the return names is what we know."""
    pairs = [
        (callback.token, payment.token),
        (callback.order_number, payment.order_number),
        (callback.merchant_number, payment.terminal.merchant_number),
    ]
    named = bool(callback.token or callback.order_number)
    return bool(payment.token) and named and all(a == b for a, b in pairs if a)


def is_owed(payment: Payment) -> bool:
    """Whether the debt that it is for, if any, still wants its money."""
    return payment.debt is None or payment.debt.owes(payment.amount)


def take_in_receipt(
    payment: Payment,
    callback: Callback,
    now: datetime,
    *,
    seated: bool,
    source: str = Claim.Source.CALLBACK,
) -> Taken:
    """Store the claim that a receipt makes, and whoever may ask the bank about it."""
    claims = payment.claims.all()
    for known in claims:
        if known.receipt_number.upper() == callback.receipt_number.upper():
            _once_more(known, payment, now)
            return None
    if len(claims) >= MOST:
        alarm_of_return(payment, notes.TOO_MANY, now=now)
        return None
    claim = _new_claim(payment, callback.receipt_number, now, source)
    if payment.state == State.PAID:
        # Money that nobody verifies goes back by itself: recorded, not verified.
        return _kept(claim, Claim.State.REVIEW, notes.SECOND_RECEIPT)
    asked = source == Claim.Source.INQUIRY
    settled = asked and traits_of(payment.terminal).inquiry_settles
    if not settled and not is_owed(payment):
        return _kept(claim, Claim.State.REVIEW, notes.DEBT_PAID)
    if is_tried(payment):
        claim.next_try_at = now + pause(payment)
        _say_once_that_it_is_slow(payment, now)
    elif seated and payment.terminal.may_be_asked(now):
        claim.state, claim.tries = Claim.State.CHECKING, 1
        claim.lease_until = now + settings.CLAIM_LEASE
    return _hold(claim, now)


def _once_more(claim: Claim, payment: Payment, now: datetime) -> None:
    """Ask again about a receipt that the bank denied, where it is the token itself.

    Somebody may have come back before he paid, and this time he has paid.
    """
    if claim.receipt_number != payment.token or payment.state != State.UNPAID:
        return  # the same return once more
    if claim.tries < FEW and claim.reopen(now):
        _check_from_now_on(claim, payment, now)


def _check_from_now_on(claim: Claim, payment: Payment, now: datetime) -> None:
    returned = claim.source == Claim.Source.CALLBACK
    cause = RETURN if returned else PaymentEvent.Cause.BANK
    facts = {"next_try_at": None}
    payment.move_to(State.CHECKING, now=now, cause=cause, claim=claim, facts=facts)


def _new_claim(
    payment: Payment, receipt_number: str, now: datetime, source: str
) -> Claim:
    terminal = payment.terminal
    bank = gateways.traits(terminal.psp)
    return Claim(
        payment=payment,
        receipt_number=receipt_number,
        psp=terminal.psp,
        merchant_number=terminal.merchant_number,
        source=source,
        holds_receipt=not bank.verify_names_order,
        next_try_at=now,
        window_ends_at=now + bank.verify_window,
        created_at=now,
    )


def _say_once_that_it_is_slow(payment: Payment, now: datetime) -> None:
    if not payment.events.filter(note=notes.MANY).exists():
        alarm_of_return(payment, notes.MANY, now=now)


def _hold(claim: Claim, now: datetime) -> Taken:
    """Store the claim that holds its receipt, with a call if it is to be made now."""
    payment = claim.payment
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError:
        if payment.claims.filter(receipt_number=claim.receipt_number).exists():
            raise LostRace from None  # the same return at the same moment
        # Another payment holds this receipt: the bank is not even asked.
        return _kept(claim, Claim.State.REJECTED, notes.RECEIPT_USED)
    if payment.state in {State.AT_BANK, State.UNPAID}:
        _check_from_now_on(claim, payment, now)
    if claim.lease_until is None:
        return None  # the worker asks as soon as it may
    return claim, open_call(payment, GatewayCall.Operation.VERIFY, now, claim)


def _kept(claim: Claim, state: str, note: str) -> Taken:
    """Store a claim that nobody will ask the bank about, and let staff see it."""
    claim.state, claim.code, claim.holds_receipt = state, note, False
    claim.tries, claim.lease_until, claim.next_try_at = 0, None, None
    claim.save()
    alarm_of_return(claim.payment, note, now=claim.created_at, claim=claim)
    return None
