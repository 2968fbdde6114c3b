"""Spans of days in the Jalali calendar; a week begins on Saturday."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payment_portal import persian

DAY = timedelta(days=1)


class Kind(models.TextChoices):
    DAY = "day", gettext_lazy("Day")
    WEEK = "week", gettext_lazy("Week")
    MONTH = "month", gettext_lazy("Month")
    YEAR = "year", gettext_lazy("Fiscal year")
    BETWEEN = "between", gettext_lazy("From – to")


@dataclass(frozen=True)
class Period:
    """From the first day to the one before ``end``."""

    kind: Kind
    first: date
    end: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Midnights in Tehran."""
        return persian.start_of_day(self.first), persian.start_of_day(self.end)

    @property
    def last(self) -> date:
        return self.end - DAY

    @property
    def earlier(self) -> "Period":
        return self._beside(self.first - DAY)

    @property
    def later(self) -> "Period":
        return self._beside(self.end)

    def _beside(self, day: date) -> "Period":
        if self.kind != Kind.BETWEEN:
            return period(self.kind, day)
        length = self.end - self.first
        first = day if day == self.end else self.first - length
        return Period(self.kind, first, first + length)

    def __str__(self) -> str:
        if self.kind == Kind.DAY:
            return persian.jalali_date(self.first)
        if self.kind == Kind.MONTH:
            return persian.month_name(self.first)
        if self.kind == Kind.YEAR:
            year = persian.to_persian_digits(persian.jalali_parts(self.first)[0])
            return _("Fiscal year %(year)s") % {"year": year}
        days = {"first": self.first, "last": self.last}
        told = {name: persian.jalali_date(day) for name, day in days.items()}
        return _("From %(first)s to %(last)s") % told


def period(kind: str, day: date, until: date | None = None) -> Period:
    """The period of a kind in which a day lies; from the day ``until`` another one."""
    year, month, _day = persian.jalali_parts(day)
    if kind == Kind.WEEK:
        first = day - (day.weekday() + 2) % 7 * DAY  # Monday is 0, Saturday begins
        end = first + 7 * DAY
    elif kind == Kind.MONTH:
        first, end = (moment.date() for moment in persian.month_range(year, month))
    elif kind == Kind.YEAR:
        first = persian.jalali_to_gregorian(year, 1, 1)
        end = persian.jalali_to_gregorian(year + 1, 1, 1)
    elif kind == Kind.BETWEEN:
        first, end = day, (until or day) + DAY
    else:
        first, end = day, day + DAY
    return Period(Kind(kind), first, end)
