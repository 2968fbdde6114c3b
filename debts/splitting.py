"""A debt in instalments: each is a debt of its own, and together they are the whole."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from debts.importing import search_key
from debts.judging import AT_ONCE
from debts.models import Debt, DebtEvent
from debts.reminders import next_day

WHOLE = 100  # per cent
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
        if plan.parts(amount):
            outcome.fit.append((pk, amount))
        else:
            outcome.unfit += 1
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
    parts = [part for debt in debts for part in _parts(debt, plan, now)]
    Debt.objects.bulk_create(parts)
    events = [_divided(debt, plan) for debt in debts] + [_stored(one) for one in parts]
    for event in events:
        event.at, event.actor = now, officer
    DebtEvent.objects.bulk_create(events)


def _parts(debt, plan, now):
    count = len(plan.days)
    for number, (due_on, amount) in enumerate(
        zip(plan.days, plan.parts(debt.amount), strict=True), 1
    ):
        part = Debt(
            whole=debt,
            instalment=f"{number}/{count}",
            key=f"part:{debt.pk}:{number}",
            amount=amount,
            due_on=due_on,
            created_at=now,
            **{name: getattr(debt, name) for name in SAME},
        )
        part.search_key = search_key(part)
        if debt.batch.reminds:
            part.remind_on = next_day(due_on, timezone.localdate(now))
        yield part


def _divided(debt, plan):
    parts = plan.parts(debt.amount)
    told = [
        [amount, day.isoformat()] for amount, day in zip(parts, plan.days, strict=True)
    ]
    return DebtEvent(debt=debt, kind=DebtEvent.Kind.SPLIT, facts={"parts": told})


def _stored(part):
    facts = {"amount": part.amount}
    return DebtEvent(debt=part, kind=DebtEvent.Kind.STORED, facts=facts)
