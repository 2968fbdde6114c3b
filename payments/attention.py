"""What staff have to look at: money that may be lost, and alarms nobody has seen to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Prefetch
from django.utils.translation import gettext_lazy as _

from catalog.reach import within
from payments.models import Claim, Decision, Payment, PaymentEvent
from payments.notes import told
from payments.states import State

UNKNOWN_FOR = timedelta(minutes=2)
MOST = 200  # rows of one kind on the page
RIGHT = "payments.view_payment"  # whose reach tells which payments somebody looks at


@dataclass(frozen=True)
class Item:
    """One thing to look at, and what to do about it."""

    payment: Payment
    since: datetime
    what: str
    next_step: str
    event: PaymentEvent | None = None
    times: int = 1
    decision: Decision | None = None
    is_unclaimed: bool = False  # the decision names a receipt that no return brought


def items(now, user):
    """What needs attention, the newest first, so that no flood hides what is new."""
    found = [*_reviews(user), *_unknowns(now, user), *_alarms(user)]
    return sorted(found, key=lambda item: item.since, reverse=True)


def count(now, user):
    """How many things need somebody's attention."""
    alarms = within(open_alarms(), user, RIGHT)
    return (
        _under_review(user).count()
        + _unknown_claims(now, user).count()
        + alarms.values("payment", "note").distinct().count()
    )


def open_alarms():
    """Alarms that nobody has seen to."""
    return PaymentEvent.objects.filter(is_alarm=True, acknowledgement=None)


def _under_review(user):
    return within(Payment.objects.filter(state=State.REVIEW), user, RIGHT)


def _reviews(user):
    waiting = Decision.objects.filter(state=Decision.State.OPEN)
    payments = _under_review(user).prefetch_related(
        "claims",
        Prefetch("decisions", waiting.select_related("recorded_by"), "waiting"),
    )
    for payment in payments.order_by("-created_at")[:MOST]:
        decision = payment.waiting[0] if payment.waiting else None
        yield Item(
            payment,
            payment.created_at,
            _("The bank's answer was lost."),
            _("A second officer confirms the decision.")
            if decision
            else _("Ask the bank by telephone and record what it says."),
            decision=decision,
            is_unclaimed=decision is not None and _is_unclaimed(decision, payment),
        )


def _is_unclaimed(decision, payment):
    known = {claim.receipt_number for claim in payment.claims.all()}
    return decision.receipt_number not in {"", *known}


def _unknown_claims(now, user):
    claims = Claim.objects.unanswered().filter(created_at__lte=now - UNKNOWN_FOR)
    return within(claims, user, RIGHT)


def _unknowns(now, user):
    claims = (
        _unknown_claims(now, user).select_related("payment").order_by("-created_at")
    )
    for claim in claims[:MOST]:
        yield Item(
            claim.payment,
            claim.created_at,
            _("The bank has not answered for a while."),
            _("The worker goes on asking; look whether the bank is away."),
        )


def _alarms(user):
    """One row for all alarms of a payment that say the same."""
    same = within(open_alarms(), user, RIGHT).values("payment", "note")
    groups = same.annotate(last=Max("pk"), times=Count("pk")).order_by("-last")[:MOST]
    times = {group["last"]: group["times"] for group in groups}
    for event in PaymentEvent.objects.filter(pk__in=times).select_related("payment"):
        yield Item(
            event.payment,
            event.at,
            told(event.note),
            _("Look at the payment, then say what it was."),
            event=event,
            times=times[event.pk],
        )
