"""A start that is disturbed: a form sent twice, a number drawn twice, a slow bank."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from payments import checkout
from payments.checkout import starting
from payments.gateways.sep import Sep
from payments.models import GatewayCall, Payment
from payments.states import State
from tests.payments import test_routes
from tests.payments.test_records import START, life

second = test_routes.second


@pytest.fixture
def draft(student, dormitory, bank, terminal):
    return checkout.Draft(student, dormitory, 500_000, "one-submission")


def first_time(monkeypatch, name, deed):
    """Let a function of the start do something else when it is called first."""
    usual = getattr(starting, name)

    def once(*args):
        monkeypatch.setattr(starting, name, usual)
        return deed(*args)

    monkeypatch.setattr(starting, name, once)


def while_the_bank_thinks(monkeypatch, deed):
    start = Sep.start

    def slow(self, order):
        deed(Payment.objects.get(order_number=order.number))
        return start(self, order)

    monkeypatch.setattr(Sep, "start", slow)


def test_who_sends_the_same_at_the_same_moment_asks_no_second_bank(
    draft, bank, monkeypatch, request
):
    """The other, whom the first bank has just refused, does that."""
    bank.fault("token", "refuse", code="5")
    refused = checkout.start(draft)
    request.getfixturevalue("second")
    first_time(monkeypatch, "_known", lambda draft: None)
    assert checkout.start(draft) == refused
    assert GatewayCall.objects.count() == 1


def drawn_twice(*args):
    raise IntegrityError("order_number")


def test_number_that_was_drawn_twice_is_drawn_again(draft, bank, second, monkeypatch):
    first_time(monkeypatch, "_create", drawn_twice)
    bank.fault("token", "refuse", code="5")

    def again(payment, *args):
        first_time(monkeypatch, "_create", drawn_twice)
        return send_away(payment, *args)

    send_away = starting._send_away
    first_time(monkeypatch, "_send_away", again)
    payment = checkout.start(draft)
    assert (payment.state, payment.terminal) == (State.AT_BANK, second)
    attempts = Payment.objects.order_by("pk").values_list("attempt", flat=True)
    assert list(attempts) == [1, 2]


def test_answer_that_comes_when_the_start_was_given_up_is_not_heeded(
    draft, monkeypatch
):
    while_the_bank_thinks(monkeypatch, checkout.close_orphan)
    payment = checkout.start(draft)
    assert (payment.state, payment.token) == (State.UNPAID, "")
    stored = Payment.objects.get()
    assert life(stored) == [START[0], ("started", "unpaid", "worker")]
    assert stored.calls.get().code == "crashed"


def test_answer_counts_if_something_was_only_noted_meanwhile(draft, monkeypatch):
    def note(payment):
        payment.note("something", now=timezone.now(), cause="worker")

    while_the_bank_thinks(monkeypatch, note)
    assert checkout.start(draft).state == State.AT_BANK
    noted = ("started", "started", "worker", "something")
    assert life(Payment.objects.get()) == [START[0], noted, START[1]]
