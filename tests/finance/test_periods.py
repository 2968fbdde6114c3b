"""Which days a Jalali period has, leap years among them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.periods import Kind, Period, period
from payment_portal import persian


def day(text):
    return persian.jalali_to_gregorian(*map(int, text.split("/")))


def text(one):
    return persian.latin_day(one)


@pytest.mark.parametrize(
    ("kind", "within", "first", "last"),
    [
        ("day", "1403/12/30", "1403/12/30", "1403/12/30"),
        ("week", "1405/09/01", "1405/08/30", "1405/09/06"),  # a Sunday
        ("week", "1405/08/30", "1405/08/30", "1405/09/06"),  # Saturday itself
        ("week", "1405/09/06", "1405/08/30", "1405/09/06"),  # and Friday
        ("month", "1405/06/31", "1405/06/01", "1405/06/31"),
        ("month", "1405/07/01", "1405/07/01", "1405/07/30"),
        ("month", "1399/12/05", "1399/12/01", "1399/12/30"),
        ("month", "1403/12/30", "1403/12/01", "1403/12/30"),
        ("month", "1404/12/29", "1404/12/01", "1404/12/29"),
        ("month", "1408/12/01", "1408/12/01", "1408/12/30"),
        ("year", "1399/07/01", "1399/01/01", "1399/12/30"),
        ("year", "1403/01/01", "1403/01/01", "1403/12/30"),
        ("year", "1404/12/29", "1404/01/01", "1404/12/29"),
        ("year", "1408/12/30", "1408/01/01", "1408/12/30"),
    ],
)
def test_period_around_a_day(kind, within, first, last):
    span = period(kind, day(within))
    assert (text(span.first), text(span.last)) == (first, last)


def test_period_from_a_day_to_another_holds_both():
    span = period("between", day("1403/12/29"), day("1404/01/02"))
    assert (span.end - span.first).days == 4
    assert str(span) == "از ۲۹ اسفند ۱۴۰۳ تا ۲ فروردین ۱۴۰۴"


def test_periods_are_called_as_people_call_them():
    names = {
        kind: str(period(kind, day("1405/09/01"))) for kind in ("day", "month", "year")
    }
    assert names == {"day": "۱ آذر ۱۴۰۵", "month": "آذر ۱۴۰۵", "year": "سال مالی ۱۴۰۵"}


def test_day_begins_at_midnight_in_tehran():
    start, end = period("day", day("1405/09/01")).moments
    assert start.isoformat() == "2026-11-22T00:00:00+03:30"
    assert end - start == timedelta(days=1)


@given(
    st.sampled_from(list(Kind)),
    st.dates(day("1390/01/01"), day("1420/01/01")),
)
def test_periods_leave_no_day_between_them(kind, one):
    span = period(kind, one)
    assert span.first <= one < span.end
    assert span.later.first == span.end
    assert span.earlier.end == span.first
    assert isinstance(span.later.earlier, Period)
    assert span.later.earlier == span
