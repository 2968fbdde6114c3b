"""Late returns and clocks that jump: no money is lost, nothing counts twice."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from accounts.models import Message
from payments.states import State
from tests.faults.proxy import pass_on, reset
from tests.payments.conftest import work

VERIFY = "VerifyTransaction"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("late", "state", "reason"),
    [
        (timedelta(minutes=1), State.PAID, ""),
        (timedelta(minutes=29), State.PAID, ""),
        (timedelta(minutes=31), State.UNPAID, "reversed"),
        (timedelta(days=3), State.UNPAID, "reversed"),
    ],
)
def test_late_return_is_worth_what_the_bank_says(payer, sandbox, late, state, reason):
    payment = payer.start()
    fields = payer.at_bank(payment)
    sandbox.advance(late.total_seconds())
    work(after=late)
    payer.bring(payment, fields)
    assert (payment.state, payment.unpaid_reason) == (state, reason)
    verified = sandbox.transaction(payment.order_number)["state"] == "verified"
    assert verified == (state == State.PAID)


@pytest.mark.django_db(transaction=True)
def test_clock_jumps_ahead_while_the_bank_is_asked(payer, sandbox, line):
    payment = payer.start()
    fields = payer.at_bank(payment)

    def jump(exchange):
        work(after=HOUR)  # to this worker the lease is long over
        connections.close_all()
        pass_on(exchange)

    line.plan(VERIFY, jump)
    payer.bring(payment, fields)
    assert payment.state == State.PAID
    assert sandbox.transaction(payment.order_number)["verify_calls"] == 2
    assert payment.events.filter(to_state=State.PAID).count() == 1
    assert Message.objects.count() == 1


def test_clock_jumps_ahead_while_the_payer_is_at_the_bank(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    work(after=HOUR)
    payment.refresh_from_db()
    assert payment.unpaid_reason == "expired"
    assert payer.bring(payment, fields).state == State.PAID


def test_clock_jumps_back_while_an_answer_is_missing(payer, line):
    payment = payer.start()
    line.plan(VERIFY, reset())
    payer.bring(payment, payer.at_bank(payment))
    with time_machine.travel(timezone.now() - HOUR):
        work()
        payment.refresh_from_db()
        assert payment.state == State.CHECKING
        payer.browser.post(f"{payment.get_absolute_url()}recheck/")
        payment.refresh_from_db()
        assert payment.state == State.PAID
