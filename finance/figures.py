"""The front page's figures: what came in today, this month and year; what is open."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from debts.models import Debt
from finance.periods import Kind, Period, period
from finance.reports import By, Report, Scope, units_of
from payments.models import Payment
from payments.states import UNFINISHED, State

CHARTED = timedelta(days=30)
SPANS = [Kind.DAY, Kind.MONTH, Kind.YEAR]
UNKNOWN = [State.CHECKING, State.REVIEW]


class Income(NamedTuple):
    period: Period
    payments: int
    amount: int


class Open(NamedTuple):
    debts: int
    amount: int


def of(user, today):
    """What an officer may know of them."""
    payments, debts, units = Payment.objects.all(), Debt.objects.open(), units_of(user)
    if units is not None:
        payments = payments.filter(subject__unit__in=units)
        debts = debts.in_units(units)
    # Said twice, the broader word first: it is the one that an index has.
    unknown = payments.filter(state__in=UNFINISHED).filter(state__in=UNKNOWN)
    left = _sum(F("amount") - F("paid_amount"))
    return {
        "incomes": income(payments, today),
        "lines": last_days(payments, today),
        "debts": Open(**debts.aggregate(debts=Count("pk"), amount=left)),
        "unknown": unknown.count(),
    }


def _sum(of, **options):
    return Coalesce(Sum(of, **options), 0)


def income(payments, today):
    """What was paid in each span in which today lies: one query for all."""
    spans = [period(kind, today) for kind in SPANS]
    paid = payments.paid().since(min(span.moments[0] for span in spans))
    sums = {}
    for span in spans:
        within = Q(moment__gte=span.moments[0])
        sums[f"{span.kind}_payments"] = Count("pk", filter=within)
        sums[f"{span.kind}_amount"] = _sum("amount", filter=within)
    found = paid.aggregate(**sums)
    return [
        Income(span, found[f"{span.kind}_payments"], found[f"{span.kind}_amount"])
        for span in spans
    ]


def last_days(payments, today):
    """What was paid on each of the last days."""
    span = Period(Kind.BETWEEN, today - CHARTED, today + timedelta(days=1))
    return Report(span, payments.paid(), By.DAY, Scope({}, {}, is_whole=True)).lines
