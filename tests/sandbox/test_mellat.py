"""Behpardakht Mellat as its manual tells it."""

import pytest
import requests

from tests.payer import WayBack
from tests.sandbox import soap

NAMESPACE = "http://interfaces.core.sw.bps.com/"
WHO = {"terminalId": 7001234, "userName": "sandbox", "userPassword": "sandbox-only"}


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.url = f"{sandbox.bank_url('mellat')}/pgwchannel/services/pgw"

    def ask(self, operation, fields):
        body = soap.request(NAMESPACE, operation, fields)
        return soap.read(soap.post(self.sandbox, self.url, body))

    def token(self, **changes):
        asked = {
            "orderId": 7,
            "amount": 2_500_000,
            "localDate": "20261122",
            "localTime": "101500",
            "additionalData": "",
            "callBackUrl": f"{self.sandbox.merchant}/bank/key/",
            "payerId": "0",
        }
        return self.ask("bpPayRequest", WHO | asked | changes)["return"]

    def pay(self, action="success", answer=None, **changes):
        """Go to the bank and come back: url, method, fields."""
        token = self.token(**changes).removeprefix("0,")
        page = self.url.replace("services/pgw", "startpay.mellat")
        handover = WayBack(page, "POST", {"RefId": token})
        return self.sandbox.pay_at(handover, action, answer)

    def about(self, operation, reference, order=7, **changes):
        sale = {"orderId": order, "saleOrderId": order, "saleReferenceId": reference}
        answer = self.ask(f"bp{operation}Request", WHO | sale | changes)
        return answer.get("return", answer.get("faultstring"))


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


@pytest.fixture
def reference(merchant):
    return merchant.pay().fields["SaleReferenceId"]


def row(sandbox):
    return sandbox.transaction("7")


def test_success_comes_back_by_post_with_its_reference(sandbox, merchant):
    back = merchant.pay(payerId="12345678901234567890")
    known = row(sandbox)
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    assert back.fields == {
        "RefId": known["token"],
        "ResCode": "0",
        "SaleOrderId": "7",
        "SaleReferenceId": known["refnum"],
        "CardHolderPan": "621986*****0082",
        "CreditCardSaleResponseDetail": "",
        "FinalAmount": "2500000",
    }
    assert (known["psp"], known["state"]) == ("mellat", "paid")
    assert known["deposit_identifier"] == "12345678901234567890"


@pytest.mark.parametrize(
    ("action", "code", "state"),
    [
        ("cancel", "17", "cancelled"),
        ("wrong_pin", "13", "failed"),
        ("low_balance", "12", "failed"),
        ("timeout", "415", "expired"),
    ],
)
def test_unpaid_endings_have_no_reference(sandbox, merchant, action, code, state):
    back = merchant.pay(action)
    assert set(back.fields) == {"RefId", "ResCode", "SaleOrderId"}
    assert (back.fields["ResCode"], row(sandbox)["state"]) == (code, state)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"terminalId": 7}, "21"),
        ({"terminalId": 7009999}, "21"),
        ({"userName": "other"}, "24"),
        ({"userPassword": ""}, "24"),
        ({"amount": 0}, "25"),
        ({"localDate": "2026/11/22"}, "35"),
        ({"localTime": "250000"}, "35"),
        ({"additionalData": "a" * 1001}, "32"),
        ({"callBackUrl": "http://127.0.0.1:8000/bank/"}, "62"),
        ({"payerId": "abc"}, "417"),
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong, code):
    assert merchant.token(**wrong) == code
    assert sandbox.ledger() == []


def test_order_number_is_used_once(merchant):
    assert merchant.token().startswith("0,")
    assert merchant.token(amount=10) == "41"


def test_another_server_is_refused(sandbox, merchant, reference):
    sandbox.rules(psp="mellat", registered_server="10.0.0.1")
    assert merchant.token(orderId=8) == "421"
    assert merchant.about("Verify", reference) == "421"


@pytest.mark.parametrize("number", ["", "seven", "9223372036854775808"])
def test_what_is_no_number_is_a_fault(sandbox, merchant, number):
    fields = WHO | {"orderId": number, "saleOrderId": 1, "saleReferenceId": 1}
    body = soap.request(NAMESPACE, "bpVerifyRequest", fields)
    answer = soap.post(sandbox, merchant.url, body)
    assert answer.status_code == 500
    told = soap.read(answer)["faultstring"]
    assert told == f'Unmarshalling Error: For input string: "{number}"'


