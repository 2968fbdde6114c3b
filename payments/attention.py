"""What staff have to look at: money that may be lost, and alarms nobody has seen to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from payments.models import Claim, Decision, Payment, PaymentEvent
from payments.notes import told
from payments.states import State

UNKNOWN_FOR = timedelta(minutes=2)
MOST = 200  # rows of one kind on the page


@dataclass(frozen=True)
class Item:
    """One thing to look at, and what to do about it."""

    payment: Payment
    since: datetime
    what: str
    next_step: str
    event: PaymentEvent | None = None
    decision: Decision | None = None


def items(now):
    """Everything that needs attention, the oldest first."""
    found = [*_reviews(), *_unknowns(now), *_alarms()]
    return sorted(found, key=lambda item: item.since)


def count(now):
    """How many things need attention."""
    return (
        Payment.objects.filter(state=State.REVIEW).count()
        + _unknown_claims(now).count()
        + _open_alarms().count()
    )


def _reviews():
    payments = Payment.objects.filter(state=State.REVIEW).prefetch_related("decisions")
    for payment in payments.order_by("created_at")[:MOST]:
        waiting = [row for row in payment.decisions.all() if row.state == "open"]
        yield Item(
            payment,
            payment.created_at,
            _("The bank's answer was lost."),
            _("A second officer confirms the decision.")
            if waiting
            else _("Ask the bank by telephone and record what it says."),
            decision=waiting[0] if waiting else None,
        )


def _unknown_claims(now):
    unanswered = [Claim.State.NEW, Claim.State.UNKNOWN, Claim.State.REVERSING]
    return Claim.objects.filter(state__in=unanswered, created_at__lte=now - UNKNOWN_FOR)


def _unknowns(now):
    claims = _unknown_claims(now).select_related("payment").order_by("created_at")
    for claim in claims[:MOST]:
        yield Item(
            claim.payment,
            claim.created_at,
            _("The bank has not answered for a while."),
            _("The worker goes on asking; look whether the bank is away."),
        )


def _open_alarms():
    return PaymentEvent.objects.filter(is_alarm=True, acknowledgement=None)


def _alarms():
    events = _open_alarms().select_related("payment").order_by("at")
    for event in events[:MOST]:
        yield Item(
            event.payment,
            event.at,
            told(event.note),
            _("Look at the payment, then say what it was."),
            event=event,
        )
