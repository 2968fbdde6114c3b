"""The bank says yes, but not to what the payment asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from payments import checkout
from payments.gateways.base import Confirmation
from payments.gateways.sep import Sep
from payments.models import Claim, Decision, Payment
from payments.states import State
from tests.payments.conftest import WORD_OF_THE_BANK, work
from tests.payments.test_returning import alarms


@pytest.fixture
def bank_says(monkeypatch):
    """Let the bank's yes differ from the truth: bank_says(amount=1)."""
    verify = Sep.verify

    def differ(**changes):
        def say(*args):
            return replace(verify(*args), **changes)

        monkeypatch.setattr(Sep, "verify", say)

    return differ


@pytest.mark.parametrize(
    ("changes", "note", "code"),
    [
        ({"amount": 499_999}, "the bank confirms another amount", "499999"),
        ({"received": 499_999}, "the bank credits another amount", "499999"),
        ({"received": 0}, "the bank credits another amount", "0"),
        ({"amount": 10**60}, "the bank confirms another amount", "1" + "0" * 49),
    ],
)
def test_yes_to_another_amount_goes_back(payer, bank, bank_says, changes, note, code):
    bank_says(**changes)
    payment = payer.pay()
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "reversed")
    assert alarms(payment) == [note]
    assert payment.events.get(is_alarm=True).code == code
    assert bank.transaction(payment.order_number)["state"] == "reversed"


@pytest.mark.parametrize("amount", [500_000, 90_000_000])
@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"receipt_number": "another"}, "the bank confirms another receipt"),
        ({"receipt_number": ""}, "the bank confirms another receipt"),
        ({"merchant_number": "2016"}, "the bank confirms another terminal"),
        ({"merchant_number": ""}, "the bank confirms another terminal"),
        ({"order_number": "1"}, "the bank confirms another order"),
        ({"token": "t"}, "the bank confirms another token"),
    ],
)
def test_money_that_may_be_anothers_is_for_staff(
    payer, bank, bank_says, changes, note, amount
):
    bank_says(**changes, amount=amount, received=amount)
    payment = payer.pay()
    assert payment.state == State.REVIEW
    for minutes in (31, 37, 43):
        work(after=timedelta(minutes=minutes))
    assert payment.calls.filter(operation="verify").count() == 4
    assert alarms(payment) == [note]
    assert payment.events.get(is_alarm=True).code == next(iter(changes.values()))
    assert bank.transaction(payment.order_number)["state"] == "verified"


def test_staff_hear_of_every_receipt_that_differs(payer, monkeypatch):
    def yes(self, order, receipt):
        return Confirmation(receipt, order.amount, "2015", "9", token="x" * 90)

    monkeypatch.setattr(Sep, "verify", yes)
    payment = payer.start()
    fields = payer.at_bank(payment)
    for receipt in ("first", "second"):
        payer.bring(payment, fields | {"RefNum": receipt})
    assert alarms(payment) == ["the bank confirms another token"] * 2
    assert {event.code for event in payment.events.filter(is_alarm=True)} == {"x" * 50}


def test_money_that_another_payment_holds_is_not_given_back(
    payer, other_payer, bank, bank_says
):
    payment = payer.start()
    claim = waiting_claim(payer, payment, payer.at_bank(payment))
    other = other_payer.pay()
    claim.receipt_number = other.claims.get().receipt_number
    claim.holds_receipt = False
    claim.save()
    bank_says(amount=1, received=1)
    checkout.check(claim, cause="worker", clock=later)
    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    assert bank.transaction(other.order_number)["state"] == "verified"


def test_bank_that_gives_nothing_back_is_not_asked_to(payer, bank_says, monkeypatch):
    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, reverse_window=None))
    bank_says(amount=1)
    payment = payer.pay()
    assert payment.state == State.REVIEW
    assert not payment.calls.filter(operation="reverse").exists()


def test_yes_that_says_everything_is_a_yes(payer, bank_says):
    payment = payer.start()
    bank_says(order_number=payment.order_number, token=payment.token)
    payer.bring(payment, payer.at_bank(payment))
    assert payment.state == State.PAID


def test_bank_that_tells_less_is_believed(payer, bank_says):
    bank_says(order_number="", token="", received=None)
    assert payer.pay().state == State.PAID


@pytest.fixture
def second_yes(payer, bank, monkeypatch):
    """Let the bank confirm one more receipt of a paid payment; what it gives back."""
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields | {"RefNum": "first"})
    payer.bring(payment, fields)
    assert payment.state == State.PAID

    def yes(self, order, receipt):
        return Confirmation(receipt, order.amount, "2015", "99")

    reversed_receipts = []
    monkeypatch.setattr(Sep, "verify", yes)
    monkeypatch.setattr(Sep, "reverse", lambda *args: reversed_receipts.append(args[2]))

    def ask():
        work(after=timedelta(minutes=1))
        payment.refresh_from_db()
        assert payment.state == State.PAID
        assert alarms(payment) == ["paid already under another receipt"]
        assert payment.events.get(is_alarm=True).code == ""
        return payment.claims.get(receipt_number="first").state, reversed_receipts

    return ask


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (Decision.State.WITHDRAWN, (Claim.State.REVERSED, ["first"])),
        (Decision.State.CONFIRMED, (Claim.State.REVIEW, [])),
    ],
)
def test_second_yes_to_one_payment_goes_back_unless_officers_decided(
    second_yes, finance_officer, second_officer, state, end
):
    Decision.objects.create(
        payment=Payment.objects.get(),
        receipt_number="as read on the telephone",
        state=state,
        recorded_by=finance_officer,
        recorded_at=timezone.now(),
        closed_by=second_officer,
        closed_at=timezone.now(),
        **WORD_OF_THE_BANK,
    )
    assert second_yes() == end


def test_second_yes_of_a_bank_that_finds_the_order_may_be_the_same_money(
    second_yes, monkeypatch
):
    """One receipt written in two ways must not give back what is paid."""
    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, verify_names_order=True))
    assert second_yes() == (Claim.State.REVIEW, [])


def test_answer_that_cannot_be_stored_is_not_another_payments_receipt(payer, bank_says):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank_says(reference_number="")
    claim = waiting_claim(payer, payment, fields)
    with pytest.raises(IntegrityError):
        checkout.check(claim, cause="worker", clock=later)
    claim.refresh_from_db()
    assert claim.state == Claim.State.CHECKING
    assert alarms(payment) == []


def later():
    return timezone.now() + timedelta(seconds=3)


def waiting_claim(payer, payment, fields):
    payer.bank.fault("verify", "http500")
    payer.bring(payment, fields)
    return Claim.objects.select_related("payment__terminal").get(payment=payment)


def test_receipt_that_another_payment_took_meanwhile_is_for_staff(payer, other_payer):
    """Banks that name our order let a claim wait without holding its receipt."""
    payment = payer.start()
    claim = waiting_claim(payer, payment, payer.at_bank(payment))
    other = other_payer.pay()
    claim.receipt_number = other.claims.get().receipt_number
    claim.holds_receipt = False
    claim.save()
    checkout.check(claim, cause="worker", clock=later)

    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    assert alarms(payment) == ["receipt is confirmed for another payment"]
    assert Payment.objects.paid().get() == other
