"""The front page's figures: what came in today, this month and year; what is open."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from catalog.reach import within
from debts.models import Debt
from finance.periods import DAY, Kind, Period, period
from finance.reports import SEE, By, Line, Report, Scope
from payment_portal import persian
from payments.models import Payment
from payments.states import UNFINISHED, State

OWED = "debts.view_debt"
CHARTED = timedelta(days=30)
SPANS = [Kind.DAY, Kind.MONTH, Kind.YEAR]
UNKNOWN = [State.CHECKING, State.REVIEW]
NOWHERE = Scope({}, {}, is_whole=True)  # days have no names to look up


class Income(NamedTuple):
    period: Period
    payments: int
    amount: int


class Open(NamedTuple):
    debts: int
    amount: int


def of(user, today):
    """What an officer may know of them."""
    seen = of_payments(user, today) if user.has_perms(SEE) else {}
    return {**seen, "debts": of_debts(user) if user.has_perm(OWED) else None}


def of_debts(user):
    debts = within(Debt.objects.open(), user, OWED)
    left = Coalesce(Sum(F("amount") - F("paid_amount")), 0)
    return Open(**debts.aggregate(debts=Count("pk"), amount=left))


def of_payments(user, today):
    payments = within(Payment.objects.all(), user, *SEE)
    # Said twice, the broader word first: it is the one that an index has.
    unknown = payments.filter(state__in=UNFINISHED).filter(state__in=UNKNOWN)
    days = paid_by_day(payments, today)
    return {
        "incomes": [income(days, period(kind, today)) for kind in SPANS],
        "lines": [
            Line(persian.jalali_day(day), sums)
            for day, sums in days.items()
            if day >= today - CHARTED
        ],
        "unknown": unknown.count(),
    }


def paid_by_day(payments, today):
    """What was paid on each day of the year and of the chart: one query for all."""
    first = min(period(Kind.YEAR, today).first, today - CHARTED)
    span = Period(Kind.BETWEEN, first, today + DAY)
    return Report(span, payments.paid(), By.DAY, NOWHERE).found


def income(days, span):
    """What of it was paid in a period."""
    within = [sums for day, sums in days.items() if span.first <= day < span.end]
    payments = sum(sums.payments for sums in within)
    return Income(span, payments, sum(sums.amount for sums in within))
