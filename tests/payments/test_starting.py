"""A start that is disturbed: a form sent twice, a number drawn twice, a slow bank."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from payment_portal import persian
from payments import checkout
from payments.checkout import starting
from payments.gateways.sep import Sep
from payments.models import GatewayCall, Payment, Terminal
from payments.states import State
from tests.payments import test_routes
from tests.payments.test_records import START, life

second = test_routes.second


@pytest.fixture
def draft(student, dormitory, bank, terminal):
    return checkout.Draft(student, dormitory, 500_000, "one-submission")


def test_payment_says_what_its_payer_confirmed(draft, student, dormitory, settings):
    moment = timezone.now()
    payment = starting.drawn_up(draft, 1, draft.terminals()[0], moment)
    assert payment.next_try_at == moment + settings.ORPHAN_AFTER
    payment = checkout.start(draft, clock=lambda: moment)
    unit = dormitory.unit
    assert (payment.payer, payment.payer_mobile) == (student, student.mobile)
    assert (payment.subject, payment.amount) == (dormitory, 500_000)
    facts = (payment.payer_name, payment.faculty_title, payment.unit_title)
    assert facts == (student.full_name, unit.faculty.title, unit.title)
    mobile, title = persian.local_mobile(student.mobile), payment.subject_title
    words = [payment.order_number, facts[0], mobile, *facts[1:], title, "500000"]
    assert payment.search_key.split() == [persian.search_key(word) for word in words]
    assert (payment.attempt, payment.created_at) == (1, moment)
    assert payment.next_try_at == moment + timedelta(minutes=35)
    assert {event.at for event in payment.events.all()} == {moment}
    call = payment.calls.get()
    assert (call.started_at, call.closed_at) == (moment, moment)


def test_bank_is_told_who_pays_what_and_for_what(draft, dormitory, monkeypatch):
    dormitory.deposit_identifier = "123456789012345"
    told, begin = [], Sep.start
    monkeypatch.setattr(
        Sep, "start", lambda bank, order: told.append(order) or begin(bank, order)
    )
    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, tells_identifier=True))
    payment = checkout.start(draft)
    [order] = told
    assert (order.number, order.amount) == (payment.order_number, 500_000)
    assert order.callback_url.endswith(f"/bank/{payment.callback_key}/")
    assert (order.mobile, order.description) == (payment.payer_mobile, dormitory.title)
    assert order.deposit_identifier == payment.deposit_identifier == "123456789012345"
    assert order.asked_at == payment.created_at


def test_payment_of_somebody_without_an_account_says_so(dormitory, bank, terminal):
    mobile = "+989121112233"
    draft = checkout.Draft(None, dormitory, 1, "key", mobile=mobile, language="en")
    payment = starting.drawn_up(draft, 2, terminal, timezone.now())
    assert (payment.payer, payment.payer_name) == (None, "")
    assert (payment.payer_mobile, payment.language) == (mobile, "en")
    assert (payment.debt, payment.attempt) == (None, 2)


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


def test_terminals_that_are_closed_without_a_word_tell_none(draft, terminal):
    Terminal.objects.update(is_open=False)
    with pytest.raises(checkout.NoBank) as none:
        checkout.start(draft)
    assert (none.value.message, none.value.busy) == ("", False)


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
