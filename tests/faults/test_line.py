"""The line to the bank breaks in every way: unknown is never a yes and never a no."""

import socket
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from payments.models import Claim, Payment, Terminal
from payments.states import State
from tests.faults.conftest import speak_with
from tests.faults.proxy import cut, delay, drip, falsify, hang, reset, say
from tests.payments.conftest import callback_of, work

TOKEN, VERIFY, REVERSE = "onlinepg", "VerifyTransaction", "ReverseTransaction"
DEADLINE = 0.5  # where the bank is to miss it
BEING_CHECKED = "دوباره پرداخت نکنید"

# What arrives instead of an answer; the bank has done its work each time.
NO_ANSWERS = {
    "empty": say(""),
    "page": say("<h1>خطا</h1>", headers="Content-Type: text/html\r\n"),
    "502": say("<h1>Bad gateway</h1>", "502 Bad Gateway"),
    "truncated": say('{"ResultCode": 0, "Transac'),
    "not an object": say('["ResultCode", 0]'),
    "wrong type": say('{"ResultCode": "0", "status": "1", "TransactionDetail": "x"}'),
    "said twice": say('{"ResultCode": 0, "ResultCode": -2, "status": 1, "status": 1}'),
    "too long": say(b" " * 10_000_000 + b"{}"),
    "redirect": say("", "307 Temporary Redirect", "Location: http://127.0.0.1:9/\r\n"),
    "not HTTP": lambda exchange: exchange.answer(exchange.ask()[9:]),
    "head cut": cut(30),
    "body cut": cut(-3),
    "reset before": reset(),
    "reset after": reset(after=True),
}
fault = pytest.mark.parametrize("treatment", NO_ANSWERS.values(), ids=NO_ANSWERS)


def paid_after_all(payment, after=timedelta(seconds=3)):
    """What the worker makes of it, and that the payer is told once."""
    work(after=after)
    payment.refresh_from_db()
    told = Message.objects.filter(key=f"payment-paid:{payment.pk}").count()
    return payment.state == State.PAID and told == 1


@fault
def test_no_answer_to_the_token_request(payer, line, treatment):
    line.plan(TOKEN, treatment)
    payment = payer.start()
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "refused")
    assert payment.calls.get().outcome == "unknown"
    again = payer.start()
    assert again.state == State.AT_BANK
    assert again.order_number != payment.order_number


@fault
def test_no_answer_to_the_verify_request(payer, line, treatment):
    payment = payer.start()
    line.plan(VERIFY, treatment)
    payer.bring(payment, payer.at_bank(payment))
    assert payment.state == State.CHECKING
    assert BEING_CHECKED in payer.see(payment)
    assert paid_after_all(payment)


@fault
def test_no_answer_to_the_reversal(payer, sandbox, line, treatment):
    payment = payer.start()
    line.plan(VERIFY, falsify(OrginalAmount=400_000))
    line.plan(REVERSE, treatment)
    payer.bring(payment, payer.at_bank(payment))
    assert payment.claims.get().state == Claim.State.REVERSING

    work(after=timedelta(seconds=5))
    payment.refresh_from_db()
    assert payment.unpaid_reason == "reversed"
    assert sandbox.transaction(payment.order_number)["state"] == "reversed"


# ---- nobody there --------------------------------------------------------------------


def test_refused_connection(payer, line):
    payment = payer.start()
    fields = payer.at_bank(payment)
    with line.refusing():
        assert payer.start().unpaid_reason == "refused"
        payer.bring(payment, fields)
        assert payment.claims.get().state == Claim.State.UNKNOWN
        assert BEING_CHECKED in payer.see(payment)
        work(after=timedelta(seconds=3))
    assert paid_after_all(payment, after=timedelta(seconds=20))


def test_name_that_nobody_knows(payer, settings):
    speak_with(settings, "http://bank.invalid/sep")
    assert payer.start().unpaid_reason == "refused"


def test_connection_that_nobody_accepts(payer, settings):
    settings.GATEWAY_DEADLINE = timedelta(seconds=8)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        with socket.create_connection(address):  # now its queue is full
            speak_with(settings, f"http://127.0.0.1:{address[1]}/sep")
            before = time.monotonic()
            assert payer.start().unpaid_reason == "refused"
    assert 1 < time.monotonic() - before < 7


def test_breaker_spares_payers_the_wait_and_lets_one_probe(payer, line, settings):
    with line.refusing():
        for _ in range(settings.BREAKER_SILENCES):
            assert payer.start().unpaid_reason == "refused"
        assert Terminal.objects.get().resting_until > timezone.now()
    page = payer.browser.post(reverse("payments:pay"), payer.form())
    assert page.status_code == 503
    assert line.heard(TOKEN) == 0

    Terminal.objects.update(resting_until=timezone.now())  # half a minute later
    assert payer.start().state == State.AT_BANK
    assert payer.start().state == State.AT_BANK


