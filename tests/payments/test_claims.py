"""A claim, when its turn comes, and who may deal with it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments.checkout.claiming import is_ours
from payments.gateways.base import Callback, Claimed
from payments.models import Claim, Payment, Terminal
from tests.payments.test_guards import make_claim, make_payment

NOW = timezone.now()
LEASE = timedelta(seconds=30)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def payment(student, dormitory, terminal):
    return make_payment(student, dormitory, terminal)


@pytest.fixture
def claims(payment):
    """Make a claim in some state: claims("new", next_try_at=...)."""

    def make(state, **changes):
        number = f"receipt-{Claim.objects.count()}"
        times = {"next_try_at": NOW, "window_ends_at": NOW} | changes
        return make_claim(payment, receipt_number=number, state=state, **times)

    return make


def stored(claim):
    """The claim as it is in the database, and as it is in hand: both agree."""
    there = Claim.objects.get(pk=claim.pk)
    for name in ("state", "tries", "lease_until", "next_try_at", "unknown_tries"):
        assert getattr(there, name) == getattr(claim, name), name
    return there


# ---- whose it is ---------------------------------------------------------------------

KNOWN = {"token": "t", "order_number": "1", "merchant_number": "2015"}


@pytest.mark.parametrize(
    ("named", "ours"),
    [
        (KNOWN, True),
        ({"token": "t"}, True),
        ({"order_number": "1"}, True),
        ({"merchant_number": "2015"}, False),
        *((KNOWN | {name: "another"}, False) for name in KNOWN),
    ],
)
def test_return_is_ours_if_all_that_it_names_is(named, ours):
    terminal = Terminal(merchant_number="2015")
    told = Callback(Claimed.PAID, **named)
    payment = Payment(token="t", order_number="1", terminal=terminal)
    assert is_ours(payment, told) is ours
    assert not is_ours(Payment(order_number="1", terminal=terminal), told)


# ---- whose turn it is ----------------------------------------------------------------


@pytest.mark.parametrize("state", ["new", "checking", "unknown", "reversing", "review"])
def test_claim_is_due_from_its_moment_on(claims, state):
    claim = claims(state)
    assert list(Claim.objects.due(NOW)) == [claim]
    assert not Claim.objects.due(NOW - A_SECOND).exists()


@pytest.mark.parametrize("state", ["confirmed", "rejected", "reversed"])
def test_claim_whose_truth_is_known_is_never_due(claims, state):
    claims(state, holds_receipt=True)
    assert not Claim.objects.due(NOW + LEASE).exists()
    assert not Claim.objects.open().exists()


def test_claim_that_somebody_holds_is_not_due(claims):
    claims("checking", lease_until=NOW + LEASE)
    assert not Claim.objects.due(NOW).exists()


def test_claim_that_waits_longest_comes_first(claims):
    second = claims("new")
    first = claims("unknown", next_try_at=NOW - A_SECOND)
    assert list(Claim.objects.due(NOW)) == [first, second]


def test_lease_that_ran_out_is_found_the_oldest_first(claims):
    second = claims("checking", lease_until=NOW)
    first = claims("checking", lease_until=NOW - A_SECOND)
    claims("checking", lease_until=NOW + A_SECOND)
    claims("unknown")
    assert list(Claim.objects.lapsed(NOW)) == [first, second]


def test_window_that_ended_without_an_answer_is_found(claims):
    overdue = [claims("new"), claims("unknown")]
    claims("new", window_ends_at=NOW + A_SECOND)
    claims("reversing")
    claims("review")
    assert set(Claim.objects.overdue(NOW)) == set(overdue)


def test_receipt_is_kept_from_others_at_its_terminal_however_written(
    claims, payment, terminal
):
    held = claims("rejected", holds_receipt=True)
    free = claims("rejected")
    claims("rejected", holds_receipt=True)
    other = Payment(pk=payment.pk + 1, terminal=terminal)

    def keeping(number, payment=other):
        return list(Claim.objects.keeping_from(payment, number))

    assert keeping("RECEIPT-0") == keeping("receipt-0") == [held]
    assert keeping("receipt-0", payment) == []
    assert keeping(free.receipt_number) == []
    terminal.merchant_number = "2016"
    assert keeping("receipt-0") == []
    terminal.merchant_number, terminal.psp = "2015", "mellat"
    assert keeping("receipt-0") == []


# ---- the lease -----------------------------------------------------------------------


def test_lease_is_taken(claims):
    claim = claims("new", tries=3)
    assert claim.take(now=NOW, lease=LEASE)
    there = stored(claim)
    assert (there.state, there.tries) == ("checking", 4)
    assert there.lease_until == NOW + LEASE


def test_money_on_its_way_back_stays_so_while_the_bank_is_asked(claims):
    claim = claims("reversing")
    assert claim.take(now=NOW, lease=LEASE)
    assert stored(claim).state == "reversing"


def test_answer_ends_the_lease_and_no_other(claims):
    claim, other = claims("new"), claims("new")
    for one in (claim, other):
        one.take(now=NOW, lease=LEASE)
    assert claim.close(Claim.State.UNKNOWN, next_try_at=NOW + LEASE, code="late")
    assert stored(other).state == "checking"
    there = stored(claim)
    assert (there.state, there.code) == ("unknown", "late")
    assert (there.lease_until, there.next_try_at) == (None, NOW + LEASE)


def test_final_answer_is_not_tried_again(claims):
    claim = claims("new")
    claim.take(now=NOW, lease=LEASE)
    assert claim.close(Claim.State.REJECTED)
    assert stored(claim).next_try_at is None


@pytest.mark.parametrize(
    "meanwhile", [{"tries": 9}, {"lease_until": NOW + 2 * LEASE}, {"lease_until": None}]
)
def test_who_lost_the_lease_stores_nothing(claims, meanwhile):
    claim = claims("new")
    claim.take(now=NOW, lease=LEASE)
    Claim.objects.update(**meanwhile)
    assert not claim.close(Claim.State.CONFIRMED, holds_receipt=True)
    assert Claim.objects.get().state == "checking"


@pytest.mark.parametrize(
    ("before", "after"),
    [("checking", "unknown"), ("reversing", "reversing"), ("review", "review")],
)
def test_check_that_was_cut_off_lost_an_answer(claims, before, after):
    claim = claims(before, lease_until=NOW)
    assert claim.release()
    there = stored(claim)
    assert (there.state, there.unknown_tries) == (after, 1)
    assert (there.lease_until, there.next_try_at) == (None, NOW)


def test_check_that_was_cut_off_may_be_put_off(claims):
    claim = claims("checking", lease_until=NOW)
    assert claim.release(NOW + LEASE)
    assert stored(claim).next_try_at == NOW + LEASE


def test_check_that_somebody_else_took_up_is_not_released(claims):
    claim = claims("checking", lease_until=NOW)
    Claim.objects.update(lease_until=NOW + LEASE, tries=1)
    assert not claim.release()


def test_denied_claim_is_opened_once(claims):
    claim = claims("rejected", next_try_at=None, code="-2")
    other = claims("rejected", next_try_at=None)
    assert claim.reopen(NOW)
    assert stored(other).state == "rejected"
    there = Claim.objects.get(pk=claim.pk)
    assert (there.state, there.next_try_at, there.code) == ("new", NOW, "")
    assert not claim.reopen(NOW)


@pytest.mark.parametrize("changes", [{"tries": 1}, {"state": "review"}])
def test_claim_that_changed_meanwhile_is_not_opened(claims, changes):
    claim = claims("rejected")
    Claim.objects.update(**changes)
    assert not claim.reopen(NOW)


def test_names_for_lists(claims):
    assert str(claims("new", next_try_at=None)) == "…pt-0"
