"""What becomes of a payment when the answer that decides is lost, late or another."""

from datetime import timedelta

import pytest

from accounts.models import Message
from payments.models import Claim
from payments.states import Reason, State
from tests.banks.conftest import BROKEN, finished, later, money

pytestmark = pytest.mark.django_db


# ---- the answer that decides ---------------------------------------------------------


@pytest.mark.parametrize(("kind", "phase"), BROKEN)
def test_lost_answer_is_found_again(customer, kind, phase):
    payment = customer.start()
    way = customer.at_bank(payment)
    customer.fault("verify", kind, phase, seconds=3)
    payment = customer.come_back(way)
    assert payment.state == State.CHECKING
    assert "دوباره پرداخت نکنید" in customer.see(payment)
    payment = later(payment)
    assert payment.state == State.PAID
    assert money(customer, payment) == "ours"
    assert Message.objects.filter(template="payment-paid").count() == 1


@pytest.mark.parametrize("kind", ["amount", "order", "receipt", "terminal"])
def test_bank_that_confirms_something_else_pays_nothing(customer, kind):
    payment = customer.start()
    way = customer.at_bank(payment)
    customer.falsify(kind)
    payment = customer.come_back(way)
    if payment.state == State.PAID:
        assert (customer.psp, kind) in NOT_TOLD
        return
    assert payment.events.filter(is_alarm=True).exists() or payment.state in {
        State.CHECKING,
        State.AT_BANK,
    }
    assert not Claim.objects.filter(state=Claim.State.CONFIRMED).exists()


# What a bank's answer does not tell cannot differ; it compares what it was asked.
NOT_TOLD = {
    ("sep", "order"),
    ("mellat", "amount"),
    ("mellat", "order"),
    ("mellat", "receipt"),
    ("mellat", "terminal"),
    ("sadad", "receipt"),
    ("sadad", "terminal"),
    ("parsian", "amount"),
    ("parsian", "order"),
    ("parsian", "terminal"),
    ("pasargad", "terminal"),
    ("irankish", "terminal"),
    ("asanpardakht", "terminal"),
    ("sepehr", "order"),
    ("sepehr", "receipt"),
    ("sepehr", "terminal"),
    ("zarinpal", "amount"),
    ("zarinpal", "order"),
    ("zarinpal", "receipt"),
    ("zarinpal", "terminal"),
    ("zibal", "receipt"),
    ("zibal", "terminal"),
    ("vandar", "receipt"),
    ("vandar", "terminal"),
    ("payping", "terminal"),
}


def test_money_that_differs_goes_back_where_the_bank_can(customer):
    payment = customer.start()
    way = customer.at_bank(payment)
    customer.falsify("amount")
    payment = customer.come_back(way)
    if payment.state == State.PAID:
        assert (customer.psp, "amount") in NOT_TOLD
        return
    later(payment)
    if not customer.traits.reverse_window:
        assert payment.state != State.PAID
        return
    assert money(customer, payment) == "back"
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == Reason.REVERSED


def test_late_return_finds_the_money_gone(customer):
    payment = customer.start()
    way = customer.at_bank(payment, "late")
    window = customer.traits.verify_window
    customer.sandbox.advance((window + timedelta(minutes=5)).total_seconds())
    payment = finished(customer.come_back(way))
    assert payment.state in {State.UNPAID, State.REVIEW, State.CHECKING}
    assert money(customer, payment) == "back"


def test_server_unknown_at_verify_is_no_fault_of_the_payer(customer):
    payment = customer.start()
    way = customer.at_bank(payment)
    customer.sandbox.rules(psp=customer.psp, registered_server="10.0.0.1")
    payment = customer.come_back(way)
    assert payment.state in {State.CHECKING, State.AT_BANK}
    customer.sandbox.rules(psp=customer.psp, registered_server="")
    assert later(payment, timedelta(minutes=8)).state == State.PAID
