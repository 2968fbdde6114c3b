"""What AsanPardakht is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.asanpardakht import Asanpardakht
from payments.gateways.base import Claimed, No, Order, Refused, Unknown
from tests.payments.gateways import fuzz

HEADERS = {"usr": "TESTUSR", "pwd": "TESTPWD"}
REST = "https://ipgrest.asanpardakht.ir/v1"
CALLBACK = "https://pay.example.ac.ir/payments/callback/asan/140407010001/"
ORDER = Order(
    number="140407010001",
    amount=2_500_000,
    callback_url=CALLBACK,
    asked_at=datetime(2025, 9, 23, 10, 20, 3, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    token="kqTtXrE6t3wQ",
)
RECEIPT = "556677889"
RESULT = {
    "cardNumber": "621986XXXXXX8080",
    "rrn": "724123456789",
    "refID": "kqTtXrE6t3wQ",
    "amount": "2500000",
    "payGateTranID": "556677889",
    "salesOrderID": "140407010001",
    "serviceTypeId": 1,
    "serviceStatusCode": None,
}
ACT = {"merchantConfigurationId": 1234, "payGateTranId": 556677889}


class ScriptedLine:
    """A bank that says of each operation what the test says."""

    def __init__(self, answers):
        self.answers = answers
        self.sent = []

    def post_json(self, url, body, **headers):
        return self._say("POST", url, body, headers)

    def get(self, url, query, **headers):
        return self._say("GET", url, query, headers)

    def _say(self, method, url, what, headers):
        self.sent.append((method, url, what, headers))
        told = self.answers[url.rpartition("/")[2]]
        if isinstance(told, int):
            return Answer(told, "", {})
        return Answer(200, told if isinstance(told, str) else json.dumps(told), {})

    @property
    def asked(self):
        return [url.rpartition("/")[2] for _method, url, _what, _headers in self.sent]


def speaker(line):
    return Asanpardakht(
        line=line,
        base_url="https://ipgrest.asanpardakht.ir",
        page_url="https://asan.shaparak.ir",
        merchant_number="1234",
        username="TESTUSR",
        password="TESTPWD",
    )


def bank(**answers):
    return speaker(ScriptedLine(answers))


# ---- the token -----------------------------------------------------------------------


def test_token_is_asked_for_as_the_manual_says():
    asan = bank(Token='"kqTtXrE6t3wQ"')
    redirect = asan.start(ORDER)
    assert asan.line.sent == [
        (
            "POST",
            f"{REST}/Token",
            {
                "serviceTypeId": 1,
                "merchantConfigurationId": 1234,
                "localInvoiceId": 140407010001,
                "amountInRials": 2500000,
                "localDate": "20250923 102003",
                "additionalData": "",
                "callbackURL": CALLBACK,
                "paymentId": "0",
            },
            HEADERS,
        )
    ]
    assert redirect.token == "kqTtXrE6t3wQ"
    assert (redirect.method, redirect.url) == ("POST", "https://asan.shaparak.ir")
    assert redirect.fields == {"RefId": "kqTtXrE6t3wQ", "mobileap": "09120000000"}


def test_payment_id_is_the_deposit_identifier():
    asan = bank(Token='"t"')
    asan.start(replace(ORDER, deposit_identifier="123456789012345"))
    assert asan.line.sent[0][2]["paymentId"] == "123456789012345"


@pytest.mark.parametrize("status", [401, 471, 473, 474, 485, 487, 488, 575])
def test_fault_of_the_set_up_is_not_the_payers(status):
    with pytest.raises(Unknown) as unknown:
        bank(Token=status).start(ORDER)
    assert unknown.value.faulty_set_up
    assert not unknown.value.silent


def test_operator_reads_the_address_that_the_bank_saw():
    asan = bank()
    asan.line.post_json = lambda *_, **__: Answer(474, '"Your IP is 203.0.113.7"', {})
    with pytest.raises(Unknown) as unknown:
        asan.start(ORDER)
    assert unknown.value.faulty_set_up
    assert "203.0.113.7" in unknown.value.reason


@pytest.mark.parametrize("status", [476, 480, 486, 489, 494, 497])
def test_refused_token_says_why(status):
    with pytest.raises(Refused) as refused:
        bank(Token=status).start(ORDER)
    assert refused.value.code == str(status)


@pytest.mark.parametrize(
    "answer",
    [204, 302, 400, 404, 484, 500, 502, 571, "", '""', "kqTt", "12", {}, ["t"]],
)
def test_strange_answer_to_the_token_request_is_unknown(answer):
    with pytest.raises(Unknown) as unknown:
        bank(Token=answer).start(ORDER)
    assert not unknown.value.faulty_set_up


def test_only_a_server_error_is_silence():
    for status, silent in ((503, True), (404, False)):
        with pytest.raises(Unknown) as unknown:
            bank(Token=status).start(ORDER)
        assert unknown.value.silent is silent


# ---- the return ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields", [{}, {"ReturningParams": "x", "PaygateTranId": "999"}, {"a": "\x00"}]
)
def test_nothing_that_the_browser_brings_counts(fields):
    callback = bank().read_callback(fields)
    assert callback.claimed is Claimed.PENDING
    assert callback.receipt_number == callback.token == callback.order_number == ""


def test_result_is_asked_for_by_our_own_number():
    asan = bank(TranResult=RESULT)
    callback = asan.inquire(ORDER)
    query = {"merchantConfigurationId": "1234", "localInvoiceId": "140407010001"}
    assert asan.line.sent == [("GET", f"{REST}/TranResult", query, HEADERS)]
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == RECEIPT
    assert (callback.token, callback.order_number) == (ORDER.token, ORDER.number)


def test_no_result_may_still_become_one():
    assert bank(TranResult=472).inquire(ORDER).claimed is Claimed.PENDING


@pytest.mark.parametrize(
    "answer",
    [401, 404, 471, 473, 500, 571, "", "<html>", [], RESULT | {"payGateTranID": "a1"}],
)
def test_inquiry_that_says_nothing_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(TranResult=answer).inquire(ORDER)


# ---- verify --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 472, 473, 475])
def test_confirmation_carries_what_is_to_be_compared(status):
    asan = bank(TranResult=RESULT, Verify=status)
    confirmation = asan.verify(ORDER, RECEIPT)
    assert asan.line.sent[1:] == [("POST", f"{REST}/Verify", ACT, HEADERS)]
    assert confirmation.amount == 2_500_000
    assert confirmation.receipt_number == RECEIPT
    assert confirmation.order_number == ORDER.number
    assert confirmation.token == ORDER.token
    assert confirmation.reference_number == "724123456789"
    assert confirmation.masked_card == "621986XXXXXX8080"


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "10000"},
        {"refID": "another"},
        {"salesOrderID": "140407010002"},
        {"payGateTranID": "556677880"},
    ],
)
def test_what_is_not_the_orders_is_told_but_not_verified(changes):
    asan = bank(TranResult=RESULT | changes, Verify=200)
    confirmation = asan.verify(ORDER, RECEIPT)
    assert asan.line.asked == ["TranResult"]
    told = {
        "amount": str(confirmation.amount),
        "refID": confirmation.token,
        "salesOrderID": confirmation.order_number,
        "payGateTranID": confirmation.receipt_number,
    }
    assert told | changes == told


def test_money_without_a_result_has_gone_back():
    with pytest.raises(Refused) as refused:
        bank(TranResult=472).verify(ORDER, RECEIPT)
    assert refused.value.no is No.WINDOW_OVER


@pytest.mark.parametrize(
    "answers",
    [
        {"TranResult": 500},
        {"TranResult": 571},
        {"TranResult": "<html>"},
        {"TranResult": RESULT | {"amount": "2500000.0"}},
        {"TranResult": RESULT | {"amount": True}},
        {"TranResult": RESULT | {"rrn": None}},
        {"TranResult": RESULT | {"refID": ""}},
        {"TranResult": RESULT | {"salesOrderID": None}},
        {"TranResult": RESULT, "Verify": 471},
        {"TranResult": RESULT, "Verify": 474},
        {"TranResult": RESULT, "Verify": 401},
        {"TranResult": RESULT, "Verify": 477},
        {"TranResult": RESULT, "Verify": 404},
        {"TranResult": RESULT, "Verify": 503},
        {"TranResult": RESULT, "Verify": 572},
        {"TranResult": RESULT, "Verify": "<html>خطا</html>"},
    ],
)
def test_anything_else_is_unknown(answers):
    with pytest.raises(Unknown):
        bank(**answers).verify(ORDER, RECEIPT)


# ---- settle and reverse --------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 474, 476])
def test_money_is_settled_once(status):
    asan = bank(Settlement=status)
    asan.settle(ORDER, RECEIPT)
    assert asan.line.sent == [("POST", f"{REST}/Settlement", ACT, HEADERS)]


def test_settlement_that_fails_says_so():
    with pytest.raises(Refused):
        bank(Settlement=473).settle(ORDER, RECEIPT)
    for answer in (500, 477, 480, "<html>"):
        with pytest.raises(Unknown):
            bank(Settlement=answer).settle(ORDER, RECEIPT)


@pytest.mark.parametrize("status", [200, 473, 475])
def test_money_that_was_not_verified_is_given_back_once(status):
    asan = bank(Reverse=status)
    asan.reverse(ORDER, RECEIPT)
    assert asan.line.sent == [("POST", f"{REST}/Reverse", ACT, HEADERS)]


def test_verified_money_is_given_back_by_cancelling():
    asan = bank(Reverse=472, Cancel=200)
    asan.reverse(ORDER, RECEIPT)
    assert asan.line.asked == ["Reverse", "Cancel"]


@pytest.mark.parametrize(
    "answers",
    [
        {"Reverse": 474},
        {"Reverse": 500},
        {"Reverse": "<html>"},
        {"Reverse": 472, "Cancel": 476},
        {"Reverse": 472, "Cancel": 503},
    ],
)
def test_whether_it_went_back_may_be_unknown(answers):
    with pytest.raises(Unknown):
        bank(**answers).reverse(ORDER, RECEIPT)


@pytest.mark.parametrize("receipt", ["", "12a", "۱۲", "1" * 21])
def test_other_number_is_never_sent_as_a_receipt(receipt):
    asan = bank()
    for act in (asan.settle, asan.reverse):
        with pytest.raises(Unknown):
            act(ORDER, receipt)
    assert asan.line.sent == []


# ---- anything at all -----------------------------------------------------------------


@fuzz.steady
@given(fuzz.callbacks({"ReturningParams": "x", "PaygateTranId": "9"}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)


@fuzz.steady
@given(fuzz.lines(RESULT, '"kqTtXrE6t3wQ"', ""))
def test_no_answer_surprises(line):
    fuzz.ask_everything(speaker(line), ORDER, RECEIPT)


def test_no_single_change_surprises():
    for line in fuzz.single_changes(RESULT, '"kqTtXrE6t3wQ"', ""):
        fuzz.ask_everything(speaker(line), ORDER, RECEIPT)


def test_failure_is_told_without_user_and_password():
    with pytest.raises(Unknown) as unknown:
        bank(Token=401).start(ORDER)
    assert "TEST" not in str(unknown.value)
