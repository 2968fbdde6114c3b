"""A debt in instalments, as its student meets it."""

from datetime import date

import pytest
from django.utils import timezone

from debts import certificates, splitting
from debts.models import Debt, Identity, PayLink
from debts.splitting import Plan

HALVES = Plan([date(2030, 4, 20), date(2030, 5, 20)], [50], in_percent=True)


@pytest.fixture
def halves(debt, debts_clerk):
    debts, now = Debt.objects.all(), timezone.now()
    promise = splitting.look(debts, HALVES).promise
    splitting.split(debts, HALVES, promise, debts_clerk, now=now)
    return list(Debt.objects.open().in_order())


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def pay(debtor, debt):
    debtor.debt, debtor.address = debt, debt.get_absolute_url()
    payment = debtor.start()
    debtor.bring(payment, debtor.at_bank(payment))
    debt.refresh_from_db()
    return debt.state


def test_each_instalment_is_paid_by_itself(guest, debtor, halves, debt, student):
    mine = text(debtor.browser.get("/"))
    assert "شهریه، قسط ۱ از ۲" in mine
    assert str(debt.public_id) not in mine
    text(debtor.browser.get(debt.get_absolute_url()), 404)
    text(guest.browser.get(guest.address), 410)
    first, second = halves
    assert pay(debtor, second) == "paid"
    me = Identity.objects.get(user=student)
    assert certificates.owed(me) == 1
    link = PayLink.make(first, student, now=timezone.now())
    assert "۱ از ۲" in text(guest.browser.get(link.get_absolute_url()))
    assert pay(debtor, first) == "paid"
    assert certificates.owed(me) == 0


def test_a_debt_that_is_being_paid_is_not_divided(debtor, debt, debts_clerk):
    debtor.start()
    assert splitting.look(Debt.objects.all(), HALVES).fit == []
    debt.refresh_from_db()
    assert debt.in_payment == 1
