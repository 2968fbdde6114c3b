"""The same payer, subject and amount within a day: asked first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from catalog.models import Subject
from payments.models import Payment

PAY = reverse("payments:pay")


def is_asked(payer, amount="500,000"):
    """Whether one who confirms the form is asked about an earlier payment."""
    answer = payer.browser.post(PAY, payer.form(amount))
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def test_second_payment_asks_first_and_shows_the_earlier(payer, paid):
    answer = payer.browser.post(PAY, payer.form())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert paid.order_number in page
    assert "پرداخت دوباره" in page
    assert Payment.objects.count() == 1

    again = answer.context["hidden"]
    assert payer.browser.post(PAY, again).status_code == 303
    assert Payment.objects.count() == 2


def test_payment_that_is_being_checked_asks_too(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    page = payer.browser.post(PAY, payer.form()).content.decode()
    assert payment.order_number in page


def test_answer_to_the_question_is_for_this_payment_only(payer, paid):
    form = payer.form(again="123456789012")
    assert payer.browser.post(PAY, form).status_code == 200
    assert Payment.objects.count() == 1


def test_same_submission_is_not_a_second_payment(payer, bank):
    form = payer.form()
    payer.browser.post(PAY, form)
    payment = Payment.objects.get()
    payer.bring(payment, payer.at_bank(payment))
    assert payer.browser.post(PAY, form)["Location"] == payment.get_absolute_url()


@pytest.mark.parametrize("amount", ["500,001", "499,999"])
def test_other_amount_does_not_ask(payer, paid, amount):
    assert not is_asked(payer, amount)


def test_another_subject_does_not_ask(payer, paid, dormitory):
    assert is_asked(payer)
    payer.subject = Subject.objects.create(unit=dormitory.unit, title="کارت تغذیه")
    assert not is_asked(payer)


def test_after_a_day_nothing_is_asked(payer, paid, monkeypatch):
    assert is_asked(payer)
    monkeypatch.setattr("payments.views.paying.ASK_AGAIN_WITHIN", timedelta(0))
    assert not is_asked(payer)


def test_failed_payment_does_not_ask(payer):
    payer.pay(action="cancel")
    assert not is_asked(payer)


def test_others_payments_do_not_ask(paid, other_payer):
    assert not is_asked(other_payer)


@pytest.mark.parametrize("state", ["started", "at_bank"])
def test_payment_that_is_not_finished_asks_too(payer, state):
    payment = payer.start()
    facts = {"token": "", "state": "started"} if state == "started" else {}
    Payment.objects.filter(pk=payment.pk).update(**facts, version=9)
    page = payer.browser.post(PAY, payer.form())
    text = page.content.decode()
    assert page.context["earlier"] == payment
    assert "به پایان نرسانده‌اید" in text
    # The earlier one is what the big button leads to.
    assert f'btn-primary btn-big" href="{payment.get_absolute_url()}"' in text
    again = text.split("پرداخت دوباره")[0].rsplit("<button", 1)[1]
    assert "btn-secondary" in again
    assert Payment.objects.count() == 1
