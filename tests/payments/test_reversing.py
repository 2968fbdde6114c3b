"""Money that has to go back, and a bank that does not give it."""

from datetime import timedelta

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
