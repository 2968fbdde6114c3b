"""What SEP is told, byte for byte, and how its answers are read."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from payment_portal.outbound import Answer
from payments.gateways.base import (
    Claimed,
    Malformed,
    No,
    Order,
    Refused,
    Unknown,
)
from payments.gateways.sep import Sep

ORDER = Order(
    number="123456789015",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    token="2c3c1fefac5a48geb9f9be7e445dd9b2",
)
RECEIPT = "jJnBmy/IojtTemplUH5ke9ULCGtDtb+="
DETAIL = {
    "RRN": "14226761817",
    "RefNum": RECEIPT,
    "MaskedPan": "621986****8080",
    "HashedPan": "b96a14400c3a59249e87c300ecc06e5920327e70220213b5bbb7d7b2410f7e0d",
    "TerminalNumber": 2015,
    "OrginalAmount": 2500000,
    "AffectiveAmount": 2500000,
    "StraceDate": "2025-09-23 18:11:06",
    "StraceNo": "100428",
}


class ScriptedLine:
    """A bank that answers what the test says."""

    def __init__(self, status=200, text=""):
        self.answer = Answer(status, text, {})
        self.sent = []

    def post_json(self, url, body):
        self.sent.append((url, body))
        return self.answer


def bank(answer="", status=200):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    line = ScriptedLine(status, text)
    return Sep(line=line, base_url="https://sep.shaparak.ir", merchant_number="2015")


def verified(code=0, **changes):
    return bank({"TransactionDetail": DETAIL | changes, "ResultCode": code})


def test_token_is_asked_for_as_the_manual_says():
    sep = bank({"status": 1, "token": "t0ken"})
    redirect = sep.start(ORDER)
    assert sep.line.sent == [
        (
            "https://sep.shaparak.ir/onlinepg/onlinepg",
            {
                "action": "token",
                "TerminalId": "2015",
                "Amount": 2500000,
                "ResNum": "123456789015",
                "RedirectUrl": "https://pay.example.ac.ir/bank/key/",
                "CellNumber": "9120000000",
                "TokenExpiryInMin": 20,
            },
        )
    ]
    assert redirect.url == "https://sep.shaparak.ir/OnlinePG/OnlinePG"
    assert (redirect.method, redirect.fields) == ("POST", {"Token": "t0ken"})


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 1},
        {"status": 1, "token": ""},
        {"status": 1, "token": True},
        {"status": "1", "token": "t"},
        {"status": -1},
        {"status": 0, "errorCode": "5"},
        [],
        "null",
        "<html>",
        '{"status": 1, "status": -1, "token": "t"}',
    ],
)
def test_strange_answer_to_the_token_request_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).start(ORDER)


def test_refused_token_says_why():
    with pytest.raises(Refused) as refused:
        bank({"status": -1, "errorCode": "5", "errorDesc": "bad"}).start(ORDER)
    assert refused.value.code == "5"


@pytest.mark.parametrize("code", ["8", "12", "20"])
def test_fault_of_the_set_up_is_not_the_payers(code):
    with pytest.raises(Unknown) as unknown:
        bank({"status": -1, "errorCode": code}).start(ORDER)
    assert unknown.value.faulty_set_up


PAID = {
    "MID": "2015",
    "TerminalId": "2015",
    "State": "OK",
    "Status": "2",
    "RRN": "14226761817",
    "RefNum": RECEIPT,
    "ResNum": "140407010001",
    "TraceNo": "100428",
    "Amount": "2500000",
    "AffectiveAmount": "2500000",
    "Wage": "",
    "SecurePan": "621986****8080",
    "Token": ORDER.token,
}


def test_return_of_a_paid_payment_is_read():
    callback = bank().read_callback(PAID)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == RECEIPT
    assert callback.token == ORDER.token
    assert callback.order_number == "140407010001"
    assert callback.merchant_number == "2015"


@pytest.mark.parametrize(
    ("fields", "claimed"),
    [
        ({"State": "CanceledByUser", "Status": "1"}, Claimed.CANCELLED),
        ({"State": "Failed", "Status": "3"}, Claimed.DECLINED),
        ({"State": "SessionIsNull", "Status": "4"}, Claimed.EXPIRED),
        ({"State": "new state"}, Claimed.DECLINED),
        ({}, Claimed.DECLINED),
        ({"State": "OK", "RefNum": ""}, Claimed.DECLINED),
        ({"State": "Failed", "RefNum": RECEIPT}, Claimed.DECLINED),
    ],
)
def test_every_other_return_claims_nothing(fields, claimed):
    callback = bank().read_callback(fields)
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize("field", ["State", "Token", "ResNum", "RefNum", "TerminalId"])
def test_field_that_no_bank_sends_is_malformed(field):
    for value in ("۱۲۳", "a\x00b", "x" * 256):
        with pytest.raises(Malformed):
            bank().read_callback(PAID | {field: value})


@pytest.mark.parametrize("code", [0, 2])
def test_confirmation_carries_what_is_to_be_compared(code):
    sep = verified(code)
    confirmation = sep.verify(ORDER, RECEIPT)
    assert sep.line.sent == [
        (
            "https://sep.shaparak.ir/verifyTxnRandomSessionkey/ipg/VerifyTransaction",
            {"RefNum": RECEIPT, "TerminalNumber": 2015},
        )
    ]
    assert confirmation.amount == confirmation.received == 2_500_000
    assert confirmation.receipt_number == RECEIPT
    assert confirmation.merchant_number == "2015"
    assert confirmation.reference_number == "14226761817"
    assert confirmation.tracking_number == "100428"
    assert confirmation.masked_card == "621986****8080"


@pytest.mark.parametrize(
    ("code", "no"), [(-2, No.DECLINED), (-6, No.WINDOW_OVER), (5, No.REVERSED)]
)
def test_clear_no(code, no):
    with pytest.raises(Refused) as refused:
        bank({"TransactionDetail": None, "ResultCode": code}).verify(ORDER, RECEIPT)
    assert refused.value.no is no


@pytest.mark.parametrize(
    "sep",
    [
        bank({"ResultCode": 77}),
        bank({"ResultCode": -106}),
        bank({"ResultCode": True, "TransactionDetail": DETAIL}),
        bank({"ResultCode": "0", "TransactionDetail": DETAIL}),
        bank({"ResultCode": 0, "TransactionDetail": None}),
        bank({"ResultCode": 2}),
        bank({"ResultCode": 0, "TransactionDetail": {"RefNum": RECEIPT}}),
        verified(OrginalAmount="2500000 rial"),
        verified(OrginalAmount=2500000.5),
        verified(AffectiveAmount=True),
        bank({"ResultCode": 0, "TransactionDetail": DETAIL}, status=500),
        bank("", status=302),
        bank("<html>خطا</html>"),
        bank('{"ResultCode": 0, "ResultCode": 5}'),
    ],
)
def test_anything_else_is_unknown(sep):
    with pytest.raises(Unknown):
        sep.verify(ORDER, RECEIPT)


@pytest.mark.parametrize("code", [0, 2, 5])
def test_money_is_given_back_once(code):
    sep = bank({"ResultCode": code})
    sep.reverse(ORDER, RECEIPT)
    [(address, _body)] = sep.line.sent
    assert address.endswith("/ipg/ReverseTransaction")
