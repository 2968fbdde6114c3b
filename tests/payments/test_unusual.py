"""An amount far above the usual is asked about once more, and never refused."""

import pytest
from django.urls import reverse

from payments import checkout, usual
from payments.models import Payment
from payments.states import State
from tests.payments.test_guards import FACTS, make_payment

PAY, CONFIRM = reverse("payments:pay"), reverse("payments:confirm")
USUAL = 500_000
FAR_ABOVE = {"amount": "2,500,001"}


@pytest.fixture
def others(other_student, dormitory, terminal):
    """Ten payments of the usual amount, and one slip of the finger."""
    for number, amount in enumerate([*[USUAL] * usual.FEWEST, 900_000_000]):
        made = make_payment(
            other_student,
            dormitory,
            terminal,
            submission_key=str(number),
            amount=amount,
        )
        facts = FACTS | {"reference_number": str(number)}
        Payment.objects.filter(pk=made.pk).update(state=State.PAID, **facts)


@pytest.fixture
def payer(payer, others):
    return payer


def test_far_more_than_usual_asks_for_one_more_tick(payer):
    form = payer.form(**FAR_ABOVE)
    answer = payer.browser.post(PAY, form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "این مبلغ غیرمعمول است." in page
    assert "۲٬۵۰۰٬۰۰۱" in page

    assert payer.browser.post(PAY, form).status_code == 200, "not without the tick"
    assert not Payment.objects.filter(submission_key=form["submission_key"]).exists()
    assert payer.browser.post(PAY, form | {"sure": "2500001"}).status_code == 303


def test_without_scripts_the_tick_is_on_the_page_that_comes_anyway(payer):
    page = payer.browser.post(CONFIRM, payer.form(**FAR_ABOVE)).content.decode()
    assert 'name="sure" value="2500001"' in page
    page = payer.browser.post(CONFIRM, payer.form()).content.decode()
    assert 'name="sure"' not in page


def test_tick_is_for_this_amount_only(payer):
    form = payer.form(amount="5,000,000", sure="2500001")
    assert payer.browser.post(PAY, form).status_code == 200


def test_both_questions_are_asked_at_once(payer):
    payer.browser.post(PAY, payer.form(sure="2500001", **FAR_ABOVE))
    asked = payer.browser.post(PAY, payer.form(**FAR_ABOVE)).context
    assert asked["earlier"]
    assert asked["unusual"]
    for half in ({"sure": "2500001"}, {"again": asked["hidden"]["again"]}):
        form = payer.form(**FAR_ABOVE, **half)
        assert payer.browser.post(PAY, form).status_code == 200


@pytest.mark.parametrize("amount", ["2,500,000", "50,000", "10,000"])
def test_up_to_five_times_and_less_is_not_asked(payer, amount):
    assert payer.browser.post(PAY, payer.form(amount)).status_code == 303


def test_few_payments_tell_nothing(payer, monkeypatch):
    monkeypatch.setattr(usual, "FEWEST", 12)
    assert payer.browser.post(PAY, payer.form(**FAR_ABOVE)).status_code == 303


def test_fixed_amount_is_nobodys_slip(payer):
    payer.subject.amount_rule, payer.subject.fixed_amount = "fixed", 90_000_000
    payer.subject.save()
    assert payer.browser.post(PAY, payer.form(amount="")).status_code == 303


def test_what_is_usual_costs_one_query_a_minute(payer, django_assert_num_queries):
    draft = checkout.Draft(None, payer.subject, 1, "key")
    with django_assert_num_queries(1):
        usual.far_above(draft)
        usual.far_above(draft)