def test_round_of_the_worker_stops_at_a_silent_bank(payer, line, settings):
    settings.BREAKER_SILENCES = 2
    payments = [payer.start(str(amount)) for amount in range(10_000, 10_006)]
    Terminal.objects.update(resting_until=timezone.now() + timedelta(seconds=5))
    for payment in payments:
        payer.bring(payment, payer.at_bank(payment))
    Terminal.objects.update(resting_until=None)

    settings.GATEWAY_WORKER_DEADLINE = timedelta(seconds=DEADLINE)
    line.plan(VERIFY, hang(), times=6)
    work()

    assert line.heard(VERIFY) == 2
    assert Payment.objects.filter(state=State.CHECKING).count() == 6


# ---- too slow ------------------------------------------------------------------------

SLOW = {
    "hangs before": hang(),
    "hangs after": hang(after=True),
    "late": delay(3 * DEADLINE),
    "drips its status line": drip("status"),
    "drips its headers": drip("headers"),
    "drips its body": drip("body"),
}
slow = pytest.mark.parametrize("treatment", SLOW.values(), ids=SLOW)


@slow
def test_slow_verify_is_cut_at_the_deadline(payer, line, settings, treatment):
    payment = payer.start()
    fields = payer.at_bank(payment)
    line.plan(VERIFY, treatment)
    settings.GATEWAY_DEADLINE = timedelta(seconds=DEADLINE)
    before = time.monotonic()
    payer.bring(payment, fields)
    assert DEADLINE <= time.monotonic() - before < 3 * DEADLINE
    assert payment.state == State.CHECKING
    assert paid_after_all(payment)


@slow
def test_slow_token_leaves_nobody_with_a_token(
    payer, sandbox, line, settings, treatment
):
    settings.GATEWAY_DEADLINE = timedelta(seconds=DEADLINE)
    line.plan(TOKEN, treatment)
    payment = payer.start()
    assert (payment.unpaid_reason, payment.token) == ("refused", "")
    for orphan in sandbox.ledger():  # the bank may have given one all the same
        stolen = {"State": "OK", "Status": "2", "RefNum": "x", "ResNum": ""}
        Client().post(callback_of(payment), stolen | {"Token": orphan.get("token")})
        payment.refresh_from_db()
        assert payment.state == State.UNPAID
    assert line.heard(VERIFY) == 0


# ---- another truth -------------------------------------------------------------------

LIES = {
    "less": {"OrginalAmount": 499_999},
    "more": {"OrginalAmount": 500_001},
    "less credited": {"AffectiveAmount": 499_999},
}


@pytest.mark.parametrize("detail", LIES.values(), ids=LIES)
def test_other_facts_than_ours_are_given_back_and_alarm(payer, sandbox, line, detail):
    payment = payer.start()
    line.plan(VERIFY, falsify(**detail))
    payer.bring(payment, payer.at_bank(payment))
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "reversed")
    assert payment.claims.get().state == Claim.State.REVERSED
    assert payment.events.filter(is_alarm=True).count() == 1
    assert sandbox.transaction(payment.order_number)["state"] == "reversed"


@pytest.mark.parametrize("detail", [{"RefNum": "another"}, {"TerminalNumber": 2016}])
def test_other_receipt_or_terminal_is_left_to_staff(payer, sandbox, line, detail):
    """The money under it may belong to another payment: it is not given back."""
    payment = payer.start()
    line.plan(VERIFY, falsify(**detail))
    payer.bring(payment, payer.at_bank(payment))
    assert payment.state == State.REVIEW
    assert payment.claims.get().state == Claim.State.REVIEW
    assert payment.events.filter(is_alarm=True).count() == 1
    assert sandbox.transaction(payment.order_number)["state"] == "verified"


ODD = {
    "code -4711": say('{"ResultCode": -4711, "TransactionDetail": null}'),
    "http status 302": say("", "302 Found", "Location: http://127.0.0.1:9/\r\n"),
}


@pytest.mark.parametrize("said", ODD)
def test_odd_answer_is_unknown_and_told_to_the_operator(payer, line, said, caplog):
    payment = payer.start()
    line.plan(VERIFY, ODD[said])
    payer.bring(payment, payer.at_bank(payment))
    assert payment.state == State.CHECKING
    assert f"terminal sep spoke oddly: {said}" in caplog.text
    assert paid_after_all(payment)
