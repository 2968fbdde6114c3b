"""What SEP is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

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
from tests.payments.gateways import fuzz

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


# ---- generation 4.1 ------------------------------------------------------------------

RECEIPT_DATA = {
    "State": "OK",
    "Status": 2,
    "TerminalId": 2015,
    "Token": ORDER.token,
    "RefNum": RECEIPT,
    "ResNum": ORDER.number,
    "TraceNo": "100428",
    "Amount": 2500000,
    "AffectiveAmount": 2500000,
    "Rrn": "14226761817",
}
NO_RECEIPT = {"Data": None, "HasError": True, "ErrorCode": 404, "ErrorMessage": ""}


def receipt(**changes):
    data = RECEIPT_DATA | changes
    return {"Data": data, "HasError": False, "ErrorCode": None, "ErrorMessage": None}


class Talk:
    """A bank of generation 4.1 that answers one thing after the other."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []

    def post_json(self, url, body, **headers):
        self.sent.append((url.rsplit("/", 1)[1], body))
        return Answer(200, json.dumps(self.answers.pop(0)), {})


def newer(*answers):
    return Sep(
        line=Talk(*answers),
        base_url="https://sep.shaparak.ir",
        merchant_number="2015",
        generation="4.1",
    )


VERIFIED = {"TransactionDetail": DETAIL, "ResultCode": 0}


def test_only_the_newer_generation_can_be_asked_about_an_order():
    assert newer().traits.can_inquire
    assert not bank().traits.can_inquire


def test_return_of_the_newer_generation_names_token_and_receipt():
    back = newer().read_callback({"Token": ORDER.token, "RefNum": RECEIPT})
    assert (back.claimed, back.receipt_number) == (Claimed.PAID, RECEIPT)
    empty = newer().read_callback({"Token": ORDER.token, "RefNum": ""})
    assert (empty.claimed, empty.receipt_number) == (Claimed.PENDING, "")


def test_older_generation_believes_no_return_without_a_state():
    back = bank().read_callback({"Token": ORDER.token, "RefNum": RECEIPT})
    assert back.claimed is Claimed.DECLINED


def test_receipt_is_read_before_it_is_verified():
    sep = newer(receipt(), VERIFIED)
    assert sep.verify(ORDER, RECEIPT).amount == 2_500_000
    assert sep.line.sent == [
        ("receipt", {"Token": ORDER.token, "TerminalNumber": 2015}),
        ("VerifyTransaction", {"RefNum": RECEIPT, "TerminalNumber": 2015}),
    ]


def test_receipt_that_was_verified_before_can_only_be_verified_again():
    assert newer(NO_RECEIPT, VERIFIED).verify(ORDER, RECEIPT).amount == 2_500_000


@pytest.mark.parametrize(
    "changes", [{"RefNum": "another"}, {"ResNum": "1"}, {"Token": "another"}]
)
def test_receipt_of_another_order_is_not_verified(changes):
    sep = newer(receipt(**changes))
    with pytest.raises(Refused) as refused:
        sep.verify(ORDER, RECEIPT)
    assert refused.value.no is No.ANOTHERS
    assert len(sep.line.sent) == 1


@pytest.mark.parametrize(
    ("status", "claimed"),
    [
        (0, Claimed.PENDING),
        (1, Claimed.CANCELLED),
        (2, Claimed.PAID),
        (3, Claimed.DECLINED),
    ],
)
def test_inquiry_tells_what_became_of_the_order(status, claimed):
    found = newer(receipt(Status=status)).inquire(ORDER)
    assert found.claimed is claimed
    assert found.receipt_number == (RECEIPT if claimed is Claimed.PAID else "")


def test_no_receipt_yet_is_no_answer_about_the_payment():
    assert newer(NO_RECEIPT).inquire(ORDER).claimed is Claimed.PENDING


def test_terminal_that_is_not_set_up_is_told_by_the_receipt_too():
    with pytest.raises(Unknown) as unknown:
        newer(NO_RECEIPT | {"ErrorCode": 8}).inquire(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize("code", [5, 10, 11, 0, 999])
def test_receipt_that_cannot_be_read_is_no_word_about_the_money(code):
    with pytest.raises(Unknown) as unknown:
        newer(NO_RECEIPT | {"ErrorCode": code}).verify(ORDER, "receipt")
    assert not unknown.value.faulty_set_up


# ---- anything at all -----------------------------------------------------------------


def speaker(line, generation):
    return Sep(
        line=line,
        base_url="https://sep.shaparak.ir",
        merchant_number="2015",
        generation=generation,
    )


@pytest.mark.parametrize("generation", ["3", "4.1"])
@fuzz.steady
@given(fields=fuzz.callbacks(PAID, {"Token": ORDER.token, "RefNum": RECEIPT}))
def test_no_return_surprises(generation, fields):
    fuzz.bring_back(speaker(None, generation), fields)


@pytest.mark.parametrize("generation", ["3", "4.1"])
@fuzz.steady
@given(line=fuzz.lines({"status": 1, "token": "t0ken"}, VERIFIED, receipt()))
def test_no_answer_surprises(generation, line):
    fuzz.ask_everything(speaker(line, generation), ORDER, RECEIPT)


@pytest.mark.parametrize("generation", ["3", "4.1"])
def test_no_single_change_surprises(generation):
    for line in fuzz.single_changes({"status": 1, "token": "t"}, VERIFIED, receipt()):
        fuzz.ask_everything(speaker(line, generation), ORDER, RECEIPT)


# ---- government accounts, newer pay pages --------------------------------------------

IBAN = "IR111111111111111111111111"
IDENTIFIER = "123456789012345678901234567890"


def government(line):
    return Sep(
        line=line,
        base_url="https://sep.shaparak.ir",
        merchant_number="2015",
        government_iban=IBAN,
    )


def test_government_account_gets_its_identifier():
    sep = government(ScriptedLine(text='{"status": 1, "token": "t"}'))
    sep.start(replace(ORDER, deposit_identifier=IDENTIFIER))
    [(_url, body)] = sep.line.sent
    assert body["TranType"] == "Government"
    assert body["SettlementIbanInfo"] == [
        {"IBAN": IBAN, "Amount": 2500000, "PurchaseId": IDENTIFIER}
    ]
    assert sep.traits.tells_identifier


def test_ordinary_payment_names_no_account():
    sep = government(ScriptedLine(text='{"status": 1, "token": "t"}'))
    sep.start(ORDER)
    [(_url, body)] = sep.line.sent
    assert "TranType" not in body
    assert not bank().traits.tells_identifier


def started(page):
    line = ScriptedLine(text='{"status": 1, "token": "t"}')
    line.answer = replace(line.answer, headers={"X-IPG-Url": page})
    return government(line).start(ORDER)


def test_newer_terminal_has_another_pay_page():
    page = "https://neo-pg.sep.ir/transaction/init"
    redirect = started(page)
    assert (redirect.url, redirect.fields) == (page, {"Token": "t"})


@pytest.mark.parametrize(
    "page",
    [
        "https://sep.ir.example.com/",
        "http://neo-pg.sep.ir/",
        "https://neo-pg.sep.ir@example.com/",
        "https://example.com/.sep.ir/",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_led_to_a_strange_host(page):
    with pytest.raises(Unknown):
        started(page)
