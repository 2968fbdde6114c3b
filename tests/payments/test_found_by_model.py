"""Stories that the model test found or led to, told plainly."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from payments import checkout
from payments.checkout import checking, returning
from payments.gateways.sep import Sep
from payments.models import Claim, Payment, PaymentEvent, Terminal
from payments.states import State
from tests.payments.conftest import work

A_MOMENT = 1  # second, for another thread to get as far as it can


class Killed(BaseException):
    """As kill -9 does, leaves no time to clean up."""


def test_yes_lost_in_a_crash_and_a_window_that_is_over_is_not_a_no(
    payer, bank, monkeypatch
):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.rules(late_repeat_verify=-6)
    ask = Sep.verify

    def ask_and_die(*args):
        ask(*args)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(Sep, "verify", ask_and_die)
        with pytest.raises(Killed):
            payer.bring(payment, fields)
    bank.advance(31 * 60)
    work(after=timedelta(minutes=31))

    payment.refresh_from_db()
    assert bank.transaction(payment.order_number)["state"] == "verified"
    assert payment.state == State.REVIEW


def two_invented(payer, bank):
    """A payment with two claims that the bank has not answered yet."""
    payment = payer.start()
    fields = payer.at_bank(payment)
    for receipt in ("invented-1", "invented-2"):
        bank.fault("verify", "http500")
        payer.bring(payment, fields | {"RefNum": receipt})
    Claim.objects.update(next_try_at=timezone.now())
    Terminal.objects.update(silences=0)  # its row is not what keeps them apart
    return payment


def in_threads(*deeds):
    def act(deed):
        try:
            deed()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_claims_rejected_at_once_leave_nothing_waiting(payer, bank, monkeypatch):
    payment = two_invented(payer, bank)
    both, close = threading.Barrier(2), checking.close_unpaid

    def close_together(*args, **kwargs):
        # Broken if the database keeps one out until the other has committed.
        with suppress(threading.BrokenBarrierError):
            both.wait(A_MOMENT)
        close(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            both.wait(A_MOMENT)

    monkeypatch.setattr(checking, "close_unpaid", close_together)
    first, second = payment.claims.select_related("payment__terminal")
    cause = PaymentEvent.Cause.WORKER
    in_threads(
        lambda: checkout.check(first, cause=cause),
        lambda: checkout.check(second, cause=cause),
    )

    payment.refresh_from_db()
    assert not payment.claims.open().exists()
    assert payment.state == State.UNPAID


@pytest.mark.django_db(transaction=True)
def test_claim_that_arrives_as_the_last_is_rejected_is_checked(
    payer, bank, monkeypatch
):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields | {"RefNum": "invented"})
    Claim.objects.update(next_try_at=timezone.now())
    has_read, rejected = threading.Event(), threading.Event()
    claim = returning.take_in_receipt
    seen, ask = [], Sep.verify

    def claim_slowly(*args, **kwargs):
        has_read.set()
        rejected.wait(A_MOMENT)
        return claim(*args, **kwargs)

    def ask_and_look(*args):
        seen.append(Payment.objects.get().state)
        return ask(*args)

    def reject():
        has_read.wait()
        work()
        rejected.set()

    monkeypatch.setattr(returning, "take_in_receipt", claim_slowly)
    monkeypatch.setattr(Sep, "verify", ask_and_look)
    in_threads(lambda: payer.bring(payment, fields), reject)

    payment.refresh_from_db()
    assert payment.state == State.PAID
    assert State.UNPAID not in seen
