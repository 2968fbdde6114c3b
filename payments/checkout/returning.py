"""Back from the bank: what the browser brings is a claim, never a fact."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from payments import gateways, notes
from payments.checkout.asking import ASKABLE, inquire
from payments.checkout.checking import hear, heed
from payments.checkout.claiming import REASONS, Taken, is_ours, take_in_receipt
from payments.checkout.patience import MOST, alarm_of_return
from payments.checkout.steps import (
    Clock,
    bank_of,
    line_to,
    racing,
    seat,
    traits_of,
    unpaid,
)
from payments.gateways.base import Callback, Claimed, Kind, Malformed
from payments.models import Payment, PaymentEvent
from payments.states import State

RETURN = PaymentEvent.Cause.RETURN

PAUSE = timedelta(seconds=10)  # between two questions because of a return


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
    if not fields and callback.claimed is not Claimed.PENDING:
        return  # no bank sends nothing, but for one whose returns say nothing
    with seat() as seated:
        taken = _take_in(payment, callback, clock(), seated=seated)
        if callback.claimed is Claimed.PENDING and seated:
            deadline = settings.GATEWAY_DEADLINE
            inquire(payment, deadline=deadline, cause=RETURN, clock=clock)
        if taken is None:
            return
        claim, call = taken
        answer = hear(claim, line)
    heed(claim, call, line, answer, cause=RETURN, clock=clock)


@racing
def refuse(
    payment: Payment, note: str, code: str = "", *, clock: Clock = timezone.now
) -> None:
    """Note a return that no bank would send."""
    payment.refresh_from_db()
    alarm_of_return(payment, note, now=clock(), code=code)


@racing
def _take_in(
    read: Payment, callback: Callback, now: datetime, *, seated: bool
) -> Taken:
    with transaction.atomic(durable=True):
        alone = Payment.objects.alone().prefetch_related("claims")
        payment = alone.get(pk=read.pk)
        payment.terminal = read.terminal
        if callback.claimed is Claimed.PENDING:
            _have_asked(payment, now)
        elif not is_ours(payment, callback):
            alarm_of_return(payment, notes.MISMATCH, now=now)
        elif callback.claimed is Claimed.PAID:
            return take_in_receipt(payment, callback, now, seated=seated)
        elif payment.state == State.AT_BANK:
            reason = REASONS[callback.claimed]
            unpaid(payment, reason, now=now, cause=RETURN, code=callback.code)
            _warn_of_set_up(payment, callback, now)
        return None


def _warn_of_set_up(payment: Payment, callback: Callback, now: datetime) -> None:
    """Tell staff of a code that no payer can mend.

    It came through a browser, so it closes no terminal.
    """
    code = gateways.meaning(payment.terminal.psp, "return", callback.code)
    if code is not None and code.kind is Kind.SET_UP:
        alarm_of_return(payment, notes.NOT_ACCEPTED, now=now, code=callback.code)


def _have_asked(payment: Payment, now: datetime) -> None:
    """Let the bank be asked at once about a return that itself says nothing."""
    if payment.state not in ASKABLE or not traits_of(payment.terminal).can_inquire:
        return
    returns = payment.events.filter(note=notes.SAID_NOTHING)
    if returns.filter(at__gt=now - PAUSE).exists() or returns.count() >= MOST:
        return  # somebody plays with the way back
    payment.try_again_at(now)
    payment.note(notes.SAID_NOTHING, now=now, cause=RETURN)
