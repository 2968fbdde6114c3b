"""Payments of a period: every one of them, and their sums by what one asks about.

The same report is what the page shows and what the files hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject
from catalog.reach import reach, within
from finance.periods import Period
from payment_portal import persian
from payments.models import Payment, Terminal
from payments.models.found import MOMENT
from payments.states import State

# What reports need, as pages, as files and made by the worker; all reach together.
SEE = ["payments.view_payment"]
EXPORT = [*SEE, "finance.export"]
ORDER = [*EXPORT, "finance.order"]
PIECE = 2000  # rows that are read at once
COLUMNS = [
    *("pk", "moment", "order_number", "payer_name"),
    *("faculty_title", "unit_title", "subject_title", "amount", "state"),
    *("terminal_id", "reference_number", "tracking_number"),
    *("debt_id", "debt__full_name", "debt__student_number"),
]


class By(models.TextChoices):
    """What sums are made of."""

    FACULTY = "faculty", _("faculty or centre")
    UNIT = "unit", _("unit")
    SUBJECT = "subject", _("subject of payment")
    BANK = "bank", _("terminal")
    STATE = "state", _("state")
    DAY = "day", _("day")
    MONTH = "month", _("month")


IN_TIME = [By.DAY, By.MONTH]
COLUMN_OF = {
    **dict.fromkeys([By.FACULTY, By.UNIT, By.SUBJECT], "subject"),
    **dict.fromkeys(IN_TIME, "day"),
    By.BANK: "terminal",
    By.STATE: "state",
}
SUMS = {
    "number": Count("pk"),
    "whole": Coalesce(Sum("amount"), 0),
    "paid": Coalesce(Sum("amount", filter=Q(state=State.PAID)), 0),
}


class Sums(NamedTuple):
    """How many payments, how much they are, and how much of it has come in."""

    payments: int = 0
    amount: int = 0
    paid: int = 0

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*map(sum, zip(self, other, strict=True)))


class Line(NamedTuple):
    label: str
    sums: Sums


@dataclass(frozen=True)
class Scope:
    """What an officer may ask about."""

    subjects: dict[int, Subject]
    terminals: dict[int, Terminal]
    is_whole: bool

    @classmethod
    def of(cls, user, rights) -> "Scope":
        subjects = Subject.objects.select_related("unit__faculty")
        subjects = within(subjects, user, *rights)
        subjects = subjects.order_by(
            *("unit__faculty__position", "unit__faculty_id"),
            *("unit__position", "unit_id", "position", "pk"),
        )
        terminals = Terminal.objects.order_by("psp", "position", "pk")
        return cls(
            {one.pk: one for one in subjects},
            {one.pk: one for one in terminals},
            reach(user, *rights).is_whole,
        )

    def choices_of_terminals(self):
        """The terminals that serve these subjects: others' are not told of."""
        serving = set(self.terminals)
        if not self.is_whole:
            found = Terminal.objects.serving_any(self.subjects)
            serving = set(found.values_list("pk", flat=True))
        return [(pk, str(one)) for pk, one in self.terminals.items() if pk in serving]

    def payments(self):
        payments = Payment.objects.all()
        return payments if self.is_whole else payments.filter(subject__in=self.subjects)


@dataclass(frozen=True)
class Report:
    period: Period
    payments: models.QuerySet
    by: By
    scope: Scope = field(repr=False)

    @property
    def latest_first(self):
        start, end = self.period.moments
        found = self.payments.since(start).until(end)
        return found.order_by("-moment", "-pk")

    def rows(self) -> Iterator[Any]:
        """Every payment, read piece by piece: no transaction stays open meanwhile.

        The newest come first, so that one paid meanwhile does not come twice.
        """
        found = self.latest_first.annotate(moment=MOMENT)
        found = found.values_list(*COLUMNS, named=True)
        piece = list(found[:PIECE])
        while piece:
            yield from piece
            last = piece[-1]
            # The first condition is a place in the index, the second one is not.
            rest = found.filter(moment__lte=last.moment).filter(
                Q(moment__lt=last.moment) | Q(pk__lt=last.pk)
            )
            piece = list(rest[:PIECE])

    @cached_property
    def lines(self) -> list[Line]:
        """The sums: in order of time, or else the greatest first."""
        groups: dict[Any, tuple[Any, Sums]] = {}
        for key, sums in self.found.items():
            place = self._place(key)
            first, known = groups.get(place, (key, Sums()))
            groups[place] = first, known.plus(sums)
        if self.by in IN_TIME:
            groups = dict(sorted(groups.items()))
        lines = [Line(self._label(first), sums) for first, sums in groups.values()]
        if self.by not in IN_TIME:
            lines.sort(key=lambda line: -line.sums.amount)
        return lines

    @cached_property
    def total(self) -> Sums:
        total = Sums()
        for line in self.lines:
            total = total.plus(line.sums)
        return total

    @cached_property
    def found(self) -> dict[Any, Sums]:
        """The sums as the database makes them, by the numbers of rows or by days."""
        column = COLUMN_OF[self.by]
        found = self.latest_first.order_by()
        if column == "day":
            found = found.annotate(day=TruncDate("moment", tzinfo=persian.TEHRAN))
        rows = found.values(column).annotate(**SUMS).values_list(column, *SUMS)
        sums = {key: Sums(*figures) for key, *figures in rows}
        return _every_day(sums) if column == "day" else sums

    def _place(self, key) -> Any:
        """What the line of a key is told apart by, and put in order of time by."""
        if self.by == By.MONTH:
            return persian.jalali_parts(key)[:2]
        if self.by == By.UNIT:
            return self.scope.subjects[key].unit_id
        if self.by == By.FACULTY:
            return self.scope.subjects[key].unit.faculty_id
        return key

    def _label(self, key) -> str:
        """How the line of a key is called."""
        if self.by == By.DAY:
            return persian.jalali_day(key)
        if self.by == By.MONTH:
            return persian.month_name(key)
        if self.by == By.BANK:
            return str(self.scope.terminals[key])
        if self.by == By.STATE:
            return str(State(key).label)
        subject = self.scope.subjects[key]
        if self.by == By.SUBJECT:
            return str(subject)
        return str(subject.unit if self.by == By.UNIT else subject.unit.faculty)


class NearerEnd:
    """Rows for a paginator, read from whichever end is nearer to the page."""

    def __init__(self, found, count):
        self.found, self.number = found, count

    def count(self):
        return self.number

    def __getitem__(self, part):
        if part.start <= self.number // 2:
            return list(self.found[part])
        backwards = slice(self.number - part.stop, self.number - part.start)
        return list(self.found.reverse()[backwards])[::-1]


def _every_day(sums: dict[date, Sums]) -> dict[date, Sums]:
    """The days between the first and the last, also those on which nobody paid."""
    if not sums:
        return sums
    first, last = min(sums), max(sums)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day: sums.get(day, Sums()) for day in days}
