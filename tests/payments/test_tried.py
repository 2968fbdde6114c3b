"""Somebody plays with the way back of one payment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Message
from payments import invariants
from payments.models import Claim
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_returning import alarms


@pytest.fixture
def started(payer):
    return payer.start()


@pytest.fixture
def true_return(payer, started):
    return payer.at_bank(started)


def invent(payer, payment, fields, count):
    for number in range(count):
        payer.bring(payment, fields | {"RefNum": f"invented-{number}"})


def test_bank_is_not_asked_at_once_about_the_sixth_receipt(payer, started, true_return):
    invent(payer, started, true_return, 9)
    assert started.calls.filter(operation="verify").count() == 5
    waiting = started.claims.filter(state=Claim.State.NEW).order_by("pk")
    waits = [
        round((claim.next_try_at - claim.created_at).total_seconds())
        for claim in waiting
    ]
    assert waits == [60, 120, 180, 240]
    assert alarms(started) == [
        "the bank does not know this receipt",
        "many returns: the bank is asked about them slowly",
    ]


def test_true_return_counts_however_many_were_invented(payer, started, true_return):
    invent(payer, started, true_return, 8)
    payer.bring(started, true_return)
    assert started.state == State.CHECKING

    payer.browser.post(f"{started.get_absolute_url()}recheck/")
    assert started.calls.filter(operation="verify").count() == 5

    work(after=timedelta(minutes=5))
    started.refresh_from_db()
    assert started.state == State.PAID


def test_slow_claims_are_no_broken_invariant(payer, started, true_return):
    invent(payer, started, true_return, 7)
    payer.pay("700,000")  # the bank answers
    soon = timezone.now() + timedelta(minutes=1.5)
    late = timezone.now() + timedelta(minutes=2.5)
    for moment in (soon, late):
        findings = invariants.check(moment)
        assert [found.number for found in findings if found.count] == []


def test_returns_are_not_noted_without_end(payer, started, true_return):
    invent(payer, started, true_return, 30)
    assert started.claims.count() == 20
    assert alarms(started)[-1] == "too many returns: no more of them are noted"
    assert len(alarms(started)) == 3
    longest = started.claims.filter(state=Claim.State.NEW).latest("next_try_at")
    assert longest.window_ends_at - longest.next_try_at == timedelta(minutes=15)


def test_nonsense_alarms_a_few_times(payer, started):
    for number in range(30):
        payer.bring(started, {"Token": f"another-{number}", "State": "OK"})
        payer.bring(started, {"State": "رسید"})
    assert len(alarms(started)) == 6
    assert alarms(started)[-1] == "too many returns: no more of them are noted"


def test_true_return_counts_after_nonsense(payer, started, true_return):
    for number in range(9):
        payer.bring(started, {"Token": f"another-{number}", "State": "OK"})
    payer.bring(started, true_return)
    assert started.state == State.CHECKING
    work(after=timedelta(minutes=3))
    started.refresh_from_db()
    assert started.state == State.PAID


def test_payer_hears_once_that_it_failed(payer, bank, started, true_return):
    for number in range(3):
        bank.fault("verify", "http500")
        payer.bring(started, true_return | {"RefNum": f"invented-{number}"})
        work(after=timedelta(seconds=5))
        started.refresh_from_db()
        assert started.state == State.UNPAID
    assert [sms.template for sms in Message.objects.all()] == ["payment-unpaid"]
