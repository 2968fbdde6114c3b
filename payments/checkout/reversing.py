"""Money that is not what a payment asked for goes back."""

from copy import copy
from datetime import datetime, timedelta

from django.db import transaction

from payments import gateways, notes
from payments.checkout.outcomes import close_unpaid
from payments.checkout.reviewing import to_review
from payments.checkout.steps import (
    Clock,
    ask,
    bank_of,
    close_call,
    delay,
    order_of,
    racing,
    warn_of_oddity,
)
from payments.gateways.base import Refused, Unknown
from payments.line import RecordedLine
from payments.models import Claim, GatewayCall, Payment, PaymentEvent
from payments.states import Reason

Cause = PaymentEvent.Cause


def give_back(
    claim: Claim, call: GatewayCall, line: RecordedLine, *, cause: str, clock: Clock
) -> None:
    """Ask the bank to give the money of a claim back, and store the answer."""
    bank = bank_of(claim.payment.terminal, line)
    answer = ask(lambda: bank.reverse(order_of(claim.payment), claim.receipt_number))
    _conclude(claim, call, line, answer, cause, clock())


@racing
def _conclude(
    claim: Claim,
    call: GatewayCall,
    line: RecordedLine,
    answer: None | Refused | Unknown,
    cause: str,
    now: datetime,
) -> None:
    claim = copy(claim)  # another round must begin with what was taken
    with transaction.atomic(durable=True):
        claim.payment = Payment.objects.alone().get(pk=claim.payment_id)
        close_call(call, line, answer, now)
        if answer is None:
            _given_back(claim, cause, now)
        elif isinstance(answer, Refused) or now >= _last_moment(claim):
            to_review(claim, notes.NOT_GIVEN_BACK, now)
        else:
            warn_of_oddity(claim.payment, answer, now=now, cause=Cause.BANK)
            next_try = now + delay(claim.tries)
            claim.close(Claim.State.REVERSING, next_try_at=next_try)


def _given_back(claim: Claim, cause: str, now: datetime) -> None:
    code = claim.code
    if claim.close(Claim.State.REVERSED, holds_receipt=True):
        close_unpaid(
            claim.payment,
            Reason.REVERSED,
            now=now,
            cause=Cause.BANK,
            away=cause == Cause.WORKER,
            code=code,
        )


def _last_moment(claim: Claim) -> datetime:
    window = gateways.traits(claim.psp).reverse_window or timedelta(0)
    return claim.created_at + window
