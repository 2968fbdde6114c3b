"""Who began to pay a debt and left does not keep the others from it for long."""

from datetime import timedelta

import pytest

from debts.models import Debt
from payments import checkout
from payments.gateways.base import Unknown
from payments.models import Payment
from payments.states import State
from tests.debtors import Debtor
from tests.debts.sheets import HEADINGS, row
from tests.payments import test_asking
from tests.payments.test_asking import PENDING, asked, paid_there

bank_tells = test_asking.bank_tells


@pytest.fixture
def soon(settings):
    """Whoever is at the bank has been away for long enough."""
    settings.DEBT_HELD = timedelta(0)


@pytest.fixture
def left(debtor, soon, bank_tells):
    """A payment of a debt whose payer has been away for twenty minutes."""
    return debtor.start()


def page_of(who):
    return who.browser.get(who.address).content.decode()


def test_the_bank_is_asked_and_the_next_one_pays(left, debtor, parent, bank_tells):
    bank_tells([PENDING])
    assert "آغاز کرده و بازنگشته است" in page_of(parent)
    payment = parent.start()
    left.refresh_from_db()
    assert (left.state, left.unpaid_reason) == (State.UNPAID, "expired")
    assert asked(left).count() == 1
    assert payment.state == State.AT_BANK
    assert Debt.objects.get().in_payment == 1


def test_money_that_the_bank_knows_of_is_counted(left, debtor, parent, bank_tells):
    fields = parent.fields()
    told, _receipt = paid_there(debtor, left)
    bank_tells([told])
    answer = parent.browser.post(f"{parent.address}pay/", fields, follow=True)
    assert "این بدهی پرداخت شده است" in answer.content.decode()
    left.refresh_from_db()
    assert left.state == State.PAID
    assert Payment.objects.count() == 1


def test_all_of_it_happens_at_one_time(left, bank_tells):
    bank_tells([PENDING])
    later = left.created_at + timedelta(minutes=3)
    checkout.make_way(left.debt, clock=lambda: later)
    assert asked(left).get().started_at == later
    end = left.events.latest("seq")
    assert (end.to_state, end.cause, end.at) == ("unpaid", "worker", later)


def test_a_silent_bank_keeps_the_debt_held(left, parent, bank_tells):
    fields = parent.fields()
    bank_tells([Unknown("timeout")])
    answer = parent.browser.post(f"{parent.address}pay/", fields)
    assert answer.status_code == 302
    left.refresh_from_db()
    assert left.state == State.AT_BANK
    assert Payment.objects.count() == 1


def test_a_bank_that_cannot_be_asked_keeps_it_too(soon, debtor, parent):
    fields = parent.fields()
    payment = debtor.start()
    assert parent.browser.post(f"{parent.address}pay/", fields).status_code == 302
    payment.refresh_from_db()
    assert payment.state == State.AT_BANK
    assert not asked(payment).exists()


def test_before_that_time_nobody_else_pays(debtor, parent, bank_tells):
    fields = parent.fields()
    payment = debtor.start()
    assert "شخص دیگری همین حالا" in page_of(parent)
    parent.browser.post(f"{parent.address}pay/", fields)
    assert not asked(payment).exists()
    assert Payment.objects.get() == payment


def test_a_guest_makes_way_for_the_student(soon, guest, debtor, bank_tells):
    bank_tells([PENDING])
    payment = guest.start()
    assert debtor.start().payer is not None
    payment.refresh_from_db()
    assert payment.state == State.UNPAID


def test_what_is_being_checked_is_not_left(soon, debtor, parent, bank, store):
    other = store(row() | {HEADINGS[-1]: "جریمه"}).debts.get()
    assert Debtor(debtor.browser, bank, other).start().state == State.AT_BANK
    payment = debtor.start()
    fields = debtor.at_bank(payment)
    bank.fault("verify", "http500")
    debtor.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert "شخص دیگری همین حالا" in page_of(parent)
