"""Money that has to go back, and a bank that does not give it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payments import checkout
from payments.gateways.sep import Sep
from payments.models import Claim, Terminal
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_returning import alarms

SOON = [timedelta(minutes=minutes) for minutes in range(1, 121, 7)]


def test_refused_reversal_is_told_once_and_asked_no_more(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "refuse", code="-2", times=50)
    payer.bring(payment, fields)
    for after in SOON:
        work(after=after)

    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    assert alarms(payment) == [
        "the bank confirms another amount",
        "the bank did not give the money back",
    ]
    assert payment.calls.exclude(operation="start").count() == 2


def test_reversal_that_stays_unknown_ends_with_its_window(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "http500", times=500)
    payer.bring(payment, fields)
    for after in SOON:
        Terminal.objects.update(resting_until=None, silences=0)
        work(after=after)

    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    assert alarms(payment)[-1] == "the bank did not give the money back"
    claim = payment.claims.get()
    assert (claim.state, claim.next_try_at) == (Claim.State.REVIEW, None)
    last = payment.calls.filter(operation="reverse").latest("started_at")
    assert timedelta(minutes=50) <= last.started_at - claim.created_at
    assert last.started_at - claim.created_at < timedelta(minutes=60)


def test_bank_that_refuses_the_terminal_over_a_reversal_closes_it(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "refuse", code="-106")
    payer.bring(payment, fields)
    assert payment.claims.get().state == Claim.State.REVERSING
    assert not Terminal.objects.get().is_open


def test_money_goes_back_whatever_a_browser_brings_meanwhile(payer, bank, monkeypatch):
    payment = payer.start()
    fields = payer.at_bank(payment)
    reverse = Sep.reverse

    def slow(*args):
        payer.bring(payment, fields | {"Token": "of another"})
        reverse(*args)

    monkeypatch.setattr(Sep, "reverse", slow)
    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, verify_names_order=True))
    payer.start("700,000")
    bank.fault("verify", "wrong_amount", code="1000")
    payer.bring(payment, fields)
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "reversed")
    claim = payment.claims.get()
    assert (claim.state, claim.holds_receipt) == (Claim.State.REVERSED, True)


@pytest.mark.parametrize("window", [timedelta(minutes=5), None])
def test_reversal_that_is_unknown_at_the_last_moment_is_for_staff(
    payer, bank, monkeypatch, window
):
    """Or at once, where the bank gives nothing back any more."""
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "http500", times=2)
    payer.bring(payment, fields)
    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, reverse_window=window))
    claim = payment.claims.get()
    moment = claim.created_at + (window or timedelta(minutes=1))
    checkout.check(claim, cause="worker", clock=lambda: moment)
    payment.refresh_from_db()
    assert payment.state == State.REVIEW


def test_silence_after_the_window_is_told_once(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=500)
    payer.bring(payment, fields)
    for after in SOON:
        Terminal.objects.update(resting_until=None, silences=0)
        work(after=after)
    assert alarms(payment) == ["window is over and the bank has not answered"]


def test_payment_under_review_outlives_an_invented_receipt(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", phase="after")
    payer.bring(payment, fields)
    bank.fault("verify", "refuse", code="-6")
    work(after=timedelta(seconds=3))

    payer.bring(payment, fields | {"RefNum": "invented"})

    assert payment.claims.get(receipt_number="invented").state == Claim.State.REJECTED
    assert payment.state == State.REVIEW
