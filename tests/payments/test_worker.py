"""One row that nobody can deal with does not stop the work on all the others."""

import signal
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from payments import checkout, worker
from payments.checkout import closing
from payments.gateways.sep import Sep
from payments.models import (
    Claim,
    GatewayCall,
    LostRace,
    Payment,
    PaymentEvent,
    Terminal,
)
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_returning import alarms

STUMBLED = "the portal itself failed at this payment"


@pytest.fixture
def two_waiting(payer, bank):
    """Two payments whose claims wait, the older one first."""
    payments = []
    for amount in ("100,000", "200,000"):
        payment = payer.start(amount)
        bank.fault("verify", "http500")
        payments.append(payer.bring(payment, payer.at_bank(payment)))
    return payments


@pytest.fixture
def poison(monkeypatch):
    """Let the check of one payment fail as nobody foresaw: poison(payment)."""
    verify = Sep.verify

    def spoil(payment, error=None):
        error = error or ValueError("a number of sixty digits")

        def fail(self, order, receipt):
            if order.number == payment.order_number:
                raise error
            return verify(self, order, receipt)

        monkeypatch.setattr(Sep, "verify", fail)

    return spoil


def test_poisoned_claim_does_not_keep_the_worker_from_the_next(
    two_waiting, poison, caplog
):
    first, second = two_waiting
    poison(first)
    work(after=timedelta(seconds=3))

    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, second.state) == (State.CHECKING, State.PAID)
    assert "ValueError: a number of sixty digits" in caplog.text


def test_poisoned_claim_is_put_off_and_alarms_once(two_waiting, poison):
    poisoned, _second = two_waiting
    poison(poisoned)
    now = timezone.now()
    for seconds in (3, 4, 60, 304, 305):
        work(after=timedelta(seconds=seconds))

    claim = poisoned.claims.get()
    assert claim.state == Claim.State.UNKNOWN
    assert claim.next_try_at > now + timedelta(seconds=600)
    assert poisoned.calls.filter(operation="verify", code="crashed").count() == 2
    assert alarms(poisoned) == [STUMBLED]


def test_claim_whose_poison_is_gone_is_paid(two_waiting, poison, monkeypatch):
    poisoned, _second = two_waiting
    verify = Sep.verify
    poison(poisoned)
    work(after=timedelta(seconds=3))
    monkeypatch.setattr(Sep, "verify", verify)
    work(after=timedelta(minutes=6))
    poisoned.refresh_from_db()
    assert poisoned.state == State.PAID


def test_claim_that_somebody_else_took_meanwhile_stays_his(two_waiting):
    claim = two_waiting[0].claims.get()
    now = timezone.now() + timedelta(seconds=5)
    Claim.objects.get(pk=claim.pk).take(now=now, lease=timedelta(seconds=30))
    assert not checkout.check(claim, cause="worker", clock=lambda: now)
    assert claim.calls.count() == 1
    checkout.put_off_claim(claim)
    claim.refresh_from_db()
    assert claim.state == Claim.State.CHECKING
    assert claim.lease_until == now + timedelta(seconds=30)


def test_claim_that_is_settled_is_not_put_off(paid):
    claim = paid.claims.get()
    checkout.put_off_claim(claim)
    claim.refresh_from_db()
    assert (claim.state, claim.next_try_at) == (Claim.State.CONFIRMED, None)


def test_what_failed_is_put_off_for_five_minutes(two_waiting):
    claim, payment = two_waiting[0].claims.get(), two_waiting[1]
    lost = GatewayCall.objects.create(
        payment=two_waiting[0],
        claim=claim,
        operation="verify",
        started_at=claim.created_at,
    )
    moment = timezone.now() + timedelta(minutes=1)
    claim.lease_until = moment  # of a lease that was never stored
    checkout.put_off_claim(claim, clock=lambda: moment)
    Payment.objects.update(next_try_at=moment)
    checkout.put_off_payment(payment, clock=lambda: moment)
    assert Payment.objects.get(pk=claim.payment_id).next_try_at == moment
    for one in (claim, payment, lost):
        one.refresh_from_db()
    assert claim.next_try_at == payment.next_try_at == moment + timedelta(minutes=5)
    assert (lost.closed_at, lost.code) == (moment, "crashed")
    alarms = PaymentEvent.objects.filter(note=STUMBLED)
    assert {alarm.at for alarm in alarms} == {moment}
    assert len(alarms) == 2


