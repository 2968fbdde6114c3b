"""What a debt answers about itself, to the last rial, day and moment."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from debts.models import Certificate, Debt, Identity, PayLink
from tests.debts.sheets import (
    DUE_ON,
    NATIONAL,
    OTHER_NATIONAL,
    OTHER_STUDENT,
    STUDENT,
    row,
)

NOW = timezone.now()
A_MOMENT, A_DAY = timedelta(microseconds=1), timedelta(days=1)


@pytest.fixture
def in_parts(debt):
    """A debt of eight millions that may be paid in parts; three have come."""
    Debt.objects.update(least_part=1_000_000, paid_amount=3_000_000)
    return Debt.objects.get()


@pytest.mark.parametrize(
    "others", [{"شماره دانشجویی": OTHER_STUDENT}, {"شماره ملی": OTHER_NATIONAL}]
)
def test_a_student_is_who_has_both_numbers(store, student, others):
    store(row() | others)
    numbers = {"student_number": STUDENT, "national_number": NATIONAL}
    times = {"issued_at": NOW, "expires_at": NOW + A_DAY}
    paper = Certificate.objects.create(issued_to=student, **numbers, **times)
    assert not Debt.objects.of_student(Identity(**numbers)).exists()
    assert not Certificate.objects.with_debts().get().owes
    assert paper.holds(NOW)
    store(row())
    assert Debt.objects.of_student(Identity(**numbers)).count() == 1
    assert Certificate.objects.with_debts().get().owes
    assert not paper.holds(NOW)


def test_a_certificate_holds_until_its_last_moment(db):
    paper = Certificate(student_number="1", national_number="1", expires_at=NOW)
    assert paper.holds(NOW - A_MOMENT)
    assert not paper.holds(NOW)


def test_an_instalment_is_divided_no_more(store):
    store(row(), row(شرح="خوابگاه، قسط ۱ از ۲"))
    assert Debt.objects.divisible().count() == 2
    Debt.objects.filter(title="شهریه").update(instalment="1/2")
    assert not Debt.objects.divisible().filter(title="شهریه").exists()


def test_a_debt_is_overdue_the_day_after(debt):
    assert not debt.is_overdue(DUE_ON)
    assert debt.is_overdue(DUE_ON + A_DAY)
    debt.state = Debt.State.PAID
    assert not debt.is_overdue(DUE_ON + A_DAY)


def test_no_more_is_owed_than_is_left(in_parts):
    assert in_parts.owes(5_000_000)
    assert not in_parts.owes(5_000_001)
    in_parts.state = Debt.State.CANCELLED
    assert not in_parts.owes(1)


def test_a_zero_too_many_is_one_of_what_is_left(in_parts, foreign):
    for amount, meant in [(500_000, True), (50_000_000, True), (1_100_000, False)]:
        assert Debt.objects.meant_by(foreign, amount).exists() == meant
        assert in_parts.is_a_zero_away(amount) == meant


def test_what_somebody_paid_meanwhile_keeps_it_from_being_held(in_parts):
    Debt.objects.update(paid_amount=4_000_000)
    assert not in_parts.hold()
    assert Debt.objects.get().hold()


def test_a_cancelled_debt_counts_nothing(debt):
    Debt.objects.update(state=Debt.State.CANCELLED)
    debt.refresh_from_db()
    assert debt.take(8_000_000, "1", now=NOW) == 8_000_000
    debt.refresh_from_db()
    assert (debt.state, debt.paid_amount) == (Debt.State.CANCELLED, 0)


def test_what_is_counted_is_told(in_parts):
    assert in_parts.take(6_000_000, "123", now=NOW) == 1_000_000
    assert in_parts.events.latest("pk").facts == {"amount": 5_000_000, "payment": "123"}
    assert Debt.objects.get().state == Debt.State.PAID


@pytest.mark.parametrize("amount", [1_000_000, 4_000_000, 5_000_000])
def test_a_part_may_be_as_small_as_it_may_and_leave_as_little(in_parts, amount):
    in_parts.check_part(amount)


@pytest.mark.parametrize(
    ("amount", "code", "bound"),
    [
        (999_999, "low", "۱٬۰۰۰٬۰۰۰"),
        (4_000_001, "low", "۱٬۰۰۰٬۰۰۰"),
        (4_999_999, "low", "۱٬۰۰۰٬۰۰۰"),
        (5_000_001, "high", "۵٬۰۰۰٬۰۰۰"),
    ],
)
def test_a_part_that_cannot_be_is_told_its_bound(in_parts, amount, code, bound):
    with pytest.raises(ValidationError) as refusal:
        in_parts.check_part(amount)
    assert refusal.value.code == code
    assert bound in refusal.value.messages[0]


def test_a_link_was_revoked_when_it_was(debt, debts_clerk):
    first = PayLink.make(debt, debts_clerk, now=NOW)
    PayLink.make(debt, debts_clerk, now=NOW + A_DAY)
    PayLink.close(debt, debts_clerk, now=NOW + 2 * A_DAY)
    first.refresh_from_db()
    assert first.revoked_at == NOW + A_DAY
