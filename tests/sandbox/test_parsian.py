"""Parsian as its document tells it."""

import pytest

from tests.payer import WayBack
from tests.sandbox import soap

SPACE = "https://pec.Shaparak.ir/NewIPGServices"
PIN = {"LoginAccount": "sandbox-only-pin"}
SALE = ("Sale/SaleService", "Sale/SaleService", "SalePaymentRequest")
CONFIRM = "Confirm/ConfirmService"
REVERSE = ("Reverse/ReversalService", "Reversal/ReversalService", "ReversalRequest")


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def url(self, place):
        return f"{self.sandbox.bank_url('parsian')}/NewIPGServices/{place}.asmx"

    def post(self, place, service, operation, fields, action=None):
        namespace = f"{SPACE}/{service}"
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        body = (
            f'<s:Envelope xmlns:s="{soap.ENVELOPE}"><s:Body>'
            f'<{operation} xmlns="{namespace}"><requestData>{inside}</requestData>'
            f"</{operation}></s:Body></s:Envelope>"
        )
        if action is None:
            action = f"{namespace}/{operation}"
        return soap.read(soap.post(self.sandbox, self.url(place), body, action))

    def token(self, **changes):
        asked = {
            "Amount": 2_500_000,
            "OrderId": 7,
            "CallBackUrl": f"{self.sandbox.merchant}/bank/key/",
            "AdditionalData": "",
            "Originator": "",
        }
        return self.post(*SALE, PIN | asked | changes)

    def pay(self, action="success"):
        page = self.sandbox.bank_url("parsian") + "/NewIPG/"
        handover = WayBack(page, "GET", {"Token": self.token()["Token"]})
        return self.sandbox.pay_at(handover, action)

    def confirm(self, token, **changes):
        asked = PIN | {"Token": token, "OrderId": 7, "Amount": 2_500_000} | changes
        return self.post(CONFIRM, CONFIRM, "ConfirmPaymentWithAmount", asked)

    def reverse(self, token):
        return self.post(*REVERSE, PIN | {"Token": token})["Status"]


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


@pytest.fixture
def token(merchant):
    return merchant.pay().fields["Token"]


def row(sandbox):
    return sandbox.transaction("7")


def test_success_comes_back_by_post_and_is_confirmed(sandbox, merchant):
    back = merchant.pay()
    known = row(sandbox)
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    assert back.fields.pop("HashCardNumber")
    assert back.fields == {
        "Token": known["token"],
        "OrderId": "7",
        "TerminalNo": "44481234",
        "RRN": known["rrn"],
        "status": "0",
        "Amount": "2,500,000",
    }
    told = merchant.confirm(known["token"])
    assert (told["Status"], told["RRN"]) == ("0", known["rrn"])
    assert told["Token"] == known["token"]
    assert told["CardNumberMasked"] == "621986******0082"
    assert row(sandbox)["state"] == "verified"


def test_cancelling_brings_three_fields(sandbox, merchant):
    back = merchant.pay("cancel")
    assert set(back.fields) == {"Token", "OrderId", "status"}
    assert back.fields["status"] == "-138"
    assert merchant.confirm(back.fields["Token"])["Status"] == "-138"
    assert row(sandbox)["state"] == "cancelled"


@pytest.mark.parametrize(
    ("action", "status"), [("wrong_pin", "55"), ("low_balance", "51")]
)
def test_declined_payments_have_no_reference_number(merchant, action, status):
    back = merchant.pay(action)
    assert (back.fields["status"], back.fields["RRN"]) == (status, "0")
    assert merchant.confirm(back.fields["Token"])["Status"] == "-1531"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"LoginAccount": "other"}, "-126"),
        ({"LoginAccount": "sandbox-only-pin-of-a-closed-one"}, "-100"),
        ({"Amount": 999}, "-132"),
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong, code):
    assert merchant.token(**wrong)["Status"] == code
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    "wrong", [{"OrderId": 0}, {"CallBackUrl": "bank"}, {"AdditionalData": "a" * 501}]
)
def test_code_of_a_malformed_request_is_a_rule(sandbox, merchant, wrong):
    assert merchant.token(**wrong)["faultstring"].startswith("sandbox:")
    sandbox.rules(psp="parsian", malformed="-113")
    assert merchant.token(**wrong)["Status"] == "-113"


def test_order_number_is_used_once(merchant):
    assert merchant.token()["Status"] == "0"
    assert merchant.token(Amount=1000)["Status"] == "-112"


def test_another_server_is_refused(sandbox, merchant, token):
    sandbox.rules(psp="parsian", registered_server="10.0.0.1")
    assert merchant.token()["Status"] == "-127"
    assert merchant.confirm(token)["Status"] == "-127"


def test_action_is_required(merchant):
    answer = merchant.post(*SALE, PIN, action="")
    assert "SOAPAction" in answer["faultstring"]


def test_repeated_confirmation_is_a_rule(sandbox, merchant, token):
    known = row(sandbox)
    merchant.confirm(token)
    assert merchant.confirm(token)["Status"] == "0"
    sandbox.rules(psp="parsian", repeat_confirm="-1533")
    told = merchant.confirm(token)
    assert (told["Status"], told["RRN"]) == ("-1533", known["rrn"])
    sandbox.rules(psp="parsian", repeat_tells=False)
    told = merchant.confirm(token)
    assert (told["Status"], told["RRN"]) == ("-1533", "0")


@pytest.mark.parametrize("wrong", [{"Amount": 2_500_001}, {"OrderId": 8}])
def test_order_and_amount_are_compared(sandbox, merchant, token, wrong):
    assert merchant.confirm(token, **wrong)["faultstring"].startswith("sandbox:")
    sandbox.rules(psp="parsian", other_amount="-1530")
    assert merchant.confirm(token, **wrong)["Status"] == "-1530"
    assert row(sandbox)["state"] == "paid"


def test_confirmation_without_an_amount_compares_nothing(sandbox, merchant, token):
    asked = PIN | {"Token": token}
    assert merchant.post(CONFIRM, CONFIRM, "ConfirmPayment", asked)["Status"] == "0"
    assert row(sandbox)["state"] == "verified"


def test_unconfirmed_money_goes_back(sandbox, merchant, token):
    sandbox.advance(30 * 60 + 1)
    assert merchant.confirm(token)["faultstring"].startswith("sandbox:")
    assert row(sandbox)["state"] == "auto_returned"


def test_unknown_and_unpaid_tokens(merchant):
    assert merchant.confirm(1)["Status"] == "-131"
    assert merchant.confirm(merchant.token()["Token"])["Status"] == "-1528"


def test_confirmed_money_can_be_given_back_for_a_while(sandbox, merchant, token):
    assert merchant.reverse(token) == "-1550"
    merchant.confirm(token)
    assert merchant.reverse(token) == "0"
    assert merchant.reverse(token) == "-1551"
    assert merchant.confirm(token)["Status"] == "-102"
    assert row(sandbox)["state"] == "reversed"


def test_money_is_not_given_back_too_late(sandbox, merchant, token):
    merchant.confirm(token)
    sandbox.advance(30 * 60 + 1)
    assert merchant.reverse(token) == "-1549"


@pytest.mark.parametrize("place", [SALE[0], CONFIRM, REVERSE[0]])
def test_every_service_describes_itself(sandbox, merchant, place):
    text = sandbox.http.get(f"{merchant.url(place)}?wsdl").text
    assert 'elementFormDefault="qualified"' in text
    assert "requestData" in text
    assert "LoginAccount" in text
