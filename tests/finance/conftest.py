"""Payments of known days, for reports."""

from datetime import datetime, time

import pytest

from catalog.models import Faculty, Subject, Unit
from payment_portal import persian
from payments.models import Payment, Terminal
from payments.states import State
from tests.payments.test_guards import make_payment


@pytest.fixture
def terminal(db):
    return Terminal.objects.create(
        alias="sep", title="سامان", psp="sep", merchant_number="2015"
    )


@pytest.fixture
def library(db):
    """A subject of another faculty than the dormitory's."""
    faculty = Faculty.objects.create(title="دانشکده هنر", position=2)
    unit = Unit.objects.create(faculty=faculty, title="کتابخانه", position=1)
    return Subject.objects.create(
        unit=unit, title="جریمه دیرکرد", position=1, amount_rule="free"
    )


def moment(day, clock="12:00"):
    """The moment in Tehran of a Jalali day written as 1405/09/01."""
    there = persian.jalali_to_gregorian(*map(int, day.split("/")))
    return datetime.combine(there, time.fromisoformat(clock), persian.TEHRAN)


@pytest.fixture
def paid(student, dormitory, terminal):
    """Store a payment that was paid then: paid("1405/09/01", 500_000)."""

    def store(day, amount=500_000, *, clock="12:00", subject=dormitory, **changes):
        number, at = str(Payment.objects.count() + 1), moment(day, clock)
        facts = {
            "state": State.PAID,
            "created_at": at,
            "paid_at": at,
            "reference_number": number,
            "tracking_number": number,
            "settlement": "not_needed",
            "faculty_title": subject.unit.faculty.title,
            "unit_title": subject.unit.title,
            "subject_title": subject.title,
        }
        payment = {"amount": amount, **facts, **changes}
        return make_payment(student, subject, terminal, **payment)

    return store


@pytest.fixture
def unpaid(student, dormitory, terminal):
    def store(day, amount=500_000, **changes):
        facts = {"state": State.UNPAID, "unpaid_reason": "cancelled"}
        at = {"amount": amount, "created_at": moment(day)}
        values = {**facts, **at, **changes}
        return make_payment(student, dormitory, terminal, **values)

    return store
