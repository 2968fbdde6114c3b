"""ZarinPal as its pages tell it."""

import pytest

from tests.payer import WayBack

MERCHANT = "1344b5d4-0048-11e8-94db-005056a205be"


class Shop:
    """The merchant's server, and its link that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.url = f"{sandbox.bank_url('zarinpal')}/pg"

    def ask(self, operation, **asked):
        body = {"merchant_id": MERCHANT} | asked
        url = f"{self.url}/v4/payment/{operation}.json"
        return self.sandbox.http.post(url, json=body).json()

    def code(self, operation, **asked):
        told = self.ask(operation, **asked)
        return (told["errors"] or told["data"])["code"]

    def request(self, **changes):
        asked = {
            "amount": 2_500_000,
            "currency": "IRR",
            "description": "شهریه",
            "callback_url": f"{self.sandbox.merchant}/bank/key/",
            "metadata": {"order_id": "7", "auto_verify": False},
        }
        return self.ask("request", **asked | changes)

    def pay(self, action="success", **changes):
        authority = self.request(**changes)["data"]["authority"]
        handover = WayBack(f"{self.url}/StartPay/{authority}", "GET", {})
        return self.sandbox.pay_at(handover, action)

    def authority(self):
        return self.pay().fields["Authority"]


@pytest.fixture
def shop(sandbox):
    return Shop(sandbox)


def test_shapes_of_yes_and_no_are_turned_round(sandbox, shop):
    told = shop.request()
    assert told["errors"] == []
    assert told["data"]["code"] == 100
    assert len(told["data"]["authority"]) == 36
    told = shop.request(amount=999)
    assert told["data"] == []
    assert told["errors"]["code"] == -9


def test_paid_money_is_verified_twice(sandbox, shop):
    back = shop.pay()
    known = sandbox.transaction("7")
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "GET")
    assert back.fields == {"Authority": known["token"], "Status": "OK"}
    asked = {"authority": known["token"], "amount": 2_500_000}
    data = shop.ask("verify", **asked)["data"]
    assert (data["code"], data["card_pan"]) == (100, "621986******0082")
    assert data["ref_id"] == int(known["refnum"])
    assert shop.code("verify", **asked) == 101
    assert sandbox.transaction("7")["state"] == "verified"


@pytest.mark.parametrize("action", ["cancel", "wrong_pin", "timeout"])
def test_every_other_ending_is_the_same_word(sandbox, shop, action):
    back = shop.pay(action)
    assert back.fields["Status"] == "NOK"
    authority = back.fields["Authority"]
    assert shop.code("verify", authority=authority, amount=2_500_000) == -51
    assert shop.ask("inquiry", authority=authority)["data"]["status"] == "FAILED"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"merchant_id": "x"}, -9),
        ({"merchant_id": MERCHANT.replace("1", "2")}, -10),
        ({"merchant_id": "00000000-0048-11e8-94db-005056a205be"}, -11),
        ({"currency": "USD"}, -9),
        ({"description": ""}, -9),
        ({"callback_url": "https://elsewhere.example/"}, -14),
    ],
)
def test_wrong_requests_are_refused(sandbox, shop, wrong, code):
    assert shop.request(**wrong)["errors"]["code"] == code
    assert sandbox.ledger() == []


def test_toman_is_asked_for_by_name(sandbox, shop):
    shop.request(currency="IRT", amount=250_000)
    assert sandbox.transaction("7")["amount"] == 2_500_000


def test_bank_compares_what_it_is_told(sandbox, shop):
    authority = shop.authority()
    assert shop.code("verify", authority=authority, amount=2_500_001) == -50
    assert shop.code("verify", authority="A" * 36, amount=2_500_000) == -54
    sandbox.rules(psp="zarinpal", registered_server="10.0.0.1")
    assert shop.code("verify", authority=authority, amount=2_500_000) == -10
    assert sandbox.transaction("7")["state"] == "paid"


def test_inquiry_tells_and_changes_nothing(sandbox, shop):
    authority = shop.authority()
    for state in ("PAID", "PAID"):
        assert shop.ask("inquiry", authority=authority)["data"]["status"] == state
    shop.ask("verify", authority=authority, amount=2_500_000)
    assert shop.ask("inquiry", authority=authority)["data"]["status"] == "VERIFIED"


def test_money_goes_back_once_within_half_an_hour(sandbox, shop):
    authority = shop.authority()
    shop.ask("verify", authority=authority, amount=2_500_000)
    assert shop.code("reverse", authority=authority) == 100
    assert shop.code("reverse", authority=authority) == -61
    assert shop.ask("inquiry", authority=authority)["data"]["status"] == "REVERSED"
    assert sandbox.transaction("7")["state"] == "reversed"


def test_money_that_nobody_verifies_goes_back(sandbox, shop):
    authority = shop.authority()
    sandbox.advance(30 * 60)
    assert shop.code("verify", authority=authority, amount=2_500_000) == -51
    assert shop.ask("inquiry", authority=authority)["data"]["status"] == "REVERSED"
    assert sandbox.transaction("7")["state"] == "auto_returned"
