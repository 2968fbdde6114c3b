"""What the payer reads on the result pages, and who may read it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payment_portal import persian
from payments.checkout.steps import open_call
from payments.models import GatewayCall
from payments.states import State
from tests.payments.test_guards import make_payment

CANCEL_HINT = "این پرداخت را لغو کنید"


def test_success_page_shows_what_the_guide_shows(payer, paid):
    page = payer.see(paid)
    for text in (
        "عملیات موفق",
        "مبلغ تراکنش",
        "۵۰۰٬۰۰۰",
        "پانصد هزار",
        "تاریخ و ساعت",
        persian.jalali_numeric(paid.paid_at).split()[0],
        "شماره پیگیری",
        paid.tracking_number,
        "شماره مرجع",
        paid.reference_number,
        "واحد مربوطه",
        "امور دانشجویی",
        "موضوع پرداخت",
        "خوابگاه",
        "دانلود رسید",
        paid.order_number,
        paid.spaced_code,
        "<svg",
    ):
        assert text in page, text


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("cancel", "مبلغی برای دانشگاه ثبت نشد"),
        ("wrong_pin", "۷۲ ساعت"),
        ("timeout", "مبلغی برای دانشگاه ثبت نشد"),
    ],
)
def test_failure_page_says_whether_money_moved(payer, action, words):
    payment = payer.pay(action=action)
    page = payer.see(payment)
    assert words in page
    assert payment.order_number in page
    assert "شماره پیگیری" not in page


def test_retry_keeps_the_choices(payer):
    payment = payer.pay(action="cancel")
    retry = payer.browser.get(payment.get_absolute_url()).context["retry_url"]
    page = payer.browser.get(retry)
    assert page.context["chosen"]["subject"] == payer.subject.pk
    assert page.context["form"]["amount"].value() == "500000"


def test_unknown_looks_like_being_checked_and_not_like_failure(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    page = payer.see(payment)
    assert "در حال استعلام" in page
    assert "دوباره پرداخت نکنید" in page
    assert 'http-equiv="refresh"' in page
    assert "بررسی دوباره" in page


def test_page_looks_again_while_the_worker_asks_about_an_order(payer):
    payment = payer.start()
    assert 'http-equiv="refresh"' not in payer.see(payment)
    asked = open_call(payment, GatewayCall.Operation.INQUIRE, timezone.now())
    assert 'http-equiv="refresh"' in payer.see(payment)
    GatewayCall.objects.filter(pk=asked.pk).update(
        closed_at=timezone.now(), outcome=GatewayCall.Outcome.YES
    )
    assert 'http-equiv="refresh"' not in payer.see(payment)


def test_payment_at_the_bank_can_be_gone_on_with_or_cancelled(payer):
    payment = payer.start()
    page = payer.see(payment)
    way = reverse("payments:handover", args=[payment.public_id])
    assert page.count("btn-primary") == 1
    assert f'class="btn btn-primary btn-big" href="{way}"' in page
    cancel = reverse("payments:cancel", args=[payment.public_id])
    assert (cancel in page, CANCEL_HINT in page) == (True, True)
    payer.browser.post(cancel)
    payment.refresh_from_db()
    assert payment.unpaid_reason == "cancelled"


def test_payment_on_its_way_to_the_bank_offers_nothing_that_would_not_work(
    client_of, student, dormitory, terminal
):
    payment = make_payment(student, dormitory, terminal)
    page = client_of(student).get(payment.get_absolute_url()).text
    assert "خواسته شده است که صفحه پرداخت را باز کند" in page
    cancel = reverse("payments:cancel", args=[payment.public_id])
    assert (cancel in page, CANCEL_HINT in page) == (False, False)


@pytest.mark.parametrize("action", ["success", "cancel", "close"])
def test_without_a_log_in_only_amount_state_and_order_number(payer, action):
    payment = payer.start()
    fields = payer.at_bank(payment, action)
    if fields:
        payer.bring(payment, fields)
    answer = Client().get(payment.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "۵۰۰٬۰۰۰" in page
    assert payment.order_number in page
    for secret in (
        payment.payer_name,
        payment.verify_key,
        payment.verify_code,
        payment.reference_number or payment.verify_key,
        "خوابگاه",
        "receipt.pdf",
        reverse("payments:cancel", args=[payment.public_id]),
    ):
        assert secret not in page


def test_payment_without_a_payer_is_his_who_has_its_address(
    student, dormitory, terminal, client_of
):
    payment = make_payment(student, dormitory, terminal, payer=None)
    for browser in (Client(), client_of(student)):
        answer = browser.get(payment.get_absolute_url())
        assert answer.context["mine"] is True
        assert "خوابگاه" in answer.content.decode()
    assert "خوابگاه" not in client_of(student).get("/").content.decode()


def test_stranger_finds_nothing(payer, paid, other_payer):
    open_payment = payer.start("700,000")
    stranger = other_payer.browser
    for payment in (paid, open_payment):
        for name in ("result", "handover", "receipt"):
            address = reverse(f"payments:{name}", args=[payment.public_id])
            assert stranger.get(address).status_code == 404
        for name in ("recheck", "cancel"):
            address = reverse(f"payments:{name}", args=[payment.public_id])
            assert stranger.post(address).status_code == 404
    open_payment.refresh_from_db()
    assert open_payment.state == State.AT_BANK


def test_everything_else_asks_for_the_log_in(payer, paid):
    for name in ("handover", "receipt"):
        address = reverse(f"payments:{name}", args=[paid.public_id])
        assert "/login/" in Client().get(address)["Location"]
    for name in ("dashboard", "history"):
        assert "/login/" in Client().get(reverse(f"payments:{name}"))["Location"]
    for name in ("pay", "confirm"):
        assert "/login/" in Client().post(reverse(f"payments:{name}"))["Location"]


def test_pages_are_kept_out_of_caches(payer, paid):
    for address in (paid.get_absolute_url(), reverse("payments:dashboard")):
        assert payer.browser.get(address)["Cache-Control"] == "private, no-store"


def test_confirmation_page_asks_as_the_guide_does(payer):
    page = payer.browser.post(reverse("payments:confirm"), payer.form("100000"))
    text = re.sub(r"<[^>]+>", "", page.content.decode())
    assert "آیا از پرداخت مبلغ ۱۰۰٬۰۰۰ ریال اطمینان دارید؟" in text
    assert "یکصد هزار" in text
    assert "بله، انجام شود" in text
    assert "انصراف" in text


def test_dashboard_without_javascript_loads_the_next_list(payer):
    page = payer.browser.get(
        reverse("payments:dashboard"),
        {"faculty": payer.subject.unit.faculty_id, "unit": payer.subject.unit_id},
    )
    assert [unit["title"] for unit in page.context["units"]] == ["امور دانشجویی"]
    assert [row["title"] for row in page.context["subjects"]] == ["خوابگاه"]


@pytest.mark.parametrize("text", ["x", "-1", "۱", "9" * 60, "1 OR 1=1"])
def test_strange_choice_in_the_address_is_harmless(payer, text):
    page = payer.browser.get(
        reverse("payments:dashboard"), {"faculty": text, "unit": text}
    )
    assert page.status_code == 200


def test_dashboard_needs_few_queries(payer, paid, django_assert_max_num_queries):
    choices = {"faculty": paid.subject.unit.faculty_id, "unit": paid.subject.unit_id}
    with django_assert_max_num_queries(8):
        payer.browser.get(reverse("payments:dashboard"), choices)
    # The catalogue and the banks are remembered; which student he is, is not.
    with django_assert_max_num_queries(4):
        payer.browser.get(reverse("payments:dashboard"), choices)
