"""Zibal as its kits tell it."""

import pytest

from tests.payer import WayBack

MERCHANT = "5f0e8a1c2b3d4e5f60718293"


class Shop:
    """The merchant's server, and its link that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.url = sandbox.bank_url("zibal")

    def ask(self, operation, **asked):
        body = {"merchant": MERCHANT} | asked
        return self.sandbox.http.post(f"{self.url}/v1/{operation}", json=body).json()

    def request(self, **changes):
        asked = {
            "amount": 2_500_000,
            "callbackUrl": f"{self.sandbox.merchant}/bank/key/",
            "orderId": "7",
            "description": "شهریه",
        }
        return self.ask("request", **asked | changes)

    def pay(self, action="success"):
        handover = WayBack(f"{self.url}/start/{self.request()['trackId']}", "GET", {})
        return self.sandbox.pay_at(handover, action)

    def track_id(self, action="success"):
        return int(self.pay(action).fields["trackId"])


@pytest.fixture
def shop(sandbox):
    return Shop(sandbox)


def test_paid_money_is_verified_once_with_its_facts(sandbox, shop):
    back = shop.pay()
    known = sandbox.transaction("7")
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "GET")
    assert back.fields == {
        "success": "1",
        "status": "2",
        "trackId": known["token"],
        "orderId": "7",
    }
    told = shop.ask("verify", trackId=int(known["token"]))
    assert (told["result"], told["status"], told["amount"]) == (100, 1, 2_500_000)
    assert (told["refNumber"], told["orderId"]) == (known["rrn"], "7")
    again = shop.ask("verify", trackId=int(known["token"]))
    assert again["result"] == 201
    assert "amount" not in again
    assert shop.ask("inquiry", trackId=int(known["token"]))["amount"] == 2_500_000


@pytest.mark.parametrize(
    ("action", "status"),
    [("cancel", 3), ("wrong_pin", 6), ("low_balance", 5), ("timeout", 3)],
)
def test_every_other_ending_has_its_status(sandbox, shop, action, status):
    back = shop.pay(action)
    assert (back.fields["success"], back.fields["status"]) == ("0", str(status))
    track_id = int(back.fields["trackId"])
    assert shop.ask("verify", trackId=track_id)["result"] == 202
    assert shop.ask("inquiry", trackId=track_id)["status"] == status


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"merchant": "zibal"}, 102),
        ({"merchant": "5f0e8a1c2b3d4e5f60710000"}, 103),
        ({"amount": 1000}, 105),
        ({"callbackUrl": "localhost"}, 106),
    ],
)
def test_wrong_requests_are_refused(sandbox, shop, wrong, code):
    assert shop.request(**wrong)["result"] == code
    assert sandbox.ledger() == []


def test_strange_track_id_is_refused(shop):
    for wrong in (1234567890, "x", None):
        assert shop.ask("verify", trackId=wrong)["result"] == 203


def test_payer_who_has_not_finished_is_waited_for(shop):
    track_id = shop.request()["trackId"]
    assert shop.ask("inquiry", trackId=track_id)["status"] == -1


def test_money_that_nobody_verifies_goes_back(sandbox, shop):
    track_id = shop.track_id()
    sandbox.advance(30 * 60)
    assert shop.ask("verify", trackId=track_id)["result"] == 202
    assert shop.ask("inquiry", trackId=track_id)["status"] == 18
    assert sandbox.transaction("7")["state"] == "auto_returned"
