"""Back from the bank: what the browser brings is a claim, never a fact."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments import gateways, notes
from payments.checkout.checking import verify
from payments.checkout.steps import (
    Clock,
    alarm,
    bank_of,
    line_to,
    open_call,
    racing,
    seat,
    unpaid,
)
from payments.gateways.base import Callback, Claimed, Malformed
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


def receive(
    payment: Payment, fields: Mapping[str, str], *, clock: Clock = timezone.now
) -> None:
    """Record what the browser brought back, and ask the bank whether it is true."""
    line = line_to(payment.terminal, settings.GATEWAY_DEADLINE)
    try:
        callback = bank_of(payment.terminal, line).read_callback(fields)
    except Malformed as error:
        refuse(payment, notes.MALFORMED, str(error), clock=clock)
        return
    with seat() as seated:
        claim, call = _take_in(payment.pk, callback, clock(), seated=seated)
        if claim is not None and call is not None:
            verify(claim, call, line, cause=RETURN, clock=clock)


@racing
def refuse(
    payment: Payment, note: str, code: str = "", *, clock: Clock = timezone.now
) -> None:
    """Note a return that no bank would send."""
    payment.refresh_from_db()
    alarm(payment, note, now=clock(), cause=RETURN, code=code)


@racing
def _take_in(
    payment_id: int, callback: Callback, now: datetime, *, seated: bool
) -> Taken:
    with transaction.atomic(durable=True):
        payment = Payment.objects.alone().get(pk=payment_id)
        if not _is_ours(payment, callback):
            alarm(payment, notes.MISMATCH, now=now, cause=RETURN)
        elif callback.claimed is Claimed.PAID:
            return _claim(payment, callback, now, seated=seated)
        elif payment.state == State.AT_BANK:
            reason = REASONS[callback.claimed]
            unpaid(payment, reason, now=now, cause=RETURN, code=callback.code)
        return None, None


def _is_ours(payment: Payment, callback: Callback) -> bool:
    """Whether everything that the return names is what we know."""
    pairs = [
        (callback.token, payment.token),
        (callback.order_number, payment.order_number),
        (callback.merchant_number, payment.terminal.merchant_number),
    ]
    named = bool(callback.token or callback.order_number)
    return bool(payment.token) and named and all(a == b for a, b in pairs if a)


def _claim(
    payment: Payment, callback: Callback, now: datetime, *, seated: bool
) -> Taken:
    if payment.claims.filter(receipt_number=callback.receipt_number).exists():
        return None, None  # the same return once more
    terminal = payment.terminal
    bank = gateways.traits(terminal.psp)
    claim = Claim(
        payment=payment,
        receipt_number=callback.receipt_number,
        psp=terminal.psp,
        merchant_number=terminal.merchant_number,
        source=Claim.Source.CALLBACK,
        window_ends_at=now + bank.verify_window,
        created_at=now,
    )
    if payment.state == State.PAID:
        # Money that nobody verifies goes back by itself: recorded, not verified.
        return _kept(claim, Claim.State.REVIEW, notes.SECOND_RECEIPT)
    claim.holds_receipt = not bank.verify_names_order
    claim.next_try_at = now
    if seated and terminal.may_be_asked(now):
        claim.state, claim.tries = Claim.State.CHECKING, 1
        claim.lease_until = now + settings.CLAIM_LEASE
    return _hold(claim, now)


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
    claim.state, claim.code, claim.holds_receipt = state, note[:50], False
    claim.tries, claim.lease_until, claim.next_try_at = 0, None, None
    claim.save(force_insert=True)
    alarm(claim.payment, note, now=claim.created_at, cause=RETURN, claim=claim)
    return None, None
