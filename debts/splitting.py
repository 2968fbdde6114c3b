"""A debt in instalments: each is a debt of its own, and together they are the whole."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from debts.cancelling import cancel_all
from debts.judging import AT_ONCE
from debts.models import Debt, DebtEvent
from debts.reminders import next_day

WHOLE = 100  # per cent
MOST = 5000  # debts at once: somebody waits for the page
# What an instalment has of the debt that it is a part of.
SAME = [
    *("batch_id", "unit_id", "subject_id", "title", "student_number"),
    *("national_number", "full_name", "mobile", "least_part"),
]


class Outdated(Exception):
    """What was shown is no longer what would happen."""


@dataclass(frozen=True)
class Plan:
    """The days of the instalments, and what each but the last is: it takes the rest."""

    days: list[date]
    shares: list[int]
    in_percent: bool

    def parts(self, amount):
        """What an amount becomes, to the last rial; None if a part were too small."""
        parts = list(self.shares)
        if self.in_percent:
            parts = [amount * share // WHOLE for share in self.shares]
        parts.append(amount - sum(parts))
        return parts if min(parts) >= settings.MIN_AMOUNT else None


@dataclass
class Outcome:
    """What a plan would make of some debts."""

    plan: Plan
    fit: list = field(default_factory=list)  # numbers of debts and their amounts
    unfit: int = 0
    later: int = 0  # what is left for another time

    @property
    def amount(self):
        return sum(amount for _pk, amount in self.fit)

    @property
    def lines(self):
        """The days, and what is due on each of all debts together."""
        parts = [self.plan.parts(amount) for _pk, amount in self.fit]
        sums = map(sum, zip(*parts, strict=True))
        return list(zip(self.plan.days, sums, strict=False))

    @property
    def promise(self):
        return sha256(f"{self.plan} {self.fit}".encode()).hexdigest()


def look(debts, plan):
    """Say what a plan would make of debts, and change nothing."""
    outcome = Outcome(plan)
    for pk, amount in debts.divisible().order_by("pk").values_list("pk", "amount"):
        if not plan.parts(amount):
            outcome.unfit += 1
        elif len(outcome.fit) < MOST:
            outcome.fit.append((pk, amount))
        else:
            outcome.later += 1
    return outcome


def split(debts, plan, promise, officer, *, now):
    """Divide debts as it was shown, all of them or none; how many. Raises Outdated."""
    with transaction.atomic():
        outcome = look(debts, plan)
        if outcome.promise != promise or not outcome.fit:
            raise Outdated
        for start in range(0, len(outcome.fit), AT_ONCE):
            some = dict(outcome.fit[start : start + AT_ONCE])
            _split(some, plan, officer, now)
    return len(outcome.fit)


def _split(amounts, plan, officer, now):
    """Divide some debts that are still as they were shown. Raises Outdated."""
    # Nobody begins to pay in between: a payment moves the row, too.
    mine = Debt.objects.divisible().filter(pk__in=amounts).select_related("batch")
    debts = list(mine.select_for_update(of=["self"]))
    if any(debt.amount != amounts[debt.pk] for debt in debts):
        raise Outdated
    state = Debt.State.SPLIT
    if mine.update(state=state, remind_on=None) != len(amounts):
        raise Outdated
    today = timezone.localdate(now)
    reminders = [next_day(day, today) for day in plan.days]
    parts, events = [], []
    for debt in debts:
        amounts = plan.parts(debt.amount)
        events.append(_divided(debt, amounts, plan.days))
        parts += _parts(debt, amounts, plan.days, reminders)
    for part in parts:
        part.created_at = now
    Debt.objects.bulk_create(parts)
    events += [_stored(part) for part in parts]
    for event in events:
        event.at, event.actor = now, officer
    DebtEvent.objects.bulk_create(events)


def undo(debt, officer, *, now):
    """Cancel the instalments and let the whole be paid again. Raises Outdated."""
    reason = _("The instalments were taken back.")
    with transaction.atomic():
        parts = debt.instalments.exclude(state=Debt.State.CANCELLED)
        count = parts.count()
        if not count or cancel_all(parts.untouched(), reason, officer, now) != count:
            raise Outdated  # and nothing of it has happened
        today = timezone.localdate(now)
        reminder = next_day(debt.due_on, today) if debt.batch.reminds else None
        mine = Debt.objects.filter(pk=debt.pk, state=Debt.State.SPLIT)
        if not mine.update(state=Debt.State.OPEN, remind_on=reminder):
            raise Outdated
        facts = {"state": [Debt.State.SPLIT, Debt.State.OPEN]}
        kind = DebtEvent.Kind.CHANGED
        debt.events.create(kind=kind, at=now, actor=officer, facts=facts)


def _parts(debt, amounts, days, reminders):
    same = {name: getattr(debt, name) for name in SAME}
    found_by = debt.search_key.removesuffix(str(debt.amount))
    for number, (amount, day, reminder) in enumerate(
        zip(amounts, days, reminders, strict=True), 1
    ):
        yield Debt(
            whole=debt,
            instalment=f"{number}/{len(days)}",
            key=f"part:{debt.pk}:{number}",
            amount=amount,
            due_on=day,
            remind_on=reminder if debt.batch.reminds else None,
            search_key=f"{found_by}{amount}",
            **same,
        )


def _divided(debt, amounts, days):
    told = [
        [amount, day.isoformat()] for amount, day in zip(amounts, days, strict=True)
    ]
    return DebtEvent(debt=debt, kind=DebtEvent.Kind.SPLIT, facts={"parts": told})


def _stored(part):
    facts = {"amount": part.amount}
    return DebtEvent(debt=part, kind=DebtEvent.Kind.STORED, facts=facts)
