"""What every bank's driver must do for payers; the bank's ledger is the judge."""

from datetime import timedelta

import pytest

from accounts.models import Message
from payments.models import Claim, GatewayCallBody, Payment
from payments.states import Reason, Settlement, State
from tests.banks.conftest import BROKEN, at, finished, later, money, work

pytestmark = pytest.mark.django_db
HASTE = timedelta(seconds=0.3)  # where no answer is to come


# ---- there and back ------------------------------------------------------------------


def test_paid(customer):
    payment = customer.pay()
    assert payment.state == State.PAID
    assert payment.reference_number
    assert payment.tracking_number
    assert "6219861000000082" not in payment.masked_card
    assert money(customer, payment) == "ours"
    assert customer.row(payment)["amount"] == 500_000
    assert payment.reference_number in customer.see(payment)


def test_record_keeps_no_secret(customer):
    payment = customer.pay()
    bodies = GatewayCallBody.objects.all()
    kept = "".join(body.request + body.answer for body in bodies)
    secrets = [payment.token, payment.callback_key, *customer.secrets()]
    assert payment.order_number in kept
    assert [secret for secret in secrets if secret in kept] == []


@pytest.mark.parametrize("action", ["cancel", "wrong_pin", "low_balance", "timeout"])
def test_not_paid(customer, action):
    payment = finished(customer.pay(action=action))
    assert payment.state == State.UNPAID
    reasons = {Reason.CANCELLED, Reason.DECLINED, Reason.EXPIRED}
    assert payment.unpaid_reason in reasons
    if action == "cancel" and payment.unpaid_reason != Reason.EXPIRED:
        only_no = customer.psp in SAY_ONLY_NO
        reason = Reason.DECLINED if only_no else Reason.CANCELLED
        assert payment.unpaid_reason == reason
    assert money(customer, payment) in {"cancelled", "failed", "expired"}
    customer.see(payment)


# Banks whose return does not say why nothing was paid.
SAY_ONLY_NO = {"sadad", "zarinpal", "vandar"}


def test_same_return_twice_asks_the_bank_once(customer):
    payment = customer.start()
    way = customer.at_bank(payment, "twice")
    first = customer.come_back(way)
    calls = customer.row(payment)
    second = customer.come_back(way)
    assert first.state == second.state == State.PAID
    assert customer.row(payment)["verify_calls"] == calls["verify_calls"]
    assert Message.objects.filter(template="payment-paid").count() == 1


@at("sep", "sepehr")
def test_comes_back_by_the_other_method(customer):
    customer.sandbox.rules(psp=customer.psp, other_method=True)
    assert customer.pay().state == State.PAID


@at("mellat", "irankish", "asanpardakht", "sepehr")
def test_deposit_identifier_reaches_the_bank(customer):
    customer.subject.deposit_identifier = "123456789012345"
    customer.subject.save()
    payment = customer.pay()
    assert payment.state == State.PAID
    assert payment.deposit_identifier == "123456789012345"
    assert customer.row(payment)["deposit_identifier"] == "123456789012345"


# ---- the token -----------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "phase"), BROKEN)
def test_no_token_no_payment(customer, settings, kind, phase):
    if kind == "hang":
        settings.GATEWAY_DEADLINE = HASTE
    customer.fault("token", kind, phase, seconds=1.5)
    customer.submit()
    payment = Payment.objects.get()
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == Reason.REFUSED
    assert "به آنجا" not in customer.see(payment)


def test_token_is_used_once(customer):
    payment = customer.start()
    customer.at_bank(payment, "cancel")
    with pytest.raises(Exception, match="40[034]|410"):
        customer.at_bank(payment)


def test_server_that_the_bank_does_not_know_closes_the_terminal(customer):
    customer.sandbox.rules(psp=customer.psp, registered_server="10.0.0.1")
    answer = customer.submit()
    payment = Payment.objects.get()
    assert payment.unpaid_reason == Reason.REFUSED
    assert payment.events.filter(is_alarm=True).count() == 1
    customer.terminal.refresh_from_db()
    assert not customer.terminal.is_open
    assert customer.terminal.fault
    assert answer.status_code == 303
    assert customer.submit().status_code == 503  # and says so honestly


# ---- nobody comes back ---------------------------------------------------------------


def test_lost_return(customer):
    payment = customer.start()
    assert customer.at_bank(payment, "close") is None
    payment = later(payment)
    if customer.traits.can_inquire:
        assert payment.state == State.PAID
        assert payment.claims.get().source == Claim.Source.INQUIRY
        assert money(customer, payment) == "ours"
        return
    assert payment.state == State.AT_BANK
    customer.sandbox.advance(2 * 60 * 60)
    payment = later(payment, timedelta(hours=2))
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, Reason.EXPIRED)
    assert money(customer, payment) == "back"


def test_payer_who_still_sits_at_the_bank_is_not_given_up(customer):
    payment = customer.start()
    later(payment)
    assert payment.state == State.AT_BANK
    payment = customer.come_back(customer.at_bank(payment))
    assert payment.state == State.PAID


# ---- settlement ----------------------------------------------------------------------


@at("mellat", "asanpardakht")
@pytest.mark.parametrize("phase", ["before", "after"])
def test_settlement_is_repeated_until_the_bank_says_yes(customer, phase):
    payment = customer.pay()
    assert payment.settlement == Settlement.DUE
    customer.fault("settle", "reset", phase)
    work()
    payment.refresh_from_db()
    assert payment.settlement == Settlement.DUE
    assert payment.state == State.PAID
    payment = later(payment)
    assert payment.settlement == Settlement.DONE
    assert customer.row(payment)["state"] == "settled"
