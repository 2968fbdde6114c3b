"""The SMS provider is away or slow: money does not wait, and nobody is told twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import outbox
from accounts.models import Message
from payments.states import State
from tests.faults.proxy import hang, reset
from tests.payments.conftest import work

SEND = "lookup.json"
LATER = timedelta(seconds=15)


@pytest.fixture
def told(payer, sandbox, phone_line):
    """Pay, let the worker try three times; how often the phone was told after all."""

    def times(payment):
        for after in (timedelta(0), LATER, 3 * LATER):
            work(after=after)
        texts = [sms["text"] for sms in sandbox.messages("09181234567")]
        return sum(payment.order_number in text for text in texts)

    return times


def test_provider_that_refuses_connections_is_tried_again(payer, told, phone_line):
    with phone_line.refusing():
        payment = payer.pay()
        work()
    assert payment.state == State.PAID
    assert Message.objects.get().state == Message.State.QUEUED
    assert told(payment) == 1


def test_provider_that_cannot_now_is_tried_again(payer, sandbox, told):
    sandbox.fault("sms", "refuse", code="409")
    payment = payer.pay()
    assert told(payment) == 1
    assert Message.objects.get().tries == 2


@pytest.mark.parametrize("treatment", [reset(after=True), hang(after=True)])
def test_message_that_may_have_gone_out_is_not_repeated(
    payer, told, phone_line, treatment, monkeypatch
):
    monkeypatch.setattr(outbox, "WORKER_DEADLINE", 0.5)
    phone_line.plan(SEND, treatment)
    payment = payer.pay()
    assert payment.state == State.PAID
    assert told(payment) == 1
    assert Message.objects.get().state == Message.State.UNKNOWN
    assert phone_line.heard(SEND) == 1


def test_provider_that_hangs_does_not_hold_the_worker(phone_line, db, monkeypatch):
    monkeypatch.setattr(outbox, "WORKER_DEADLINE", 0.3)
    for number in range(5):
        Message.objects.queue(
            timezone.now(),
            channel="sms",
            to="+989181234567",
            template="payment-paid",
            values={"token": "1", "token2": "2", "token3": "3"},
            key=f"message {number}",
        )
    phone_line.plan(SEND, hang(), times=5)
    work(after=timedelta(seconds=1))
    assert phone_line.heard(SEND) == 1
