"""A receipt under which somebody says that money was taken: stored as a claim."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from payments import gateways, notes
from payments.checkout.patience import MOST, alarm_of_return, is_tried, pause
from payments.checkout.steps import open_call
from payments.gateways.base import Callback, Claimed
from payments.models import Claim, GatewayCall, LostRace, Payment, PaymentEvent
from payments.states import Reason, State

RETURN = PaymentEvent.Cause.RETURN

REASONS = {
    Claimed.CANCELLED: Reason.CANCELLED,
    Claimed.DECLINED: Reason.DECLINED,
    Claimed.EXPIRED: Reason.EXPIRED,
}

# A claim, and the call that this caller is to make about it.
Taken = tuple[Claim | None, GatewayCall | None]


def is_ours(payment: Payment, callback: Callback) -> bool:
    """Whether everything that the return names is what we know."""
    pairs = [
        (callback.token, payment.token),
        (callback.order_number, payment.order_number),
        (callback.merchant_number, payment.terminal.merchant_number),
    ]
    named = bool(callback.token or callback.order_number)
    return bool(payment.token) and named and all(a == b for a, b in pairs if a)


def take_in_receipt(
    payment: Payment,
    callback: Callback,
    now: datetime,
    *,
    seated: bool,
    source: str = Claim.Source.CALLBACK,
) -> Taken:
    """Store the claim that a receipt makes, and whoever may ask the bank about it."""
    if payment.claims.filter(receipt_number=callback.receipt_number).exists():
        return None, None  # the same return once more
    if payment.claims.count() >= MOST:
        alarm_of_return(payment, notes.TOO_MANY, now=now)
        return None, None
    claim = _new_claim(payment, callback.receipt_number, now, source)
    if payment.state == State.PAID:
        # Money that nobody verifies goes back by itself: recorded, not verified.
        return _kept(claim, Claim.State.REVIEW, notes.SECOND_RECEIPT)
    if is_tried(payment):
        claim.next_try_at = now + pause(payment)
        _say_once_that_it_is_slow(payment, now)
    elif seated and payment.terminal.may_be_asked(now):
        claim.state, claim.tries = Claim.State.CHECKING, 1
        claim.lease_until = now + settings.CLAIM_LEASE
    return _hold(claim, now)


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
    if not payment.events.filter(is_alarm=True, note=notes.MANY).exists():
        alarm_of_return(payment, notes.MANY, now=now)


def _hold(claim: Claim, now: datetime) -> Taken:
    """Store the claim that holds its receipt, with a call if it is to be made now."""
    payment = claim.payment
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        if payment.claims.filter(receipt_number=claim.receipt_number).exists():
            raise LostRace from None  # the same return at the same moment
        # Another payment holds this receipt: the bank is not even asked.
        return _kept(claim, Claim.State.REJECTED, notes.RECEIPT_USED)
    if payment.state in {State.AT_BANK, State.UNPAID}:
        payment.move_to(
            State.CHECKING,
            now=now,
            cause=RETURN,
            claim=claim,
            facts={"next_try_at": None},
        )
    if claim.lease_until is None:
        return None, None  # the worker asks as soon as it may
    return claim, open_call(payment, GatewayCall.Operation.VERIFY, now, claim)


def _kept(claim: Claim, state: str, note: str) -> Taken:
    """Store a claim that nobody will ask the bank about, and let staff see it."""
    claim.state, claim.code, claim.holds_receipt = state, note, False
    claim.tries, claim.lease_until, claim.next_try_at = 0, None, None
    claim.save(force_insert=True)
    alarm_of_return(claim.payment, note, now=claim.created_at, claim=claim)
    return None, None
