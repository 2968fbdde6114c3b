"""Every known way to pay with others' money or with less, over HTTP: each alarms."""

import re
from concurrent.futures import ThreadPoolExecutor

from tests.faults.portal import is_in
from tests.faults.thief import USED, alarms, begin, bring, names, times_asked, way_to

CROWD = 10


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
    cheap, dear = (
        begin(portal, thief, form() | {"amount": a}) for a in (10_000, 40_000)
    )
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
    # Only the switch of languages knows the address, to lead back to it.
    assert "127.0.0.1:9/" not in re.sub(r'name="next" value="[^"]*"', "", page)
