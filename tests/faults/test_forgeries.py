"""Returns that no bank sent, and whatever else may be sent again or by others."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.portal import is_in
from tests.faults.thief import MISMATCH, alarms, begin, bring, names, times_asked
from tests.patience import until
from tests.payer import WayBack

CROWD = 10


# ---- forged, swapped, polluted -------------------------------------------------------


@pytest.mark.parametrize("receipt", ["invented", '"},"ResultCode":0', "</a><b>"])
def test_forged_success(portal, thief, bill, receipt):
    bring(portal, thief, bill, names(bill) | {"RefNum": receipt})
    assert (bill.state, bill.unpaid_reason) == ("unpaid", "declined")
    assert alarms(bill) == ["the bank does not know this receipt"]


@pytest.mark.parametrize("field", ["Token", "ResNum", "TerminalId"])
def test_return_with_a_swapped_name(portal, thief, form, bill, field):
    other = begin(portal, thief, form())
    fields = portal.sandbox.pay(bill.token).fields
    swapped = names(other)[field] if field != "TerminalId" else "3030"
    bring(portal, thief, bill, fields | {field: swapped})
    assert (bill.state, alarms(bill)) == ("at_bank", [MISMATCH])
    assert times_asked(portal, bill) == 0
    bring(portal, thief, bill, fields)
    assert bill.state == "paid"


def test_return_at_the_address_of_another_payment(portal, thief, form, bill):
    other = begin(portal, thief, form())
    bring(portal, thief, other, portal.sandbox.pay(bill.token).fields)
    assert (other.state, alarms(other)) == ("at_bank", [MISMATCH])
    assert times_asked(portal, bill) == 0


POLLUTED = {
    "a name twice": {"RefNum": ["one", "two"]},
    "a list": {"RefNum[]": "x", "RefNum": ["", "x"]},
    "Persian digits": {"RefNum": "۱۲۳۴۵۶"},
    "too long": {"RefNum": "x" * 51},
}


@pytest.mark.parametrize("changes", POLLUTED.values(), ids=POLLUTED)
def test_polluted_return(portal, thief, bill, changes):
    fields = portal.sandbox.pay(bill.token).fields
    bring(portal, thief, bill, fields | changes)
    assert bill.state == "at_bank"
    assert alarms(bill)
    assert times_asked(portal, bill) == 0
    bring(portal, thief, bill, fields)
    assert bill.state == "paid"


def test_address_that_contradicts_the_form(portal, thief, bill):
    """What stands in the query of a POST is not even read."""
    fields = portal.sandbox.pay(bill.token).fields
    address = f"{portal.url}/bank/{bill.callback_key}/?RefNum=x&State=Failed&Token=x"
    thief.come_back(WayBack(address, "POST", fields))
    assert is_in("paid", bill)


def test_address_that_nobody_was_given(portal, thief, bill):
    address = f"{portal.url}/bank/{bill.callback_key[:-1]}x/"
    answer = thief.come_back(WayBack(address, "POST", names(bill) | {"RefNum": "x"}))
    assert answer.status_code == 404
    assert is_in("at_bank", bill)


# ---- again, and for somebody else ----------------------------------------------------


def test_return_that_comes_again_changes_nothing(portal, visitor, at_bank):
    payment, way = at_bank
    for _ in range(3):
        visitor.come_back(way)
    cancelled = names(payment) | {"State": "CanceledByUser", "Status": "1"}
    bring(portal, visitor, payment, cancelled)
    assert payment.state == "paid"
    until(lambda: portal.told(payment))
    assert (times_asked(portal, payment), portal.told(payment)) == (1, 1)


def test_one_submission_many_times_at_once(portal, thief, form):
    filled_in, windows = form(), [thief.twin() for _ in range(CROWD)]

    def submit(window):
        """Press the button until there is a seat."""
        while (answer := window.submit(filled_in)).status_code == 503:
            continue
        return answer.headers["Location"].split("/")[2]

    with ThreadPoolExecutor(CROWD) as crowd:
        [public_id] = set(crowd.map(submit, windows))
    payment = portal.payments.get(public_id=public_id)
    assert payment.calls.count() == 1
    assert portal.sandbox.transaction(payment.order_number)["state"] == "created"


def test_strangers_get_nothing_of_a_payment(portal, visitor, thief, at_bank):
    payment, way = at_bank
    visitor.come_back(way)
    own = payment.get_absolute_url()
    for page in ("", "bank/", "receipt.pdf"):
        assert thief.get(own + page).status_code == 404
    for deed in ("cancel/", "recheck/"):
        assert thief.post(own + deed, thief.csrf()).status_code == 404
        assert visitor.post(own + deed, {}).status_code == 403  # without CSRF token


def test_log_and_records_hold_no_secret(portal, thief, bill):
    way = portal.sandbox.pay(bill.token)
    bring(portal, thief, bill, way.fields)
    thief.http.put(way.url)  # is logged with its address
    with open(portal.output.name) as log:
        told = log.read()
    for call in bill.calls.select_related("body"):
        told += call.body.request + call.body.answer
    for secret in (bill.token, bill.callback_key, bill.submission_key):
        assert secret not in told
