"""Banks that deposit verified money only when told to.

It concerns the university's account and never the payer, whose payment stays PAID: it
is repeated until the bank says yes, and staff hear of it when that takes long.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from payments import notes
from payments.checkout.steps import (
    Clock,
    alarm_once,
    ask,
    bank_of,
    close_call,
    code_of,
    delay,
    line_to,
    open_call,
    order_of,
    racing,
    warn_of_oddity,
)
from payments.gateways.base import Refused, Unknown
from payments.line import RecordedLine
from payments.models import Claim, GatewayCall, Payment, PaymentEvent
from payments.states import Settlement

SETTLE = GatewayCall.Operation.SETTLE
BANK = PaymentEvent.Cause.BANK
MANY_TRIES = 10  # after these staff hear of it
RARELY = timedelta(minutes=30)


def settle(payment: Payment, *, clock: Clock = timezone.now) -> bool:
    """Tell the bank to deposit a paid payment's money; return whether it was told."""
    call = _take(payment, clock())
    if call is None:
        return False
    line = line_to(payment.terminal, settings.GATEWAY_WORKER_DEADLINE)
    receipt = payment.claims.get(state=Claim.State.CONFIRMED).receipt_number
    bank = bank_of(payment.terminal, line)
    answer = ask(lambda: bank.settle(order_of(payment), receipt))
    _conclude(payment.pk, call, line, answer, clock())
    return True


def _take(payment: Payment, now: datetime) -> GatewayCall | None:
    """Let one worker tell the bank; what an earlier one left open was cut off."""
    with transaction.atomic(durable=True):
        terminal = payment.terminal
        terminal.refresh_from_db()
        taken = (
            Payment.objects.to_settle(now)
            .filter(pk=payment.pk, version=payment.version)
            .update(next_try_at=now + settings.CLAIM_LEASE)
        )
        if not taken:
            return None
        if not terminal.may_be_asked(now):
            payment.try_again_at(now + settings.BREAKER_REST)
            return None
        payment.calls.filter(operation=SETTLE).cut_off(now)
        return open_call(payment, SETTLE, now)


@racing
def _conclude(
    payment_id: int,
    call: GatewayCall,
    line: RecordedLine,
    answer: None | Refused | Unknown,
    now: datetime,
) -> None:
    with transaction.atomic(durable=True):
        payment = Payment.objects.alone().get(pk=payment_id)
        close_call(call, line, answer, now)
        if payment.settlement != Settlement.DUE:
            return
        if answer is None:
            payment.settled(now=now)
            return
        warn_of_oddity(payment, answer, now=now, cause=BANK)
        tries = payment.calls.filter(operation=SETTLE).count()
        if tries == MANY_TRIES or isinstance(answer, Refused):
            code = code_of(answer)
            alarm_once(payment, notes.NOT_SETTLED, now=now, cause=BANK, code=code)
        pause = RARELY if isinstance(answer, Refused) else delay(tries)
        pause = max(pause, RARELY) if tries > MANY_TRIES else pause
        payment.try_again_at(now + pause)
