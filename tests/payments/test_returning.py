"""What a browser may bring back, and what becomes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from payments import checkout
from payments.gateways.base import Confirmation, No, Refused
from payments.gateways.sep import Sep
from payments.models import Claim, Payment, PaymentEvent
from payments.states import State
from tests.payments.conftest import callback_of, work

UNKNOWN_RECEIPT = "the bank does not know this receipt"


def alarms(payment):
    found = payment.events.filter(is_alarm=True).order_by("pk")
    return list(found.values_list("note", flat=True))


@pytest.mark.parametrize(
    ("action", "reason", "why", "in_general"),
    [
        ("cancel", "cancelled", "در درگاه بانک لغو کردید", "پیش از تکمیل لغو شد"),
        ("wrong_pin", "declined", "پرداخت را انجام نداد", "پرداخت را نپذیرفت"),
        ("low_balance", "declined", "پرداخت را انجام نداد", "پرداخت را نپذیرفت"),
        ("timeout", "expired", "به پایان رسید", "در مهلت بانک تکمیل نشد"),
    ],
)
def test_bank_says_no(payer, action, reason, why, in_general):
    payment = payer.pay(action=action)
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == reason
    assert not payment.claims.exists()
    page = payer.see(payment)
    assert (why in page, in_general in page) == (True, False)  # told once
    page = Client().get(payment.get_absolute_url()).text  # a stranger's
    assert (why in page, in_general in page) == (False, True)


def test_what_comes_after_the_banks_no_changes_nothing_of_it(payer):
    payment = payer.pay(action="cancel")
    payer.bring(payment, {"State": "x" * 300})
    assert alarms(payment)
    assert "در درگاه بانک لغو کردید" in payer.see(payment)


def test_return_by_get_is_the_same(payer):
    payment = payer.start()
    Client().get(callback_of(payment), payer.at_bank(payment))
    payment.refresh_from_db()
    assert payment.state == State.PAID


def test_result_waits_behind_a_redirect(payer):
    payment = payer.start()
    answer = Client().post(callback_of(payment), payer.at_bank(payment, "cancel"))
    assert answer.status_code == 303
    assert answer["Location"] == payment.get_absolute_url()


def test_return_needs_no_csrf_token_and_sets_no_cookie(payer):
    payment = payer.start()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(callback_of(payment), payer.at_bank(payment))
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers


def test_unknown_callback_key_is_not_found(db):
    assert Client().post("/bank/nobody/", {"State": "OK"}).status_code == 404


def test_opening_the_address_by_hand_does_nothing(payer):
    payment = payer.start()
    Client().get(callback_of(payment))
    payment.refresh_from_db()
    assert payment.state == State.AT_BANK
    assert not alarms(payment)


@pytest.mark.parametrize("field", ["Token", "ResNum", "TerminalId"])
def test_return_of_another_payment_is_not_asked_about(payer, bank, field):
    payment = payer.start()
    fields = payer.at_bank(payment)

    payer.bring(payment, fields | {field: "123456"})

    assert payment.state == State.AT_BANK
    assert bank.transaction(payment.order_number)["verify_calls"] == 0
    assert alarms(payment) == ["return does not match the payment"]
    # The true return is still worth what it was.
    assert payer.bring(payment, fields).state == State.PAID


def test_return_that_names_nothing_of_ours_is_refused(payer):
    payment = payer.start()
    payer.bring(payment, {"State": "CanceledByUser"})
    assert payment.state == State.AT_BANK
    assert alarms(payment)


def test_field_that_comes_twice_is_refused(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields | {"RefNum": [fields["RefNum"], "other"]})
    assert payment.state == State.AT_BANK
    assert alarms(payment)


@pytest.mark.parametrize(
    "receipt", ["x" * 51, "رسید", "a b", "<b>", "a\nb", "\u200f123", "x" * 5000]
)
def test_strange_receipt_number_is_harmless(payer, bank, receipt):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields | {"RefNum": receipt})
    assert payment.state != State.PAID
    assert payer.bring(payment, fields).state == State.PAID


def test_long_status_is_no_reason_to_lose_a_return(payer):
    payment = payer.start()
    fields = payer.at_bank(payment, "cancel")
    payer.bring(payment, fields | {"Status": "9" * 60})
    assert payment.state == State.UNPAID
    assert payment.events.last().code == "9" * 50


def test_paid_without_a_receipt_number_is_not_paid(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields | {"RefNum": ""})
    assert payment.state == State.UNPAID


def test_invented_receipt_is_rejected_and_poisons_nothing(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)

    payer.bring(payment, fields | {"RefNum": "invented"})
    assert payment.state == State.UNPAID
    assert payment.claims.get().state == Claim.State.REJECTED

    payer.bring(payment, fields)
    assert payment.state == State.PAID
    assert payment.claims.filter(state=Claim.State.CONFIRMED).count() == 1


def test_receipt_pays_once(payer, other_payer, bank):
    first = payer.start()
    fields = payer.at_bank(first)
    payer.bring(first, fields)
    second = other_payer.start()

    theft = other_payer.at_bank(second, "cancel") | {
        "State": "OK",
        "Status": "2",
        "RefNum": fields["RefNum"],
    }
    other_payer.bring(second, theft)

    assert second.state == State.AT_BANK
    assert second.claims.get().code == "receipt of another payment"
    assert bank.transaction(first.order_number)["verify_calls"] == 1
    assert alarms(second) == ["receipt of another payment"]


def test_cheap_receipt_does_not_pay_an_expensive_bill(payer, bank):
    cheap = payer.start("10,000")
    receipt = payer.at_bank(cheap)["RefNum"]
    dear = payer.start("5,000,000")
    payer.bring(
        dear,
        {
            "State": "OK",
            "Status": "2",
            "RefNum": receipt,
            "ResNum": dear.order_number,
            "Token": dear.token,
        },
    )

    assert dear.state == State.UNPAID
    assert dear.unpaid_reason == "reversed"
    assert alarms(dear) == ["the bank confirms another amount"]
    assert dear.events.get(is_alarm=True).code == "10000"
    assert dear.claims.get().state == Claim.State.REVERSED
    assert bank.transaction(cheap.order_number)["state"] == "reversed"


def test_other_amount_at_the_bank_is_given_back(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="400000")
    payer.bring(payment, fields)
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == "reversed"
    assert bank.transaction(payment.order_number)["state"] == "reversed"


def test_cancelled_return_after_success_changes_nothing(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields)
    cancelled = {"State": "CanceledByUser", "Status": "1", "Token": payment.token}
    assert payer.bring(payment, cancelled).state == State.PAID


def test_success_after_the_payer_cancelled_here_counts(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.browser.post(f"{payment.get_absolute_url()}cancel/")
    payment.refresh_from_db()
    assert payment.unpaid_reason == "cancelled"
    assert payer.bring(payment, fields).state == State.PAID


def test_second_receipt_for_a_paid_payment_is_only_recorded(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields)

    payer.bring(payment, fields | {"RefNum": "another"})
    work(after=timedelta(hours=1))

    assert payment.state == State.PAID
    claim = payment.claims.get(receipt_number="another")
    assert (claim.state, claim.tries) == (Claim.State.REVIEW, 0)
    assert (claim.holds_receipt, claim.next_try_at) == (False, None)
    assert payment.events.get(is_alarm=True).claim == claim
    assert payment.calls.filter(operation="verify").count() == 1
    assert alarms(payment) == ["second receipt for a paid payment"]
    assert (
        PaymentEvent.objects.filter(from_state="paid").exclude(to_state="paid").count()
        == 0
    )


def test_card_that_the_bank_tells_whole_is_stored_masked(payer, monkeypatch):
    verify = Sep.verify

    def tell_all(*args):
        return replace(verify(*args), masked_card="6219861000000082")

    monkeypatch.setattr(Sep, "verify", tell_all)
    assert payer.pay().masked_card == "621986******0082"


def test_payment_that_never_had_a_token_has_no_return(payer, bank):
    bank.fault("token", "refuse", code="5")
    payment = payer.start()
    order = {"ResNum": payment.order_number, "TerminalId": "2015"}
    payer.bring(payment, order | {"State": "OK", "Status": "2", "RefNum": "invented"})
    assert payment.state == State.UNPAID
    assert not payment.claims.exists()
    assert alarms(payment) == ["return does not match the payment"]


def test_denied_receipt_that_is_the_token_counts_once_it_is_paid(payer, monkeypatch):
    """Somebody came back before he paid, and then once more."""
    payment = payer.start()
    receipt = payment.token
    back = {"State": "OK", "Status": "2", "Token": receipt, "RefNum": receipt}
    payer.bring(payment, back)
    assert (payment.state, alarms(payment)) == (State.UNPAID, [UNKNOWN_RECEIPT])
    answers = [Confirmation(receipt, payment.amount, "2015", "9")]
    monkeypatch.setattr(Sep, "verify", lambda *args: answers.pop())
    payer.bring(payment, back)
    assert (payment.state, payment.next_try_at) == (State.CHECKING, None)
    assert payment.events.latest("seq").cause == "return"
    work()
    payment.refresh_from_db()
    assert payment.state == State.PAID


def test_denied_receipt_that_is_the_token_moves_nothing_that_is_paid(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    for receipt in (payment.token, fields["RefNum"], payment.token):
        payer.bring(payment, fields | {"RefNum": receipt})
    assert payment.state == State.PAID
    assert payment.claims.get(receipt_number=payment.token).state == "rejected"


def test_receipt_that_is_the_token_is_not_asked_about_for_ever(payer):
    payment = payer.start()
    receipt = payment.token
    back = {"State": "OK", "Status": "2", "Token": receipt, "RefNum": receipt}
    for _ in range(7):
        payer.bring(payment, back)
        work()
    assert payment.calls.filter(operation="verify").count() == 5


def test_receipt_that_the_bank_calls_anothers_is_told_to_staff(payer, monkeypatch):
    def no(*args):
        raise Refused("77", No.ANOTHERS)

    monkeypatch.setattr(Sep, "verify", no)
    payment = payer.pay()
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "declined")
    alarm = payment.events.get(is_alarm=True)
    assert (alarm.note, alarm.code) == ("receipt of another payment", "77")


def test_malformed_return_is_noted_when_it_came(payer):
    payment = payer.start()
    moment = payment.created_at + timedelta(minutes=3)
    stale = Payment.objects.get()
    payer.bring(payment, payer.at_bank(payment, "cancel"))
    checkout.receive(stale, {"State": "رسید"}, clock=lambda: moment)
    alarm = payment.events.get(is_alarm=True)
    assert (alarm.note, alarm.cause, alarm.at) == ("malformed return", "return", moment)
    assert alarm.code


def test_yes_counts_whatever_another_browser_brings_meanwhile(payer, monkeypatch):
    payment = payer.start()
    fields = payer.at_bank(payment)
    verify = Sep.verify

    def slow(*args):
        payer.bring(payment, fields | {"Token": "of another"})
        return verify(*args)

    monkeypatch.setattr(Sep, "verify", slow)
    assert payer.bring(payment, fields).state == State.PAID
    assert alarms(payment) == ["return does not match the payment"]


def test_receipt_in_other_letters_is_the_same_receipt(payer, other_payer):
    first = payer.start()
    fields = payer.at_bank(first)
    payer.bring(first, fields)
    second = other_payer.start()
    other_payer.bring(second, other_payer.at_bank(second) | {"RefNum": "invented"})
    names = {"Token": second.token, "ResNum": second.order_number}
    receipt = fields["RefNum"].swapcase()
    second = other_payer.bring(second, fields | names | {"RefNum": receipt})
    assert second.state != State.PAID
    assert alarms(second) == [UNKNOWN_RECEIPT, "receipt of another payment"]


def test_code_of_a_terminal_that_is_not_set_up_is_for_staff(payer):
    payment = payer.start()
    fields = payer.at_bank(payment, "cancel")
    payment = payer.bring(payment, fields | {"State": "Failed", "Status": "8"})
    assert payment.state == State.UNPAID
    assert payment.events.get(is_alarm=True).code == "8"
    payment.terminal.refresh_from_db()
    assert payment.terminal.is_open  # a browser said it
