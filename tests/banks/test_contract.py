"""What every bank's driver must live through; the bank's ledger is the judge."""

from datetime import timedelta

import pytest

from accounts.models import Message
from payments.management.commands.demo import TERMINALS
from payments.models import Claim, GatewayCallBody, Payment
from payments.states import Reason, Settlement, State
from tests.banks.conftest import later, named, work

pytestmark = pytest.mark.django_db

MONEY_IS_OURS = {"verified", "settled"}
MONEY_WENT_BACK = {"reversed", "auto_returned"}
# The call breaks before the bank has done its work, or after it.
BROKEN = [
    ("http500", "before"),
    ("reset", "before"),
    ("html", "before"),
    ("hang", "after"),
    ("reset", "after"),
    ("half", "after"),
    ("redirect", "after"),
]


def at(*psps):
    """Only at these banks, for the others have no such thing."""
    chosen = [demo for demo in TERMINALS if demo[0] in psps]
    return pytest.mark.parametrize("terminal", chosen, indirect=True, ids=named)


def money(customer, payment):
    """Where the bank believes the money to be."""
    state = customer.row(payment)["state"]
    if state in MONEY_IS_OURS:
        return "ours"
    return "back" if state in MONEY_WENT_BACK else state


def finished(payment):
    """The payment once everybody has stopped waiting for its payer."""
    for _round in range(3):
        if payment.state == State.AT_BANK:
            later(payment, timedelta(hours=2))
    return payment


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
def test_no_token_no_payment(customer, kind, phase):
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


# ---- thieves -------------------------------------------------------------------------


def swapped(way, theirs, ours):
    """A return of one payment, dressed up as another's."""
    pairs = {theirs.token: ours.token, theirs.order_number: ours.order_number}
    fields = {name: pairs.get(value, value) for name, value in way.fields.items()}
    url = way.url.replace(theirs.callback_key, ours.callback_key)
    for old, new in pairs.items():
        url = url.replace(old, new)
    return way._replace(url=url, fields=fields)


@pytest.mark.parametrize("dressed", [False, True])
def test_receipt_of_a_small_payment_pays_no_large_one(customer, thief, dressed):
    large = thief.start("90,000,000")
    small = thief.start("10,000")
    way = thief.at_bank(small)
    if dressed:
        forged = swapped(way, small, large)
    else:
        forged = way._replace(
            url=way.url.replace(small.callback_key, large.callback_key)
        )
    large = thief.come_back(forged)
    assert large.state != State.PAID
    for _round in range(3):
        assert later(large, timedelta(hours=2)).state != State.PAID


def test_receipt_pays_once(customer, thief):
    first = customer.start()
    way = customer.at_bank(first)
    assert customer.come_back(way).state == State.PAID
    second = thief.start()
    second = thief.come_back(swapped(way, first, second))
    assert second.state != State.PAID
    assert later(second, timedelta(hours=2)).state != State.PAID
    first.refresh_from_db()
    assert first.state == State.PAID
    assert money(customer, first) == "ours"


def test_claim_without_paying_pays_nothing(customer):
    """A return made up from somebody's earlier success, before anything is paid."""
    earlier = customer.start()
    way = customer.at_bank(earlier)
    payment = customer.start("600,000")
    made_up = customer.come_back(swapped(way, earlier, payment))
    assert made_up.state != State.PAID
    assert money(customer, payment) not in {"ours", "back"}


def test_who_came_back_too_early_may_still_pay(customer):
    """The return of somebody who had not paid yet must not bury the true one."""
    earlier = customer.start()
    way = customer.at_bank(earlier)
    payment = customer.start("600,000")
    customer.come_back(swapped(way, earlier, payment))
    payment = customer.come_back(customer.at_bank(payment))
    payment = later(payment)
    assert payment.state == State.PAID
    assert money(customer, payment) == "ours"


@pytest.mark.parametrize(
    "changes",
    [
        {"x": "1"},
        {"Token": "\x00", "token": "\x00"},
        {"RefNum": "ا" * 5000, "RefId": "ا" * 5000, "Authority": "ا" * 5000},
        dict.fromkeys(("Token", "token", "RefId", "Authority", "trackId"), ""),
    ],
)
def test_nonsense_returns_harm_nobody(customer, changes):
    payment = customer.start()
    way = customer.at_bank(payment)
    customer.come_back(way._replace(fields={}), **changes)
    payment = customer.come_back(way)
    assert later(payment).state == State.PAID
