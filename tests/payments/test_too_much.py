"""One payer, or one request, that asks for more than anybody needs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payment_portal import papers
from payment_portal.seats import Seats
from payments import receipts
from payments.models import Payment, Terminal
from tests.conftest import PASSWORD
from tests.payments.conftest import callback_of
from tests.test_doors import has_its_headers

PAY = reverse("payments:pay")


# ---- started payments


@pytest.fixture
def two_starts(settings):
    assert settings.STARTS_PER_PAYER == 20
    settings.STARTS_PER_PAYER = 2


def test_payer_who_starts_too_many_is_told_and_loses_nothing(payer, two_starts):
    payer.start("11,111")
    payer.start("22,222")
    answer = payer.browser.post(PAY, payer.form("33,333"))
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "پرداخت‌های زیادی آغاز کرده‌اید" in page
    assert "33,333" in page
    assert answer.context["chosen"]["subject"] == payer.subject.pk
    assert Payment.objects.count() == 2


def test_payer_may_start_again_an_hour_later(payer, two_starts, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    payer.start("11,111")
    payer.start("22,222")
    for _ in range(3):
        time_machine.shift(timedelta(minutes=20, seconds=1))
        payer.browser.get("/")  # he is still there
    payer.start("33,333")


def test_one_submission_sent_again_and_again_is_one_start(payer, two_starts):
    form = payer.form()
    for _ in range(4):
        assert payer.browser.post(PAY, form).status_code == 303
    payer.start("22,222")


def test_start_that_found_no_bank_is_none(payer, two_starts):
    Terminal.objects.update(is_open=False)
    for _ in range(4):
        assert payer.browser.post(PAY, payer.form()).status_code == 503
    Terminal.objects.update(is_open=True)
    payer.start("11,111")
    payer.start("22,222")


def test_payers_are_counted_apart(payer, other_payer, two_starts):
    payer.start("11,111")
    payer.start("22,222")
    other_payer.start("33,333")


# ---- the session ended while the form was filled in


@pytest.mark.parametrize("page", ["payments:pay", "payments:confirm"])
def test_what_was_chosen_outlives_the_session(payer, student, page):
    stranger = Client()
    answer = stranger.post(reverse(page), payer.form("123,456"))
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=")
    typed = {"username": student.mobile, "password": PASSWORD}
    back = stranger.post(answer.url, typed, follow=True)
    assert back.status_code == 200
    assert back.context["chosen"]["subject"] == payer.subject.pk
    assert "123,456" in back.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("page", ["payments:pay", "payments:confirm"])
def test_stranger_without_choices_is_asked_who_he_is(db, page):
    answer = Client().get(reverse(page))
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=/")


# ---- receipts


def receipt_of(payment):
    return reverse("payments:receipt", args=[payment.public_id])


@pytest.fixture
def quick_receipts(monkeypatch):
    monkeypatch.setattr(papers, "pdf", lambda *paper: b"%PDF-")


def test_payer_gets_ten_receipts_a_minute(payer, paid, quick_receipts, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    for _ in range(10):
        assert payer.browser.get(receipt_of(paid)).status_code == 200
    answer = payer.browser.get(receipt_of(paid))
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "۶۰ ثانیه دیگر دوباره" in answer.text
    assert "امنیت" not in answer.text
    time_machine.shift(61)
    assert payer.browser.get(receipt_of(paid)).status_code == 200


def test_crowd_that_asks_for_receipts_is_told_to_come_again(
    payer, paid, monkeypatch, client_of, finance_officer
):
    monkeypatch.setattr(papers, "_seats", Seats(0))
    staff = reverse("admin:payments_payment_receipt", args=[paid.pk])
    for browser, address in [
        (payer.browser, receipt_of(paid)),
        (client_of(finance_officer), staff),
    ]:
        answer = browser.get(address)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert "درخواست رسید زیاد است" in answer.content.decode()


def test_seat_of_a_receipt_is_given_back(paid, monkeypatch):
    monkeypatch.setattr(papers, "_seats", Seats(1))
    monkeypatch.setattr(papers, "pdf", lambda *paper: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            receipts.as_file(paid)


# ---- bodies


class Unread:
    """A body that nobody may read."""

    def read(self, *size):
        raise AssertionError("the body was read")

    readline = read


def post(address, length):
    return Client().generic(
        "POST",
        address,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=length,
        **{"wsgi.input": Unread()},
    )


@pytest.mark.parametrize("length", [str(256 * 1024 + 1), "1" + "0" * 20, "-1", "x"])
def test_large_request_is_refused_before_it_is_read(payer, length):
    for address in ("/login/", "/bank/none/", callback_of(payer.start())):
        answer = post(address, length)
        assert answer.status_code == 413
        assert "حجم درخواست زیاد بود" in answer.content.decode()
        has_its_headers(answer, address)


def test_return_for_nobody_is_not_read(db):
    assert post("/bank/none/", "1000").status_code == 404


def test_return_for_somebody_is_read(payer):
    with pytest.raises(AssertionError, match="the body was read"):
        post(callback_of(payer.start()), "1000")