def test_qualified_children_and_another_order_are_faults(sandbox, merchant):
    qualified = soap.request(NAMESPACE, "bpVerifyRequest", WHO, prefix="n:")
    turned = soap.request(
        NAMESPACE, "bpVerifyRequest", dict(reversed(list(WHO.items())))
    )
    for body in (qualified, turned, "<a/>", "", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'):
        answer = soap.post(sandbox, merchant.url, body)
        assert (answer.status_code, "return" in soap.read(answer)) == (500, False)


def test_capitals_of_a_token_matter_and_it_comes_by_post(sandbox, merchant):
    token = merchant.token().removeprefix("0,")
    page = merchant.url.replace("services/pgw", "startpay.mellat")
    for method, wrong in (("POST", token.swapcase()), ("GET", token)):
        with pytest.raises(requests.HTTPError):
            sandbox.pay_at(WayBack(page, method, {"RefId": wrong}))
    assert row(sandbox)["state"] == "created"


def test_verify_settle_and_their_repetitions(sandbox, merchant, reference):
    assert merchant.about("Inquiry", reference) == "44"
    assert merchant.about("Settle", reference) == "44"
    assert merchant.about("Verify", reference) == "0"
    assert merchant.about("Verify", reference) == "43"
    assert merchant.about("Inquiry", reference) == "0"
    assert row(sandbox)["settled_at"] is None
    assert merchant.about("Settle", reference) == "0"
    assert merchant.about("Settle", reference) == "45"
    assert merchant.about("Reversal", reference) == "45"
    known = row(sandbox)
    assert (known["state"], bool(known["settled_at"])) == ("settled", True)
    assert (known["verify_calls"], known["settle_calls"]) == (2, 3)


def test_verify_and_settle_at_once(sandbox, merchant, reference):
    assert merchant.about("VerifySettle", reference) == "0"
    assert row(sandbox)["state"] == "settled"
    assert merchant.about("VerifySettle", reference).startswith("sandbox:")
    sandbox.rules(psp="mellat", repeat_verify_settle="43")
    assert merchant.about("VerifySettle", reference) == "43"


def test_reversal_is_possible_between_verify_and_settle(sandbox, merchant, reference):
    assert merchant.about("Reversal", reference) == "44"
    merchant.about("Verify", reference)
    assert merchant.about("Reversal", reference) == "0"
    for operation in ("Reversal", "Verify", "Settle", "Inquiry", "VerifySettle"):
        assert merchant.about(operation, reference) == "48"
    assert row(sandbox)["state"] == "reversed"


def test_reversal_is_possible_for_three_hours(sandbox, merchant, reference):
    merchant.about("Verify", reference)
    sandbox.advance(3 * 60 * 60)
    assert merchant.about("Reversal", reference).startswith("sandbox:")


def test_unverified_money_goes_back_after_twenty_minutes(sandbox, merchant, reference):
    sandbox.advance(20 * 60 - 5)
    assert row(sandbox)["state"] == "paid"
    sandbox.advance(6)
    assert row(sandbox)["state"] == "auto_returned"
    assert merchant.about("Verify", reference) == "48"


@pytest.mark.parametrize(
    ("rule", "state"),
    [("kept", "verified"), ("settled", "settled"), ("returned", "auto_returned")],
)
def test_what_becomes_of_unsettled_money_is_a_rule(
    sandbox, merchant, reference, rule, state
):
    sandbox.rules(psp="mellat", unsettled=rule)
    merchant.about("Verify", reference)
    sandbox.advance(3 * 60 * 60)
    assert row(sandbox)["state"] == state


def test_unknown_sales(sandbox, merchant, reference):
    assert merchant.about("Verify", reference, order=8) == "42"
    assert merchant.about("Verify", int(reference) + 1).startswith("sandbox:")
    sandbox.rules(psp="mellat", unknown_reference="42")
    assert merchant.about("Verify", int(reference) + 1) == "42"
    assert row(sandbox)["state"] == "paid"


def test_the_description_names_every_operation(sandbox, merchant):
    answer = sandbox.http.get(f"{merchant.url}?wsdl")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    for word in ("bpPayRequest", "bpSettleRequest", merchant.url, "saleReferenceId"):
        assert word in answer.text
    assert 'elementFormDefault="unqualified"' in answer.text


@pytest.mark.parametrize("phase", ["before", "after"])
def test_lost_answers(sandbox, merchant, reference, phase):
    sandbox.fault("verify", "soap_fault", phase, psp="mellat")
    assert merchant.about("Verify", reference) == "Fault occurred while processing."
    state = {"before": "paid", "after": "verified"}[phase]
    assert row(sandbox)["state"] == state


def test_a_fault_of_one_bank_spares_the_others(sandbox, merchant, reference):
    sandbox.fault("verify", "refuse", code="34", psp="mellat")
    sandbox.fault("verify", "http503", psp="sep")
    assert merchant.about("Verify", reference) == "34"
    assert merchant.about("Verify", reference) == "0"


def test_the_way_back_may_be_tampered_with(sandbox, merchant):
    sandbox.fault("return", "wrong_receipt", psp="mellat", code="123")
    assert merchant.pay().fields["SaleReferenceId"] == "123"
