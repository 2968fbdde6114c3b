"""PayPing as one library tells it."""

import json

import pytest

from tests.payer import WayBack

TOKEN = "sandbox-only-token"


class Shop:
    """The merchant's server, and its link that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.url = sandbox.bank_url("payping")
        self.bearer = TOKEN

    def ask(self, path, body=None):
        """The HTTP status, and what is told."""
        answer = self.sandbox.http.request(
            "POST" if body else "GET",
            f"{self.url}{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.bearer}"},
        )
        return answer.status_code, answer.json() if answer.content else None

    def start(self, **changes):
        asked = {
            "amount": 250_000,
            "returnUrl": f"{self.sandbox.merchant}/bank/key/",
            "clientRefId": "7",
            "isReversible": True,
        }
        return self.ask("/v3/pay", asked | changes)

    def pay(self, action="success", **changes):
        _status, told = self.start(**changes)
        return self.sandbox.pay_at(WayBack(told["url"], "GET", {}), action)

    def paid(self, **changes):
        """What verification and reversal are asked with."""
        told = json.loads(self.pay(**changes).fields["data"])
        return {name: told[name] for name in ("paymentCode", "paymentRefId", "amount")}

    def verify(self, asked):
        return self.ask("/v3/pay/verify", asked)

    def report(self):
        code = self.sandbox.transaction("7")["token"]
        return self.ask(f"/v1/report/{code}")[1]["paymentStatus"]


@pytest.fixture
def shop(sandbox):
    return Shop(sandbox)


def test_paid_money_comes_back_as_a_document_and_is_verified(sandbox, shop):
    back = shop.pay()
    known = sandbox.transaction("7")
    assert known["amount"] == 2_500_000
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    assert (back.fields["status"], back.fields["errorCode"]) == ("1", "")
    data = json.loads(back.fields["data"])
    assert data["paymentCode"] == known["token"]
    assert data["paymentRefId"] == int(known["refnum"])
    assert (data["clientRefId"], data["amount"]) == ("7", 250_000)
    assert shop.report() == 5
    status, told = shop.verify(data)
    assert (status, told["amount"], told["clientRefId"]) == (200, 250_000, "7")
    assert shop.report() == 1


def test_second_verification_is_a_conflict_that_tells_the_payment(sandbox, shop):
    paid = shop.paid()
    shop.verify(paid)
    status, told = shop.verify(paid)
    assert (status, told["metaData"]["code"]) == (409, 110)
    assert told["metaData"]["message"]["Amount"] == 250_000
    sandbox.rules(psp="payping", tells_again=False)
    assert shop.verify(paid)[1]["metaData"]["code"] == 110


def test_verification_may_take_its_time(sandbox, shop):
    sandbox.rules(psp="payping", settling=1)
    paid = shop.paid()
    assert shop.verify(paid)[0] == 202
    assert shop.verify(paid)[0] == 200


def test_older_terminals_come_back_with_flat_fields(sandbox, shop):
    sandbox.rules(psp="payping", flat_return=True)
    back = shop.pay()
    known = sandbox.transaction("7")
    assert back.method == "GET"
    assert (back.fields["refid"], back.fields["code"]) == (
        known["refnum"],
        known["token"],
    )


def test_payer_who_cancels_brings_no_receipt(shop):
    back = shop.pay("cancel")
    assert back.fields["status"] == "0"
    assert "paymentRefId" not in json.loads(back.fields["data"])
    assert shop.report() == 3


@pytest.mark.parametrize(
    ("bearer", "status"),
    [("", 401), ("another", 401), ("sandbox-only-token-of-a-closed-one", 403)],
)
def test_strangers_are_refused(sandbox, shop, bearer, status):
    shop.bearer = bearer
    assert shop.start()[0] == status
    assert sandbox.ledger() == []


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"returnUrl": "localhost"}])
def test_wrong_requests_are_refused(sandbox, shop, wrong):
    assert shop.start(**wrong)[0] == 400
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"amount": 250_001}, 400),
        ({"paymentRefId": 7}, 404),
        ({"paymentCode": "x"}, 404),
    ],
)
def test_bank_compares_what_it_is_told(sandbox, shop, wrong, status):
    assert shop.verify(shop.paid() | wrong)[0] == status
    assert sandbox.transaction("7")["state"] == "paid"


def test_money_goes_back_only_if_it_was_asked_for_so(sandbox, shop):
    paid = shop.paid()
    shop.verify(paid)
    assert shop.ask("/v3/pay/reverse", paid)[0] == 200
    assert sandbox.transaction("7")["state"] == "reversed"
    sandbox.reset()
    paid = shop.paid(isReversible=False)
    shop.verify(paid)
    assert shop.ask("/v3/pay/reverse", paid)[0] == 400


def test_money_that_nobody_verifies_goes_back_after_ten_minutes(sandbox, shop):
    paid = shop.paid()
    sandbox.advance(10 * 60)
    assert shop.verify(paid)[0] == 400
    assert shop.report() == 4
    assert sandbox.transaction("7")["state"] == "auto_returned"
