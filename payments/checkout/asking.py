"""Payments that nobody came back for, at banks that can be asked about an order.

An answer to an inquiry is taken in as a return is: it makes a claim, which the bank
then has to confirm like any other.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from payments import notes
from payments.checkout.checking import check_again, verify
from payments.checkout.claiming import REASONS, Taken, is_ours, is_owed, take_in_receipt
from payments.checkout.closing import expire
from payments.checkout.steps import (
    Clock,
    alarm_once,
    ask,
    bank_of,
    close_call,
    line_to,
    open_call,
    order_of,
    racing,
    seat,
    traits_of,
    unpaid,
    warn_of_oddity,
)
from payments.gateways.base import Callback, Claimed, Refused, Unknown
from payments.line import RecordedLine
from payments.models import Claim, GatewayCall, Payment, PaymentEvent
from payments.states import Reason, State

BANK = PaymentEvent.Cause.BANK
INQUIRE = GatewayCall.Operation.INQUIRE
ASKABLE = [State.AT_BANK, State.UNPAID]
AFTER_TOKEN = timedelta(minutes=15)
LONGEST = timedelta(days=1)  # that a bank which cannot answer is asked


def first_look(payment: Payment) -> timedelta:
    """How long after the token somebody looks what became of the payment."""
    bank = traits_of(payment.terminal)
    if bank.can_inquire:
        return settings.INQUIRE_AFTER
    if settings.ABANDONED_AFTER is not None:
        return timedelta(seconds=settings.ABANDONED_AFTER)
    return bank.token_life + AFTER_TOKEN


def may_be_asked(payment: Payment) -> bool:
    """Whether the bank can tell what became of an order that waits there."""
    waits = payment.state == State.AT_BANK
    return waits and traits_of(payment.terminal).can_inquire


def look_after(payment: Payment, *, clock: Clock = timezone.now) -> bool:
    """Ask what became of a payment that waits at its bank, or give it up."""
    if not traits_of(payment.terminal).can_inquire:
        return expire(payment, clock=clock)
    deadline = settings.GATEWAY_WORKER_DEADLINE
    cause = PaymentEvent.Cause.WORKER
    return inquire(payment, deadline=deadline, cause=cause, clock=clock)


def look_again(payment: Payment, *, clock: Clock = timezone.now) -> None:
    """Ask the bank at once about whatever is open: the payer wants to know."""
    if not may_be_asked(payment):
        check_again(payment, clock=clock)
        return
    payment.try_again_at(clock())
    with seat() as seated:
        if seated:
            deadline = settings.GATEWAY_DEADLINE
            cause = PaymentEvent.Cause.PAYER
            inquire(payment, deadline=deadline, cause=cause, clock=clock)


def inquire(payment: Payment, *, deadline: timedelta, cause: str, clock: Clock) -> bool:
    """Ask the bank about an order; return whether it was asked."""
    call = _take(payment, clock())
    if call is None:
        return False
    line = line_to(payment.terminal, deadline)
    bank = bank_of(payment.terminal, line)
    answer = ask(lambda: bank.inquire(order_of(payment)))
    taken = _conclude(payment.pk, call, line, answer, clock())
    if taken is not None:
        line = line_to(payment.terminal, deadline)
        verify(*taken, line, cause=cause, clock=clock)
    return True


@racing
def _take(payment: Payment, now: datetime) -> GatewayCall | None:
    """Let one caller ask; what an earlier one left open was cut off.

    Money that nobody owes any more goes back, unless it is taken by asking about it.
    """
    with transaction.atomic(durable=True):
        payment.refresh_from_db()  # and its terminal
        due = payment.next_try_at is not None and payment.next_try_at <= now
        if payment.state not in ASKABLE or not due:
            return None
        if traits_of(payment.terminal).inquiry_settles and not is_owed(payment):
            _give_up(payment, now)
            return None
        if not payment.terminal.may_be_asked(now):
            payment.try_again_at(now + settings.BREAKER_REST)
            return None
        taken = Payment.objects.filter(
            pk=payment.pk, version=payment.version, next_try_at=payment.next_try_at
        ).update(next_try_at=now + settings.CLAIM_LEASE)
        if not taken:
            return None
        payment.calls.filter(operation=INQUIRE).cut_off(now)
        return open_call(payment, INQUIRE, now)


@racing
def _conclude(
    payment_id: int,
    call: GatewayCall,
    line: RecordedLine,
    answer: Callback | Refused | Unknown,
    now: datetime,
) -> Taken:
    with transaction.atomic(durable=True):
        payment = Payment.objects.alone().get(pk=payment_id)
        close_call(call, line, answer, now)
        if payment.state not in ASKABLE:
            return None  # a return was quicker
        taken = None
        if isinstance(answer, Unknown):
            warn_of_oddity(payment, answer, now=now, cause=BANK)
        elif isinstance(answer, Callback) and answer.claimed is not Claimed.PENDING:
            taken = _heed(payment, answer, now)
        if payment.state in ASKABLE:
            _later(payment, now, known=not isinstance(answer, Unknown))
        return taken


def _heed(payment: Payment, told: Callback, now: datetime) -> Taken:
    """Act on what became of the order, unless that is known already."""
    if not is_ours(payment, told):
        alarm_once(payment, notes.MISMATCH, now=now, cause=BANK)
    elif told.claimed is Claimed.PAID:
        source = Claim.Source.INQUIRY
        return take_in_receipt(payment, told, now, seated=True, source=source)
    elif payment.state == State.AT_BANK:
        unpaid(payment, REASONS[told.claimed], now=now, cause=BANK, code=told.code)
    return None


def _later(payment: Payment, now: datetime, *, known: bool) -> None:
    """Ask again while money may come, or an answer is lacking; else give up."""
    waits = payment.state == State.AT_BANK
    age = now - payment.created_at
    over = age >= (settings.INQUIRE_UNTIL if known else LONGEST)
    if over or (known and not waits):
        _give_up(payment, now)
    else:
        delay = min(max(age / 4, settings.INQUIRE_AFTER), settings.INQUIRE_RARELY)
        payment.try_again_at(now + delay)


def _give_up(payment: Payment, now: datetime) -> None:
    """Ask no more; who has not come back is not waited for."""
    if payment.state == State.AT_BANK:
        unpaid(payment, Reason.EXPIRED, now=now, cause=PaymentEvent.Cause.WORKER)
    else:
        payment.try_again_at(None)
