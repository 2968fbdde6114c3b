"""Banks that take money by being asked about it, and debts paid meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from payments import checkout, invariants, notes
from payments.gateways.base import Callback, Claimed
from payments.gateways.sep import Sep
from payments.models import Claim, Payment
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_asking import let_inquire
from tests.payments.test_returning import alarms

SOON = timedelta(minutes=3)


@pytest.fixture
def asked(monkeypatch):
    """Let the bank say that whatever it is asked about is paid; the orders asked."""
    asked = []

    def inquire(self, order):
        asked.append(order.number)
        receipt = Payment.objects.get(token=order.token).order_number
        return Callback(Claimed.PAID, receipt_number=receipt, token=order.token)

    let_inquire(monkeypatch, inquire, inquiry_settles=True)
    return asked


@pytest.fixture
def two(asked, debtor, parent):
    """Two of one debt at the bank: given up with its money on the way, and waiting."""
    first = debtor.start()
    fields = debtor.at_bank(first)
    checkout.cancel(first)
    return first, fields, parent.start()


def test_money_that_nobody_owes_is_not_taken_by_asking(two, debtor, asked):
    first, fields, second = two
    debtor.bring(first, fields)
    assert first.state == State.PAID
    work(after=SOON)
    second.refresh_from_db()
    assert (second.state, second.unpaid_reason) == (State.UNPAID, "expired")
    assert second.next_try_at is None
    assert asked == []


def test_receipt_that_goes_back_is_not_taken_by_asking(two, debtor, parent, asked):
    first, fields, second = two
    debtor.bring(first, fields)
    parent.bring(second, parent.at_bank(second))
    assert second.claims.get().code == notes.DEBT_PAID
    work(after=SOON)
    second.refresh_from_db()
    assert (second.state, second.claims.get().state) == (
        *(State.UNPAID, Claim.State.REVIEW),
    )
    assert asked == []


def test_who_cancelled_is_not_asked_about_when_the_debt_is_paid(two, debtor, asked):
    first, fields, second = two
    checkout.cancel(second)
    second.try_again_at(timezone.now())
    debtor.bring(first, fields)
    work(after=SOON)
    second.refresh_from_db()
    assert (second.state, second.unpaid_reason) == (State.UNPAID, "cancelled")
    assert second.next_try_at is None
    assert asked == []


def test_money_that_was_taken_by_asking_counts(two, debtor, parent, asked, monkeypatch):
    first, fields, second = two
    receipt = parent.at_bank(second)["RefNum"]
    inquire = Sep.inquire

    def meanwhile(self, order):
        debtor.bring(first, fields)
        return replace(inquire(self, order), receipt_number=receipt)

    monkeypatch.setattr(Sep, "inquire", meanwhile)
    work(after=SOON)
    second.refresh_from_db()
    assert (first.state, second.state) == (State.PAID, State.PAID)
    assert asked == [second.order_number]
    assert alarms(second) == [notes.OVERPAID]
    assert all(not finding.count for finding in invariants.check(timezone.now()))
