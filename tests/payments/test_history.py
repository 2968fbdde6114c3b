"""The payer looks back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from payment_portal import persian
from payments.models import Payment
from tests.payments.test_guards import FACTS, make_payment

HISTORY = reverse("payments:history")


@pytest.fixture
def payments(student, dormitory, terminal):
    """Three payments on three days, the last one paid."""
    made = []
    for day, (unit, subject, amount) in enumerate(
        [
            ("کتابخانه مرکزی", "جریمه دیرکرد", 100_000),
            ("امور دانشجویی", "کرایه خانه‌های سازمانی", 300_000),
            ("امور آموزشی", "شهریه", 200_000),
        ]
    ):
        made.append(
            make_payment(
                student,
                dormitory,
                terminal,
                unit_title=unit,
                subject_title=subject,
                amount=amount,
                search_key=" ".join(
                    map(persian.search_key, [unit, subject, str(amount)])
                ),
                created_at=timezone.now() - timedelta(days=10 * (3 - day)),
            )
        )
    facts = FACTS | {"tracking_number": "777001", "reference_number": "888002"}
    Payment.objects.filter(pk=made[2].pk).update(state="paid", **facts)
    Payment.objects.exclude(pk=made[2].pk).update(
        state="unpaid", unpaid_reason="cancelled"
    )
    return made


@pytest.fixture
def look(student, client_of, payments):
    browser = client_of(student)

    def titles(**query):
        answer = browser.get(HISTORY, query)
        assert answer.status_code == 200
        return [payment.subject_title for payment in answer.context["page"]]

    return titles


LIBRARY, HOUSE, TUITION = "جریمه دیرکرد", "کرایه خانه‌های سازمانی", "شهریه"


def test_newest_stands_first(look):
    assert look() == [TUITION, HOUSE, LIBRARY]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("كتابخانه", [LIBRARY]),
        ("خانه های", [HOUSE]),
        ("شهريه", [TUITION]),
        ("۳۰۰۰۰۰", [HOUSE]),
        ("۳۰۰٬۰۰۰", [HOUSE]),
        ("300,000", [HOUSE]),
        ("777001", [TUITION]),
        ("۸۸۸۰۰۲", [TUITION]),
        ("امور", [TUITION, HOUSE]),
        ("امور شهریه", [TUITION]),
        ("نیست", []),
        ("%", []),
    ],
)
def test_search_reads_every_spelling(look, q, found):
    assert look(q=q) == found


def test_receipt_code_finds_its_payment(look, payments):
    for spelling in (payments[2].spaced_code, payments[2].verify_code.lower()):
        assert look(q=spelling) == [TUITION]


def test_payment_has_one_time(student, client_of, look, payments):
    """Paid ten days after it was begun, and found on the day that is shown."""
    paid_at = Payment.objects.get(pk=payments[2].pk).paid_at
    page = client_of(student).get(HISTORY, {"state": "paid"}).content.decode()
    assert persian.jalali_numeric(paid_at) in page
    assert persian.jalali_numeric(payments[2].created_at) not in page
    assert look(since=persian.jalali_day(paid_at)) == [TUITION]


def test_state_and_days_narrow_the_list(look):
    assert look(state="paid") == [TUITION]
    today = timezone.localdate()
    day = persian.jalali_day(today - timedelta(days=21))
    assert look(since=day) == [TUITION, HOUSE]
    assert look(until=day) == [LIBRARY]
    assert look(since=day, until=persian.to_ascii_digits(day)) == []


def test_wrong_filter_is_explained_and_kept(student, client_of, payments):
    answer = client_of(student).get(HISTORY, {"since": "2026-01-01", "q": "شهریه"})
    assert answer.context["form"].errors["since"]
    assert "2026-01-01" in answer.content.decode()
    answer = client_of(student).get(
        HISTORY, {"since": "1405/02/02", "until": "1405/02/01"}
    )
    assert answer.context["form"].errors["until"]


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("amount", LIBRARY),
        ("-amount", HOUSE),
        ("time", LIBRARY),
        ("-time", TUITION),
        ("unit", TUITION),
        ("tracking", HOUSE),
        ("-tracking", TUITION),
        ("-reference", TUITION),
        ("row", LIBRARY),
        ("subject", LIBRARY),
    ],
)
def test_every_column_sorts(look, sort, first):
    assert look(sort=sort)[0] == first


@pytest.mark.parametrize("sort", ["payer__password", "-", "", "--time", "pk;", "?"])
def test_no_other_column_sorts(look, sort):
    assert look(sort=sort) == [TUITION, HOUSE, LIBRARY]


def test_pages_have_the_size_that_was_asked_for(student, client_of, payments):
    browser = client_of(student)
    for number in range(12):
        make_payment(
            student,
            payments[0].subject,
            payments[0].terminal,
            submission_key=f"more-{number}",
        )
    answer = browser.get(HISTORY, {"size": "10"})
    assert len(answer.context["page"]) == 10
    assert answer.context["total"] == 15
    answer = browser.get(HISTORY, {"size": "10", "page": "۲"})
    assert len(answer.context["page"]) == 5
    for strange in ("999", "-1", "x", ""):
        assert browser.get(HISTORY, {"page": strange}).status_code == 200
    assert len(browser.get(HISTORY, {"size": "100000"}).context["page"]) == 15


def test_others_payments_are_not_there(other_student, client_of, payments):
    answer = client_of(other_student).get(HISTORY)
    assert answer.context["total"] == 0
    assert "هنوز" in answer.content.decode()


def test_history_needs_four_queries(
    student, client_of, payments, django_assert_num_queries
):
    browser = client_of(student)
    with django_assert_num_queries(4):
        browser.get(HISTORY, {"q": "شهریه", "sort": "-amount", "state": "paid"})
