"""How much one payment may make us do, whoever plays with its way back.

A return may always be true, so it is kept; but the bank is asked about it ever later,
and at some number nobody believes in returns any more.
"""

from datetime import datetime, timedelta

from payments import gateways, notes
from payments.checkout.steps import alarm
from payments.models import Payment, PaymentEvent

RETURN = PaymentEvent.Cause.RETURN
FEW = 5  # claims, or alarms, of one payment that are met like the first
MOST = 20  # claims of one payment
STEP = timedelta(minutes=1)


def is_tried(payment: Payment) -> bool:
    """Whether somebody tries what may be got out of this payment."""
    return _excess(payment) >= 0


def pause(payment: Payment) -> timedelta:
    """Return how long the bank is not asked about one more claim of this payment.

    Half its window is left, for money that nobody verifies goes back.
    """
    window = gateways.traits(payment.terminal.psp).verify_window
    return min(STEP * (_excess(payment) + 1), window / 2)


def _excess(payment: Payment) -> int:
    alarms = 0
    if payment.version >= FEW:  # as many events it has
        alarms = payment.events.filter(is_alarm=True).count()
    return max(alarms, payment.claims.count()) - FEW


def alarm_of_return(
    payment: Payment, note: str, *, now: datetime, **event: object
) -> None:
    """Alarm because of a return: a few times, and then once more to say it ends."""
    earlier = payment.events.filter(is_alarm=True, cause=RETURN)
    if earlier.filter(note=notes.TOO_MANY).exists():
        return
    if earlier.count() >= FEW:
        note, event = notes.TOO_MANY, {}
    alarm(payment, note, now=now, cause=RETURN, **event)
