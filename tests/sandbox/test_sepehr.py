"""Sepehr as its manual tells it."""

import pytest
import requests

from tests.payer import WayBack


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def ask(self, operation, **fields):
        return self.sandbox.post(f"/sepehr/V1/PeymentApi/{operation}", **fields)

    def token(self, **changes):
        asked = {
            "Amount": 2_500_000,
            "callbackURL": f"{self.sandbox.merchant}/bank/key/",
            "invoiceID": "7",
            "terminalID": 99000001,
        }
        return self.ask("GetToken", **(asked | changes))

    def pay(self, action="success", page="Pay", **form):
        """Go to the bank and come back: url, method, fields."""
        token = self.token()["Accesstoken"]
        url = f"{self.sandbox.bank_url('sepehr')}/page/{page}"
        fields = {"TerminalID": "99000001", "token": token} | form
        return self.sandbox.pay_at(WayBack(url, "POST", fields), action)

    def about(self, operation, receipt, **changes):
        asked = {"digitalreceipt": receipt, "Tid": 99000001}
        answer = self.ask(operation, **(asked | changes))
        return answer["Status"], answer["ReturnId"]


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


@pytest.fixture
def receipt(merchant):
    return merchant.pay().fields["digitalreceipt"]


def row(sandbox):
    return sandbox.transaction("7")


def test_success_comes_back_by_post_with_its_receipt(sandbox, merchant):
    back = merchant.pay()
    known = row(sandbox)
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    assert back.fields == {
        "respcode": "0",
        "respmsg": "",
        "amount": "2500000",
        "invoiceid": "7",
        "payload": "",
        "terminalid": "99000001",
        "tracenumber": known["trace"],
        "rrn": known["rrn"],
        "datePaid": back.fields["datePaid"],
        "digitalreceipt": known["refnum"],
        "issuerbank": "",
        "cardnumber": "621986******0082",
    }


def test_payer_carries_the_identifier_to_the_bank(sandbox, merchant):
    merchant.pay(page="Mpay", nationalCode="123456789012345")
    assert row(sandbox)["deposit_identifier"] == "123456789012345"


def test_payer_comes_back_by_get_if_asked(merchant):
    assert merchant.pay(getMethod="1").method == "GET"


@pytest.mark.parametrize(
    ("action", "code"),
    [("cancel", "-1"), ("wrong_pin", "-1"), ("timeout", "-2")],
)
def test_unpaid_endings_have_no_receipt(merchant, action, code):
    fields = merchant.pay(action).fields
    assert (fields["respcode"], fields["digitalreceipt"]) == (code, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"Amount": 10},
        {"Amount": "much"},
        {"terminalID": 1},
        {"terminalID": 99000009},
        {"invoiceID": "1" * 101},
        {"callbackURL": "nowhere"},
        {"Payload": "a" * 501},
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong):
    assert merchant.token(**wrong) == {"Status": -3, "Accesstoken": ""}
    assert sandbox.ledger() == []


def test_invoice_is_used_once_and_a_token_too(sandbox, merchant):
    token = merchant.token()["Accesstoken"]
    assert merchant.token(Amount=10_000)["Status"] == -3
    url = f"{sandbox.bank_url('sepehr')}/page/Pay"
    handover = WayBack(url, "POST", {"TerminalID": "99000001", "token": token})
    with pytest.raises(requests.HTTPError):
        sandbox.pay_at(handover._replace(fields={"token": token}))
    sandbox.pay_at(handover, "cancel")
    with pytest.raises(requests.HTTPError):
        sandbox.pay_at(handover)


def test_token_may_be_spelled_as_in_the_manual(sandbox, merchant):
    sandbox.rules(psp="sepehr", token_name="AccessToken")
    assert merchant.token()["AccessToken"]


def test_another_server_is_refused(sandbox, merchant, receipt):
    sandbox.rules(psp="sepehr", registered_server="10.0.0.1")
    assert merchant.token(invoiceID="8")["Status"] == -2
    assert merchant.about("Advice", receipt) == ("NOK", -5)


def test_advice_may_be_repeated(sandbox, merchant, receipt):
    assert merchant.about("Advice", receipt) == ("OK", 2_500_000)
    sandbox.rules(psp="sepehr", yes="Ok")
    assert merchant.about("Advice", receipt) == ("Duplicate", 2_500_000)
    assert row(sandbox)["state"] == "verified"


@pytest.mark.parametrize("operation", ["Advice", "Rollback"])
def test_unknown_receipts(merchant, receipt, operation):
    assert merchant.about(operation, "9" * 20) == ("NOK", -1)
    assert merchant.about(operation, "x") == ("NOK", -1)
    assert merchant.about(operation, receipt, Tid=99000009) == ("NOK", -3)


def test_unadvised_money_goes_back_after_thirty_minutes(sandbox, merchant, receipt):
    sandbox.advance(30 * 60 - 5)
    assert row(sandbox)["state"] == "paid"
    sandbox.advance(6)
    assert row(sandbox)["state"] == "auto_returned"
    assert merchant.about("Advice", receipt) == ("NOK", -4)


def test_money_is_rolled_back_once_and_only_after_the_advice(
    sandbox, merchant, receipt
):
    assert merchant.about("Rollback", receipt) == ("NOK", -4)
    merchant.about("Advice", receipt)
    assert merchant.about("Rollback", receipt) == ("OK", 2_500_000)
    assert merchant.about("Rollback", receipt) == ("NOK", -2)
    assert merchant.about("Advice", receipt) == ("NOK", -2)
    assert row(sandbox)["state"] == "reversed"


def test_rollback_is_possible_for_thirty_minutes(sandbox, merchant, receipt):
    merchant.about("Advice", receipt)
    sandbox.advance(30 * 60)
    assert merchant.about("Rollback", receipt) == ("NOK", -4)


def test_rollback_may_not_be_enabled(sandbox, merchant, receipt):
    merchant.about("Advice", receipt)
    sandbox.rules(psp="sepehr", rollback_enabled=False)
    assert merchant.about("Rollback", receipt) == ("NOK", -6)
    assert row(sandbox)["state"] == "verified"
