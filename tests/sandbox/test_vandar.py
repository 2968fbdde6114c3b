"""Vandar as its pages tell it."""

import pytest
import requests

from tests.payer import WayBack

KEY = "sandbox-only-key"


class Shop:
    """The merchant's server, and its link that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.url = sandbox.bank_url("vandar")

    def ask(self, operation, **asked):
        """The HTTP status, and what is told."""
        body = {"api_key": KEY} | asked
        answer = self.sandbox.http.post(f"{self.url}/api/v3/{operation}", json=body)
        return answer.status_code, answer.json()

    def send(self, **changes):
        asked = {
            "amount": 2_500_000,
            "callback_url": f"{self.sandbox.merchant}/bank/key/",
            "factorNumber": "7",
            "description": "شهریه",
        }
        return self.ask("send", **asked | changes)

    def handover(self):
        return WayBack(f"{self.url}/v3/{self.send()[1]['token']}", "GET", {})

    def pay(self, action="success"):
        return self.sandbox.pay_at(self.handover(), action)

    def token(self, action="success"):
        return self.pay(action).fields["token"]


@pytest.fixture
def shop(sandbox):
    return Shop(sandbox)


def test_paid_money_is_verified_with_a_single_yes(sandbox, shop):
    back = shop.pay()
    known = sandbox.transaction("7")
    token = known["token"]
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "GET")
    assert back.fields == {"token": token, "payment_status": "OK"}
    status, told = shop.ask("verify", token=token)
    assert (status, told["status"], told["amount"]) == (200, 1, "2500000.00")
    assert (told["realAmount"], told["wage"]) == (2_488_000, "12000")
    assert (told["factorNumber"], told["transId"]) == ("7", int(known["refnum"]))
    status, told = shop.ask("verify", token=token)
    assert (status, told["status"]) == (422, 0)
    _status, told = shop.ask("transaction", token=token)
    assert (told["code"], told["amount"]) == (2, "2500000")


def test_transaction_tells_and_changes_nothing(sandbox, shop):
    token = shop.token()
    for _ in range(2):
        assert shop.ask("transaction", token=token)[1]["code"] == 1
    assert sandbox.transaction("7")["state"] == "paid"


def test_fee_may_come_on_top(sandbox, shop):
    sandbox.rules(psp="vandar", payer_carries_the_fee=True)
    told = shop.ask("verify", token=shop.token())[1]
    assert (told["amount"], told["realAmount"]) == ("2512000.00", 2_500_000)


def test_every_other_ending_is_the_same_word(shop):
    back = shop.pay("cancel")
    assert back.fields["payment_status"] == "FAILED"
    token = back.fields["token"]
    assert shop.ask("verify", token=token)[1]["status"] == 0
    assert shop.ask("transaction", token=token)[1]["code"] == 4


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"api_key": "another-key"}, "api_key"),
        ({"api_key": "sandbox-only-key-of-a-closed-one"}, "api_key"),
        ({"api_key": ""}, "api key"),
        ({"amount": 999}, "amount"),
        ({"callback_url": "https://elsewhere.example/"}, "callback_url"),
        ({"callback_url": f"http://localhost:8000/{'a' * 255}"}, "callback_url"),
    ],
)
def test_wrong_requests_are_refused(sandbox, shop, wrong, named):
    status, told = shop.send(**wrong)
    assert (status, told["status"]) == (422, 0)
    assert named in told["errors"][0]
    assert sandbox.ledger() == []


def test_another_server_is_refused(sandbox, shop):
    token = shop.token()
    sandbox.rules(psp="vandar", registered_server="10.0.0.1")
    assert "IP" in shop.ask("verify", token=token)[1]["errors"][0]
    assert sandbox.transaction("7")["state"] == "paid"


def test_pay_page_is_entered_once(sandbox, shop):
    handover = shop.handover()
    sandbox.pay_at(handover)
    with pytest.raises(requests.HTTPError):
        sandbox.pay_at(handover)


def test_money_that_nobody_verifies_goes_back_after_twenty_minutes(sandbox, shop):
    token = shop.token()
    sandbox.advance(20 * 60)
    assert shop.ask("verify", token=token)[1]["status"] == 3
    assert shop.ask("transaction", token=token)[1]["code"] == 3
    assert sandbox.transaction("7")["state"] == "auto_returned"
