"""Pasargad's Dorsa as the company's pages tell it."""

import pytest

from tests.payer import WayBack

API = "/pasargad/dorsa1/api/payment"


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.bearer = self.log_in()["token"]

    def log_in(self, **changes):
        who = {"username": "sandbox", "password": "sandbox-only"} | changes
        return self.sandbox.post("/pasargad/dorsa1/token/getToken", **who)

    def ask(self, what, **body):
        answer = self.sandbox.http.post(
            f"{self.sandbox.url}{API}/{what}",
            json=body,
            headers={"Authorization": f"Bearer {self.bearer}"},
        )
        return answer.json() | {"http": answer.status_code}

    def purchase(self, **changes):
        asked = {
            "amount": 2_500_000,
            "invoice": "7",
            "invoiceDate": "1405-09-01",
            "serviceCode": 8,
            "serviceType": "PURCHASE",
            "callbackApi": f"{self.sandbox.merchant}/bank/key/",
            "terminalNumber": 6217318,
        }
        return self.ask("purchase", **(asked | changes))

    def pay(self, action="success"):
        url = self.purchase()["data"]["url"]
        return self.sandbox.pay_at(WayBack(url, "GET", {}), action)

    def status(self, invoice="7", **more):
        answer = self.ask("payment-inquiry", invoiceId=invoice, **more)
        return answer["data"]["status"] if "data" in answer else answer["resultCode"]

    def finish(self, what, **changes):
        known = self.sandbox.transaction("7")
        asked = {"invoice": "7", "urlId": known["token"]} | changes
        return self.ask(f"{what}-transactions", **asked)


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


@pytest.fixture
def paid(merchant):
    return merchant.pay()


def row(sandbox):
    return sandbox.transaction("7")


def code(answer):
    return answer["resultCode"]


def test_success_comes_back_by_get_and_is_verified(sandbox, merchant, paid):
    known = row(sandbox)
    assert (paid.url.partition("?")[0], paid.method) == (
        "http://localhost:8000/bank/key/",
        "GET",
    )
    assert paid.fields == {
        "invoiceId": "7",
        "status": "success",
        "referenceNumber": known["rrn"],
        "trackId": known["trace"],
    }
    assert merchant.status() == 13031
    told = merchant.finish("verify")
    assert (code(told), told["data"]["amount"]) == (0, 2_500_000)
    assert told["data"]["maskedCardNumber"] == "621986******0082"
    assert row(sandbox)["state"] == "verified"
    assert code(merchant.finish("verify")) == 13428


@pytest.mark.parametrize(
    ("action", "word", "status"),
    [
        ("cancel", "cancel", 13045),
        ("wrong_pin", "failed", 13025),
        ("low_balance", "failed", 13025),
        ("timeout", "expire", 13025),
    ],
)
def test_unpaid_endings(merchant, action, word, status):
    assert merchant.pay(action).fields["status"] == word
    assert merchant.status() == status
    assert code(merchant.finish("verify")) == status


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"terminalNumber": 7}, 13399),
        ({"amount": "much"}, 13055),
        ({"invoiceDate": "2026-11-22"}, 13000),
        ({"serviceType": "BILL"}, 13000),
        ({"callbackApi": "http://127.0.0.1:8000/bank/"}, 13028),
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong, expected):
    assert code(merchant.purchase(**wrong)) == expected
    assert sandbox.ledger() == []


def test_order_number_is_used_once(merchant):
    assert code(merchant.purchase()) == 0
    assert code(merchant.purchase(amount=1000)) == 13003


def test_nobody_is_let_in_without_a_log_in(sandbox, merchant):
    assert code(merchant.log_in(password="other")) == 13407
    merchant.bearer = "eyJhbGciOiJIUzI1NiJ9"
    answer = merchant.purchase()
    assert (answer["http"], code(answer)) == (401, 401)


def test_log_in_lasts_ten_minutes(sandbox, merchant):
    sandbox.advance(10 * 60)
    assert merchant.purchase()["http"] == 401
    merchant.bearer = merchant.log_in()["token"]
    assert code(merchant.purchase()) == 0


def test_closed_terminal_is_refused(merchant):
    merchant.bearer = merchant.log_in(username="sandbox-off")["token"]
    assert code(merchant.purchase(terminalNumber=6219999)) == 13300


def test_another_server_is_refused(sandbox, merchant):
    sandbox.rules(psp="pasargad", registered_server="10.0.0.1")
    assert code(merchant.log_in()) == 13422
    assert code(merchant.purchase()) == 13422


def test_inquiry_before_paying_and_after_verifying(sandbox, merchant):
    assert merchant.status() == 13016
    merchant.pay()
    merchant.finish("verify")
    assert merchant.status() == 2
    assert merchant.status(checkVerify=True) == 13034


def test_confirming_is_final(sandbox, merchant, paid):
    assert code(merchant.finish("confirm")) == 0
    assert merchant.status() == 13029
    assert code(merchant.finish("confirm")) == 13029
    assert code(merchant.finish("reverse")) == 13029
    assert row(sandbox)["state"] == "settled"


def test_verified_money_can_be_given_back_for_a_while(sandbox, merchant, paid):
    assert "sandbox:" in merchant.finish("reverse")["error"]
    merchant.finish("verify")
    assert code(merchant.finish("reverse")) == 0
    assert merchant.status() == code(merchant.finish("reverse")) == 13033
    assert code(merchant.finish("verify")) == 13033
    assert row(sandbox)["state"] == "reversed"


def test_unverified_money_may_be_given_back_by_rule(sandbox, merchant, paid):
    sandbox.rules(psp="pasargad", reverse_unverified=True)
    assert code(merchant.finish("reverse")) == 0


def test_switch_confirms_what_was_only_verified(sandbox, merchant, paid):
    merchant.finish("verify")
    sandbox.advance(25 * 60 + 1)
    merchant.bearer = merchant.log_in()["token"]
    assert merchant.status() == 13029
    assert row(sandbox)["state"] == "settled"


def test_unverified_money_goes_back_after_25_minutes(sandbox, merchant, paid):
    sandbox.advance(25 * 60 + 1)
    merchant.bearer = merchant.log_in()["token"]
    assert code(merchant.finish("verify")) == 13075
    assert row(sandbox)["state"] == "auto_returned"


def test_what_the_pages_leave_open_is_a_rule(sandbox, merchant, paid):
    sandbox.rules(psp="pasargad", verify_address=False)
    assert merchant.finish("verify")["http"] == 404
    assert code(merchant.finish("confirm", urlId="other")) == 13016
    assert code(merchant.finish("confirm")) == 0
