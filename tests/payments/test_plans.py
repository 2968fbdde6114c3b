"""What staff and monitors open again and again reads no whole table."""

import re
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from payments import attention, metrics
from payments.models import Payment
from tests.payments.conftest import SEES_ALL
from tests.payments.test_guards import make_payment

# What grows with the years.
GROWING = (
    *("payments_payment", "payments_claim", "payments_paymentevent"),
    *("payments_gatewaycall", "accounts_message", "accounts_user"),
)
WHOLE = {
    "postgresql": r"Seq Scan on ({})\b",
    "sqlite": r"SCAN ({})\b(?! USING (?:COVERING )?INDEX)",
}
EXPLAIN = {"postgresql": "EXPLAIN ", "sqlite": "EXPLAIN QUERY PLAN "}


@pytest.fixture
def whole_tables_read(db):
    """What an act reads from its first row to its last: whole_tables_read(act)."""

    def read(act):
        with CaptureQueriesContext(connection) as captured:
            act()
        return [
            (table, query["sql"])
            for query in captured.captured_queries
            if query["sql"].startswith("SELECT")
            for table in scans(query["sql"])
        ]

    return read


def scans(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Small tables are read whole where they may be.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(EXPLAIN[connection.vendor] + sql.replace("%", "%%"), [])
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    return re.findall(WHOLE[connection.vendor].format("|".join(GROWING)), plan)


@pytest.mark.parametrize(
    "page",
    [
        "/admin/",
        reverse("admin:attention"),
        reverse("admin:payments_payment_changelist"),
        reverse("admin:accounts_message_changelist"),
    ],
)
def test_staff_open_a_page(whole_tables_read, client_of, superuser, page):
    browser = client_of(superuser)
    assert whole_tables_read(lambda: browser.get(page)) == []


def test_staff_find_a_payment_by_its_number(
    whole_tables_read, client_of, superuser, student, dormitory, terminal
):
    payment = make_payment(student, dormitory, terminal)
    browser = client_of(superuser)
    address = reverse("admin:payments_payment_changelist")
    for number in (payment.order_number, payment.spaced_code):
        act = partial(browser.get, address, {"q": number})
        assert whole_tables_read(act) == []
        assert act().context["cl"].result_count == 1


def test_staff_count_what_waits(whole_tables_read):
    assert whole_tables_read(lambda: attention.count(timezone.now(), SEES_ALL)) == []


def test_monitor_scrapes(whole_tables_read):
    assert whole_tables_read(lambda: metrics.page("", timezone.now())) == []


def test_somebody_logs_in_by_email(whole_tables_read):
    assert whole_tables_read(lambda: User.objects.by_email("a@b.ir")) == []


@pytest.mark.parametrize("sort", ["time", "-tracking", "reference", "-amount"])
def test_payer_looks_back(whole_tables_read, client_of, student, sort):
    browser, history = client_of(student), reverse("payments:history")
    act = lambda: browser.get(history, {"sort": sort, "state": "paid"})  # noqa: E731
    assert whole_tables_read(act) == []


def test_payer_is_asked_about_an_earlier_payment(whole_tables_read, student, dormitory):
    like = Payment.objects.of(student).filter(subject=dormitory, amount=1)
    assert whole_tables_read(like.latest_first().first) == []
