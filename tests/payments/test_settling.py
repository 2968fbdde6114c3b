"""A bank that deposits money only when told to, and not always at the first word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from payments import checkout
from payments.checkout import steps
from payments.gateways.base import Refused, Unknown
from payments.gateways.sep import Sep
from payments.models import Payment, Terminal
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_returning import alarms

NOT_SETTLED = "the bank does not deposit the money"


@pytest.fixture
def told(monkeypatch):
    """What the bank was told to deposit; ``told.answers`` are raised in turn."""

    class Told(list):
        answers = []

    told = Told()

    def settle(self, order, receipt):
        told.append((order.number, receipt))
        answer = told.answers.pop(0) if told.answers else None
        if isinstance(answer, BaseException):
            raise answer
        if answer:
            answer()

    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, needs_settlement=True))
    monkeypatch.setattr(Sep, "settle", settle, raising=False)
    told.answers = []
    return told


@pytest.fixture
def due(told, payer):
    """A paid payment whose money is not deposited yet."""
    payment = payer.pay()
    assert (payment.state, payment.settlement) == (State.PAID, "due")
    return payment


def look(payment, after=timedelta(seconds=1)):
    work(after=after)
    payment.refresh_from_db()
    assert payment.state == State.PAID
    return payment.settlement


def next_wait(payment):
    before = payment.next_try_at
    look(payment, before - timezone.now())
    return round((payment.next_try_at - before).total_seconds())


def test_bank_is_told_once(due, told):
    assert look(due) == "done"
    assert told == [(due.order_number, due.claims.get().receipt_number)]
    assert due.next_try_at is None
    event = due.events.latest("seq")
    assert (event.cause, event.note) == ("bank", "the bank deposits the money")
    call = due.calls.get(operation="settle")
    assert (call.outcome, call.closed_at is None) == ("yes", False)
    look(due, timedelta(hours=1))
    assert len(told) == 1


def test_bank_is_told_of_the_receipt_that_it_confirmed(told, payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields | {"RefNum": "invented"})
    payer.bring(payment, fields)
    assert look(payment) == "done"
    assert told == [(payment.order_number, fields["RefNum"])]


def test_other_payments_wait_for_their_own_turn(told, payer, other_payer):
    first, second = payer.pay(), other_payer.pay("700,000")
    told.answers[:] = [Unknown("time-out")]
    turn = second.next_try_at
    now = timezone.now() + timedelta(seconds=1)
    assert checkout.settle(first, clock=lambda: now)
    assert first.calls.get(operation="settle").outcome == "unknown"
    second.refresh_from_db()
    assert second.next_try_at == turn
    assert (first.settlement, second.settlement) == ("due", "due")


def test_bank_that_keeps_silent_is_told_ever_more_rarely(due, told, settings):
    settings.RECHECK_DELAYS = [2, 10, 60]
    told.answers[:] = [Unknown("time-out")] * 12
    waits = [next_wait(due) for _ in range(12)]
    assert waits == [2, 10, 60, 60, 60, 60, 60, 60, 60, 60, 1800, 1800]
    assert alarms(due) == [NOT_SETTLED]
    alarm = due.events.get(is_alarm=True)
    assert due.calls.filter(operation="settle", closed_at__lte=alarm.at).count() == 10
    look(due, due.next_try_at - timezone.now())
    assert due.settlement == "done"


def test_refusal_is_told_to_staff_at_once_and_tried_again(due, told):
    told.answers[:] = [Refused("44"), Refused("44")]
    assert next_wait(due) == 1800
    assert next_wait(due) == 1800
    assert alarms(due) == [NOT_SETTLED]
    alarm = due.events.get(is_alarm=True)
    assert (alarm.cause, alarm.code) == ("bank", "44")
    assert next_wait_is_none(due)


def next_wait_is_none(payment):
    look(payment, payment.next_try_at - timezone.now())
    return payment.settlement == "done"


def test_bank_that_refuses_the_terminal_closes_it(due, told):
    told.answers[:] = [Unknown("code 8", faulty_set_up=True)]
    look(due)
    assert not Terminal.objects.get().is_open
    assert due.events.get(is_alarm=True).cause == "bank"


def test_bank_that_speaks_again_is_forgiven_its_silence(due):
    payment = Payment.objects.select_related("terminal").get(pk=due.pk)
    Terminal.objects.update(silences=2)  # since the worker read it
    now = timezone.now() + timedelta(seconds=1)
    assert checkout.settle(payment, clock=lambda: now)
    assert Terminal.objects.get().silences == 0


def test_bank_is_left_alone_while_it_rests(due, told, settings):
    settings.BREAKER_REST = timedelta(minutes=5)
    until = timezone.now() + timedelta(minutes=9)
    Terminal.objects.update(resting_until=until)
    payment = Payment.objects.select_related("terminal").get(pk=due.pk)
    payment.terminal.resting_until = None  # as it was when the worker read it
    now = timezone.now() + timedelta(seconds=1)
    assert not checkout.settle(payment, clock=lambda: now)
    assert told == []
    due.refresh_from_db()
    assert due.next_try_at == now + settings.BREAKER_REST
    assert look(due, timedelta(minutes=10)) == "done"


def test_one_of_two_workers_tells_the_bank(due, told):
    first, second = (Payment.objects.get(pk=due.pk) for _ in range(2))
    now = timezone.now() + timedelta(seconds=1)

    def meanwhile():
        assert not checkout.settle(second, clock=lambda: now)

    told.answers[:] = [meanwhile]
    assert checkout.settle(first, clock=lambda: now)
    assert len(told) == 1


def test_payment_that_changed_since_the_worker_read_it_waits(due, told):
    stale = Payment.objects.get(pk=due.pk)
    due.note("something", now=timezone.now(), cause="worker")
    now = timezone.now() + timedelta(seconds=1)
    assert not checkout.settle(stale, clock=lambda: now)
    assert told == []


def test_word_that_was_cut_off_is_said_again(due, told):
    class Killed(BaseException):
        pass

    told.answers[:] = [Killed()]
    other = steps.open_call(due, "verify", timezone.now())
    with pytest.raises(Killed):
        look(due)
    assert look(due, timedelta(seconds=2)) == "due"  # the lease still runs
    assert look(due, timedelta(minutes=2)) == "done"
    crashed, done = due.calls.filter(operation="settle").order_by("pk")
    assert (crashed.code, crashed.outcome) == ("crashed", "unknown")
    assert (crashed.closed_at is None, done.outcome) == (False, "yes")
    other.refresh_from_db()
    assert other.closed_at is None


def test_money_that_is_deposited_meanwhile_is_not_noted_twice(due, told):
    def settled_meanwhile():
        Payment.objects.get(pk=due.pk).settled(now=timezone.now())

    told.answers[:] = [settled_meanwhile]
    assert look(due) == "done"
    notes = due.events.filter(note="the bank deposits the money")
    assert notes.count() == 1