def test_payment_that_somebody_else_took_meanwhile_stays_his(payer):
    payment = payer.start()
    payment.try_again_at(timezone.now() + timedelta(seconds=30))
    checkout.put_off_payment(payment)
    assert Payment.objects.get().next_try_at == payment.next_try_at
    assert alarms(payment) == [STUMBLED]


@pytest.fixture
def two_abandoned(payer):
    return [payer.start("100,000"), payer.start("200,000")]


def test_payment_that_cannot_be_closed_does_not_stop_the_next(
    two_abandoned, monkeypatch
):
    poisoned, other = two_abandoned
    unpaid = closing.unpaid

    def fail(payment, *args, **kwargs):
        if payment == poisoned:
            raise KeyError("terminal")
        unpaid(payment, *args, **kwargs)

    monkeypatch.setattr(closing, "unpaid", fail)
    for minutes in (96, 97, 98):
        work(after=timedelta(minutes=minutes))

    other.refresh_from_db()
    poisoned.refresh_from_db()
    assert (poisoned.state, other.state) == (State.AT_BANK, State.UNPAID)
    assert poisoned.next_try_at > timezone.now() + timedelta(minutes=100)
    assert alarms(poisoned) == [STUMBLED]


def test_failure_to_put_a_claim_off_stops_nobody(two_waiting, poison, monkeypatch):
    first, second = two_waiting
    poison(first)
    monkeypatch.setattr(checkout, "put_off_claim", _fail)
    work(after=timedelta(seconds=3))
    second.refresh_from_db()
    assert second.state == State.PAID


def _fail(*args, **kwargs):
    raise ValueError("nobody foresaw this")


def test_messages_that_cannot_be_sent_stop_nobody(two_waiting, monkeypatch):
    monkeypatch.setattr(worker.outbox, "send_due", _fail)
    monkeypatch.setattr(worker.retention, "purge", _fail)
    work(after=timedelta(seconds=3))
    assert Payment.objects.paid().count() == 2


def test_payment_under_fire_has_its_turn_again(two_waiting, poison):
    first, second = two_waiting
    poison(first, error=LostRace())
    work(after=timedelta(seconds=3))
    second.refresh_from_db()
    assert second.state == State.PAID
    assert alarms(first) == []


def test_row_that_is_locked_too_long_has_its_turn_again(two_waiting, poison):
    first, second = two_waiting
    poison(first, error=OperationalError("lock timeout"))
    work(after=timedelta(seconds=3))
    second.refresh_from_db()
    assert second.state == State.PAID
    assert alarms(first) == []


def test_database_that_is_gone_ends_the_round(two_waiting, poison, monkeypatch):
    poison(two_waiting[0], error=OperationalError("server closed the connection"))
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(OperationalError):
        work(after=timedelta(seconds=3))
    two_waiting[1].refresh_from_db()
    assert two_waiting[1].state == State.CHECKING


def test_worker_whose_watch_fails_ends(db, settings, monkeypatch):
    settings.WORKER_PAUSE = timedelta(seconds=0.01)
    monkeypatch.setattr(signal, "signal", lambda *args: None)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    monkeypatch.setattr(worker, "watch_once", _fail)
    monkeypatch.setattr(worker, "run_once", lambda: 0)
    with pytest.raises(CommandError):
        call_command("work")


def test_bank_that_speaks_again_is_forgiven_its_silence(two_waiting):
    claim = two_waiting[0].claims.select_related("payment__terminal").get()
    Terminal.objects.filter(silences=2).update(silences=3)  # since the worker read it
    claim.payment.terminal.silences = 0
    moment = timezone.now() + timedelta(seconds=3)
    assert checkout.check(claim, cause="worker", clock=lambda: moment)
    assert Terminal.objects.get().silences == 0


def test_claim_is_left_as_it_is_if_its_bank_fell_silent_meanwhile(two_waiting):
    claim = two_waiting[0].claims.select_related("payment__terminal").get()
    Terminal.objects.update(resting_until=timezone.now() + timedelta(minutes=5))
    moment = timezone.now() + timedelta(seconds=3)
    assert not checkout.check(claim, cause="worker", clock=lambda: moment)
    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.state, stored.tries, stored.lease_until) == ("unknown", 1, None)
    assert two_waiting[0].calls.filter(operation="verify").count() == 1
