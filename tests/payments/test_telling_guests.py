"""A guest names whatever mobile he likes: of failures its owner hears little."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Message
from debts.models import PayLink
from payment_portal.seats import Seats
from payments.checkout import steps
from payments.states import State
from tests.debtors import Guest
from tests.debts.sheets import HEADINGS, row
from tests.payments.conftest import work
from tests.payments.test_lost_answers import fail_late
from tests.payments.test_tried import invent


def told():
    return [sms.template for sms in Message.objects.order_by("pk")]


def test_nobody_hears_of_invented_receipts(guest):
    payment = guest.start()
    cancelled = guest.at_bank(payment, "cancel")
    invent(guest, payment, cancelled | {"State": "OK", "Status": "2"}, 6)
    assert payment.state == State.CHECKING
    work(after=timedelta(minutes=2))
    payment.refresh_from_db()
    assert (payment.state, told()) == (State.UNPAID, [])


@pytest.mark.parametrize(
    ("code", "reason", "heard"),
    [("-2", "declined", []), ("-6", "reversed", ["payment-unpaid"])],
)
def test_a_guest_hears_from_the_worker_what_became_of_money(
    guest, bank, monkeypatch, code, reason, heard
):
    payment = guest.start()
    fields = guest.at_bank(payment)
    with monkeypatch.context() as crowd:
        crowd.setattr(steps, "_seats", Seats(0))
        guest.bring(payment, fields)
    bank.fault("verify", "refuse", code=code)
    work()
    payment.refresh_from_db()
    assert (payment.unpaid_reason, told()) == (reason, heard)


def test_one_number_hears_of_few_failures_but_of_each_success(
    guest, bank, store, student
):
    other = store(row() | {HEADINGS[-1]: "جریمه"}).debts.get()
    second = Guest(bank, PayLink.make(other, student, now=timezone.now()))
    for one in (guest, guest, second, second):
        fail_late(one, bank)
    assert told() == ["payment-unpaid"] * 3
    payment = guest.start()
    guest.bring(payment, guest.at_bank(payment))
    assert told()[-1] == "payment-paid"


def test_of_one_debt_few_numbers_hear_of_failures(guest, bank):
    for number in range(4):
        fail_late(guest, bank, mobile=f"0912111223{number}")
    assert told() == ["payment-unpaid"] * 3
