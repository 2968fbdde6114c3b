"""Every known way to get something for nothing, over HTTP: none pays, each alarms.

The thief is a payer like any other: he knows the addresses of his own payments and
whatever the bank puts into his browser, and he may send what he likes.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.conftest import numbers
from tests.faults.portal import is_in, until
from tests.payer import WayBack

MISMATCH = "return does not match the payment"
USED = "receipt of another payment"
CROWD = 10


@pytest.fixture
def thief(portal, visitor):
    """Somebody else than the visitor."""
    return portal.person(next(numbers))


@pytest.fixture
def bill(portal, thief, form):
    """What the thief would like to be paid, and the true names of it."""
    return begin(portal, thief, form())


def begin(portal, visitor, form):
    answer = visitor.submit(form)
    assert answer.status_code == 303, answer.text
    assert visitor.token_in(visitor.get(answer.headers["Location"]))
    return portal.payment_at(answer)


def names(payment):
    """What a return of this payment names, and the thief knows."""
    return {
        "State": "OK",
        "Status": "2",
        "ResNum": payment.order_number,
        "Token": payment.token,
        "TerminalId": payment.terminal.merchant_number,
    }


def bring(portal, visitor, payment, fields):
    """Post this return to the payment's own address."""
    answer = visitor.come_back(way_to(portal, payment, fields))
    assert (answer.status_code, answer.cookies.get_dict()) == (303, {})
    payment.refresh_from_db()


def way_to(portal, payment, fields):
    return WayBack(f"{portal.url}/bank/{payment.callback_key}/", "POST", fields)


def alarms(payment):
    return list(payment.events.filter(is_alarm=True).values_list("note", flat=True))


def times_asked(portal, payment):
    return portal.sandbox.transaction(payment.order_number)["verify_calls"]


# ---- another's receipt ---------------------------------------------------------------


def test_receipt_that_has_paid_pays_nothing_else(portal, visitor, thief, at_bank, bill):
    paid, way = at_bank
    visitor.come_back(way)
    bring(portal, thief, bill, names(bill) | {"RefNum": way.fields["RefNum"]})
    assert (bill.state, alarms(bill)) == ("at_bank", [USED])
    assert is_in("paid", paid)
    assert times_asked(portal, paid) == 1


def test_one_receipt_for_many_payments_at_once(portal, visitor, thief, form, at_bank):
    paid, way = at_bank
    visitor.come_back(way)
    bills = [begin(portal, thief, form()) for _ in range(CROWD)]
    stolen = {"RefNum": way.fields["RefNum"]}
    ways = [way_to(portal, bill, names(bill) | stolen) for bill in bills]
    with ThreadPoolExecutor(CROWD) as crowd:
        assert {answer.status_code for answer in crowd.map(thief.come_back, ways)} == {
            303
        }
    assert [alarms(bill) for bill in bills] == CROWD * [[USED]]
    assert all(is_in("at_bank", bill) for bill in bills)
    assert times_asked(portal, paid) == 1


def test_receipt_of_somebody_still_on_the_way_pays_one_bill(
    portal, visitor, thief, form, at_bank
):
    """Nobody can tell whose it is where the bank does not name the order: it alarms."""
    owned, way = at_bank
    same = begin(portal, thief, form() | {"amount": owned.amount})
    bring(portal, thief, same, names(same) | {"RefNum": way.fields["RefNum"]})
    visitor.come_back(way)
    owned.refresh_from_db()
    assert (same.state, owned.state) == ("paid", "at_bank")
    assert alarms(owned) == [USED]
    assert times_asked(portal, owned) == 1


# ---- little money for much -----------------------------------------------------------


def test_cheap_receipt_for_a_dear_bill(portal, thief, form):
    cheap, dear = (begin(portal, thief, form() | {"amount": a}) for a in (10_000, 9**9))
    receipt = portal.sandbox.pay(cheap.token).fields["RefNum"]
    bring(portal, thief, dear, names(dear) | {"RefNum": receipt})
    assert (dear.state, dear.unpaid_reason) == ("unpaid", "reversed")
    assert alarms(dear) == ["the bank confirms another amount"]
    assert portal.sandbox.transaction(cheap.order_number)["state"] == "reversed"


def test_amount_is_what_the_form_said_whatever_else_is_sent(portal, thief, form):
    """No field but the form's own reaches the payment, nor does a return's amount."""
    more = {"state": "paid", "payer": 1, "terminal": 1, "paid_at": "2026-01-01"}
    filled_in = form()
    bill = begin(portal, thief, filled_in | more)
    assert (bill.state, bill.amount) == ("at_bank", filled_in["amount"])
    assert bill.payer.pk != 1

    fields = portal.sandbox.pay(bill.token).fields
    bring(portal, thief, bill, fields | {"Amount": "1", "amount": "1"})
    assert (bill.state, bill.amount) == ("paid", filled_in["amount"])


def test_page_before_the_bank_holds_the_token_only(thief, bill):
    """The amount cannot be changed on the way, and no token of ours is given away."""
    address = f"{bill.get_absolute_url()}bank/?url=http://127.0.0.1:9/&Amount=1"
    page = thief.get(address).text
    [form] = re.findall(r'<form[^>]*OnlinePG"?.*?</form>', page, re.DOTALL)
    assert re.findall(r'name="(\w+)"', form) == ["Token"]
    assert "127.0.0.1:9/" not in page


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
    with open(portal.output.name) as log:
        told = log.read()
    for call in bill.calls.select_related("body"):
        told += call.body.request + call.body.answer
    for secret in (bill.token, bill.callback_key, bill.submission_key):
        assert secret not in told
