"""What every step of the checkout is made of."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from payment_portal.seats import Seats
from payments import gateways, notes
from payments.gateways.base import Gateway, Order, Refused, Traits, Unknown
from payments.line import RecordedLine
from payments.models import (
    Claim,
    GatewayCall,
    GatewayCallBody,
    LostRace,
    Payment,
    Terminal,
)
from payments.states import State

logger = logging.getLogger("payments.checkout")

Clock = Callable[[], datetime]
Outcome = GatewayCall.Outcome
P = ParamSpec("P")
T = TypeVar("T")

RACES = 5  # rounds before a payment under fire is left to the worker


def racing(step: Callable[P, T]) -> Callable[P, T]:
    """Repeat a step that reads and moves a payment until nobody came between."""

    @wraps(step)
    def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(RACES - 1):
            try:
                return step(*args, **kwargs)
            except LostRace:
                continue
        return step(*args, **kwargs)

    return again


_seats = Seats(settings.BANK_SEATS)


def seat() -> AbstractContextManager[bool]:
    """Whether this thread may wait for a bank: at most so many of a process do."""
    return _seats.seat()


def line_to(terminal: Terminal, deadline: timedelta) -> RecordedLine:
    """Return a line to the terminal's bank for one call."""
    secrets = gateways.traits(terminal.psp).secrets
    return RecordedLine(deadline.total_seconds(), secrets)


def bank_of(terminal: Terminal, line: RecordedLine) -> Gateway:
    """Return the driver that speaks for the terminal."""
    return gateways.gateway(
        terminal.psp,
        line,
        alias=terminal.alias,
        merchant_number=terminal.merchant_number,
    )


def traits_of(terminal: Terminal) -> Traits:
    """Return what is true of the bank as this terminal speaks with it."""
    return bank_of(terminal, line_to(terminal, timedelta())).traits


def order_of(payment: Payment) -> Order:
    """Return what the bank is told of the payment."""
    path = reverse("payments:callback", args=[payment.callback_key])
    return Order(
        number=payment.order_number,
        amount=payment.amount,
        callback_url=f"{settings.BASE_URL}{path}",
        asked_at=timezone.localtime(payment.created_at),
        mobile=payment.payer_mobile,
        description=payment.subject_title,
        deposit_identifier=payment.deposit_identifier,
        token=payment.token,
    )


def ask(question: Callable[[], T]) -> T | Refused | Unknown:
    """Put a question to a bank; its three answers come back as values."""
    open_blocks = [
        block
        for block in connection.atomic_blocks
        if not block._from_testcase  # type: ignore[attr-defined]
    ]
    if open_blocks:
        raise RuntimeError("a bank is never called inside a transaction")
    try:
        return question()
    except (Refused, Unknown) as answer:
        return answer


def open_call(
    payment: Payment, operation: str, now: datetime, claim: Claim | None = None
) -> GatewayCall:
    """Record that a bank is about to be called."""
    return GatewayCall.objects.create(
        payment=payment, claim=claim, operation=operation, started_at=now
    )


def close_call(
    call: GatewayCall, line: RecordedLine, answer: object, now: datetime
) -> None:
    """Record how the call ended, unless it was given up as crashed meanwhile."""
    outcome = Outcome.YES
    if isinstance(answer, Refused):
        outcome = Outcome.NO
    elif isinstance(answer, Unknown):
        outcome = Outcome.UNKNOWN
    GatewayCall.objects.filter(pk=call.pk, closed_at__isnull=True).update(
        closed_at=now,
        outcome=outcome,
        code=code_of(answer),
        milliseconds=line.milliseconds,
    )
    GatewayCallBody.objects.create(call=call, request=line.request, answer=line.answer)
    terminal = call.payment.terminal
    if isinstance(answer, Unknown) and answer.silent:
        terminal.kept_silent(now)
    else:
        terminal.answered()


def delay(tries: int) -> timedelta:
    """Return how long to wait after so many tries without an answer."""
    delays = settings.RECHECK_DELAYS
    return timedelta(seconds=delays[min(tries, len(delays)) - 1])


def code_of(answer: object) -> str:
    """Return the bank's code, or why there was none."""
    if isinstance(answer, Refused):
        return answer.code[:50]
    if isinstance(answer, Unknown):
        return answer.reason[:50]
    return str(getattr(answer, "code", ""))[:50]


def unpaid(
    payment: Payment, reason: str, *, now: datetime, cause: str, **event: object
) -> None:
    """Move to UNPAID; nothing is waited for any more."""
    payment.move_to(
        State.UNPAID,
        now=now,
        cause=cause,
        reason=reason,
        facts={"next_try_at": None},
        **event,
    )


def alarm(
    payment: Payment, note: str, *, now: datetime, cause: str, **event: object
) -> None:
    """Note something that staff must see."""
    logger.error("payment %s: %s", payment.order_number, note)
    payment.note(note, now=now, cause=cause, is_alarm=True, **event)


def alarm_once(
    payment: Payment, note: str, *, now: datetime, cause: str, **event: object
) -> None:
    """Alarm, unless staff were told the same of this payment before."""
    known = payment.events.filter(note=note, cause=cause)
    if not known.exists():
        alarm(payment, note, now=now, cause=cause, **event)


def warn_of_oddity(
    payment: Payment, answer: Refused | Unknown, *, now: datetime, cause: str
) -> None:
    """Tell staff of what neither payer nor time will mend, and close what is broken.

    A bank that only kept silent is not among it: the breaker looks after that.
    """
    if not isinstance(answer, Unknown) or answer.silent:
        return
    terminal = payment.terminal
    odd = "is not set up at the bank" if answer.faulty_set_up else "spoke oddly"
    logger.error("terminal %s %s: %s", terminal.alias, odd, answer.reason)
    if answer.faulty_set_up and terminal.close_for(answer.reason):
        code = answer.reason[:50]
        alarm(payment, notes.NOT_SET_UP, now=now, cause=cause, code=code)
