"""One receipt pays once, and for what it was paid, at every bank."""

from datetime import timedelta

import pytest

from payments.states import State
from tests.banks.conftest import later, money

pytestmark = pytest.mark.django_db


# ---- thieves -------------------------------------------------------------------------


def swapped(way, theirs, ours):
    """A return of one payment, dressed up as another's."""
    pairs = {theirs.token: ours.token, theirs.order_number: ours.order_number}
    fields = {name: pairs.get(value, value) for name, value in way.fields.items()}
    url = way.url.replace(theirs.callback_key, ours.callback_key)
    for old, new in pairs.items():
        url = url.replace(old, new)
    return way._replace(url=url, fields=fields)


@pytest.mark.parametrize("dressed", [False, True])
def test_receipt_of_a_small_payment_pays_no_large_one(customer, thief, dressed):
    large = thief.start("90,000,000")
    small = thief.start("10,000")
    way = thief.at_bank(small)
    if dressed:
        forged = swapped(way, small, large)
    else:
        forged = way._replace(
            url=way.url.replace(small.callback_key, large.callback_key)
        )
    large = thief.come_back(forged)
    assert large.state != State.PAID
    for _round in range(3):
        assert later(large, timedelta(hours=2)).state != State.PAID


def test_receipt_pays_once(customer, thief):
    first = customer.start()
    way = customer.at_bank(first)
    assert customer.come_back(way).state == State.PAID
    second = thief.start()
    second = thief.come_back(swapped(way, first, second))
    assert second.state != State.PAID
    assert later(second, timedelta(hours=2)).state != State.PAID
    first.refresh_from_db()
    assert first.state == State.PAID
    assert money(customer, first) == "ours"


def test_claim_without_paying_pays_nothing(customer):
    """A return made up from somebody's earlier success, before anything is paid."""
    earlier = customer.start()
    way = customer.at_bank(earlier)
    payment = customer.start("600,000")
    made_up = customer.come_back(swapped(way, earlier, payment))
    assert made_up.state != State.PAID
    assert money(customer, payment) not in {"ours", "back"}


def test_who_came_back_too_early_may_still_pay(customer):
    """The return of somebody who had not paid yet must not bury the true one."""
    earlier = customer.start()
    way = customer.at_bank(earlier)
    payment = customer.start("600,000")
    customer.come_back(swapped(way, earlier, payment))
    payment = customer.come_back(customer.at_bank(payment))
    payment = later(payment)
    assert payment.state == State.PAID
    assert money(customer, payment) == "ours"


@pytest.mark.parametrize(
    "changes",
    [
        {"x": "1"},
        {"Token": "\x00", "token": "\x00"},
        {"RefNum": "ا" * 5000, "RefId": "ا" * 5000, "Authority": "ا" * 5000},
        dict.fromkeys(("Token", "token", "RefId", "Authority", "trackId"), ""),
    ],
)
def test_nonsense_returns_harm_nobody(customer, changes):
    payment = customer.start()
    way = customer.at_bank(payment)
    customer.come_back(way._replace(fields={}), **changes)
    payment = customer.come_back(way)
    assert later(payment).state == State.PAID
