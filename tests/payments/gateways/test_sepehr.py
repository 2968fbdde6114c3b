"""What Sepehr is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.base import Claimed, Malformed, No, Order, Refused, Unknown
from payments.gateways.sepehr import Sepehr
from tests.payments.gateways import fuzz

API = "https://sepehr.shaparak.ir:8081/V1/PeymentApi"
CALLBACK = "https://pay.example.ac.ir/bank/key/"
ORDER = Order(
    number="140407010001",
    amount=2_500_000,
    callback_url=CALLBACK,
    asked_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    mobile="+989120000000",
    token="d41d8cd98f00b204",
)
RECEIPT = "90000000000000123456"
TOKEN = {"Status": 0, "AccessToken": "d41d8cd98f00b204"}
ADVISED = {"Status": "OK", "ReturnId": "2500000", "Message": ""}
PAID = {
    "respcode": "0",
    "respmsg": "",
    "amount": "2500000",
    "invoiceid": "140407010001",
    "payload": "",
    "terminalid": "99000001",
    "tracenumber": "100428",
    "rrn": "724123456789",
    "datePaid": "1405/09/01 12:31:02",
    "digitalreceipt": RECEIPT,
    "issuerbank": "",
    "cardnumber": "621986******8080",
}


class ScriptedLine:
    """A bank that answers what the test says."""

    def __init__(self, status, text):
        self.answer = Answer(status, text, {})
        self.sent = []

    def post_json(self, url, body):
        self.sent.append((url, body))
        return self.answer


def speaker(line):
    return Sepehr(
        line=line,
        base_url="https://sepehr.shaparak.ir:8081",
        page_url="https://sepehr.shaparak.ir:8080",
        merchant_number="99000001",
    )


def bank(answer="", status=200):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return speaker(ScriptedLine(status, text))


def advised(**changes):
    return bank(ADVISED | changes)


def no(code):
    return bank({"Status": "NOK", "ReturnId": code, "Message": "error"})


# ---- the token -----------------------------------------------------------------------


def test_token_is_asked_for_as_the_manual_says():
    sepehr = bank(TOKEN)
    redirect = sepehr.start(ORDER)
    assert sepehr.line.sent == [
        (
            f"{API}/GetToken",
            {
                "Amount": 2500000,
                "callbackURL": CALLBACK,
                "invoiceID": "140407010001",
                "terminalID": 99000001,
            },
        )
    ]
    assert redirect.url == "https://sepehr.shaparak.ir:8080/Pay"
    assert redirect.method == "POST"
    assert redirect.fields == {"TerminalID": "99000001", "token": "d41d8cd98f00b204"}


def test_deposit_identifier_stands_in_the_form():
    redirect = bank(TOKEN).start(replace(ORDER, deposit_identifier="123456789012345"))
    assert redirect.fields["nationalCode"] == "123456789012345"


@pytest.mark.parametrize("name", ["Accesstoken", "accessToken"])
def test_token_is_found_however_its_name_is_written(name):
    assert bank({"Status": "0", name: "t"}).start(ORDER).token == "t"


@pytest.mark.parametrize("code", [-2, "-5"])
def test_fault_of_the_set_up_is_not_the_payers(code):
    with pytest.raises(Unknown) as unknown:
        bank({"Status": code}).start(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize(
    "answer",
    [
        {"Status": 0},
        {"Status": 0, "AccessToken": ""},
        {"Status": False, "AccessToken": "t"},
        {"Status": -1},
        {"Status": -77},
        {"AccessToken": "t"},
        {"Status": 0, "AccessToken": "t", "Accesstoken": "u"},
        [],
        "null",
        "<html>",
    ],
)
def test_strange_answer_to_the_token_request_is_unknown(answer):
    with pytest.raises(Unknown) as unknown:
        bank(answer).start(ORDER)
    assert not unknown.value.faulty_set_up


# ---- the return ----------------------------------------------------------------------


def test_return_of_a_paid_payment_is_read():
    callback = bank().read_callback(PAID)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == RECEIPT
    assert callback.order_number == "140407010001"
    assert callback.merchant_number == "99000001"


@pytest.mark.parametrize(
    ("changes", "claimed"),
    [
        ({"respcode": "-1"}, Claimed.CANCELLED),
        ({"respcode": "-2"}, Claimed.EXPIRED),
        ({"respcode": "51"}, Claimed.DECLINED),
        ({"respcode": ""}, Claimed.DECLINED),
        ({"digitalreceipt": ""}, Claimed.DECLINED),
    ],
)
def test_every_other_return_claims_no_money(changes, claimed):
    callback = bank().read_callback(PAID | changes)
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"digitalreceipt": "1 2"},
        {"digitalreceipt": "۱۲"},
        {"digitalreceipt": "1" * 51},
        {"invoiceid": "a\x00b"},
        {"terminalid": "x" * 256},
    ],
)
def test_field_that_no_bank_sends_is_malformed(changes):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | changes)


# ---- Advice and Rollback -------------------------------------------------------------


@pytest.mark.parametrize("status", ["OK", "Ok", "Duplicate"])
def test_confirmation_carries_what_is_to_be_compared(status):
    sepehr = advised(Status=status)
    confirmation = sepehr.verify(ORDER, RECEIPT)
    asked = {"digitalreceipt": RECEIPT, "Tid": 99000001}
    assert sepehr.line.sent == [(f"{API}/Advice", asked)]
    assert confirmation.amount == 2_500_000
    assert confirmation.receipt_number == confirmation.reference_number == RECEIPT
    assert confirmation.merchant_number == "99000001"


def test_bank_tells_the_amount_and_not_the_order():
    assert advised(ReturnId=10_000).verify(ORDER, RECEIPT).amount == 10_000
    assert not Sepehr.traits.verify_names_order


@pytest.mark.parametrize(
    ("code", "reason"),
    [(-1, No.DECLINED), ("-2", No.REVERSED), (-4, No.WINDOW_OVER)],
)
def test_clear_no(code, reason):
    with pytest.raises(Refused) as refused:
        no(code).verify(ORDER, RECEIPT)
    assert refused.value.no is reason


@pytest.mark.parametrize(
    "sepehr",
    [
        no(-3),
        no(-5),
        no(-77),
        no(None),
        no("OK"),
        advised(Status="Fine"),
        advised(Status=True),
        advised(Status=0),
        advised(ReturnId="-1"),
        advised(ReturnId=-1),
        advised(ReturnId=0),
        advised(ReturnId="2500000.0"),
        advised(ReturnId=None),
        advised(RETURNID="10"),
        bank(ADVISED, status=500),
        bank("", status=302),
        bank("<html>خطا</html>"),
        bank('{"Status": "OK", "Status": "NOK", "ReturnId": 1}'),
    ],
)
def test_anything_else_is_unknown(sepehr):
    with pytest.raises(Unknown):
        sepehr.verify(ORDER, RECEIPT)


@pytest.mark.parametrize("sepehr", [advised(), advised(Status="Duplicate"), no(-2)])
def test_money_is_given_back_once(sepehr):
    sepehr.reverse(ORDER, RECEIPT)
    asked = {"digitalreceipt": RECEIPT, "Tid": 99000001}
    assert sepehr.line.sent == [(f"{API}/Rollback", asked)]


@pytest.mark.parametrize("code", [-1, -4, -6])
def test_money_that_does_not_go_back_is_for_staff(code):
    with pytest.raises(Refused):
        no(code).reverse(ORDER, RECEIPT)


def test_no_that_reads_like_a_yes_gives_nothing_back():
    with pytest.raises(Unknown):
        no("OK").reverse(ORDER, RECEIPT)


@pytest.mark.parametrize("receipt", ["", "1 2", "۱۲", "1" * 51])
def test_other_number_is_never_sent_as_a_receipt(receipt):
    sepehr = advised()
    with pytest.raises(Unknown):
        sepehr.verify(ORDER, receipt)
    assert sepehr.line.sent == []


# ---- anything at all -----------------------------------------------------------------


@fuzz.steady
@given(fuzz.callbacks(PAID, PAID | {"respcode": "-1", "digitalreceipt": ""}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)


@fuzz.steady
@given(fuzz.lines(TOKEN, ADVISED, ADVISED | {"Status": "NOK", "ReturnId": -2}))
def test_no_answer_surprises(line):
    fuzz.ask_everything(speaker(line), ORDER, RECEIPT)


def test_no_single_change_surprises():
    for line in fuzz.single_changes(TOKEN, ADVISED):
        fuzz.ask_everything(speaker(line), ORDER, RECEIPT)
