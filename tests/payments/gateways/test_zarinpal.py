"""What ZarinPal is told, byte for byte, and how its answers are read."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payments.gateways.base import Claimed, Malformed, No, Order, Refused, Unknown
from payments.gateways.zarinpal import ZarinPal
from tests.payments.gateways import fuzz
from tests.payments.gateways.scripted import Line, said

MERCHANT = "1344b5d4-0048-11e8-94db-005056a205be"
AUTHORITY = "A00000000000000000000000000217885159"
ORDER = Order(
    number="123456789015",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    description="شهریه",
    token=AUTHORITY,
)
TOKEN = {
    "data": {
        "code": 100,
        "message": "Success",
        "authority": AUTHORITY,
        "fee_type": "Merchant",
        "fee": 100,
    },
    "errors": [],
}
INVALID = {
    "data": [],
    "errors": {
        "message": "The input params invalid, validation error.",
        "code": -9,
        "validations": [{"amount": "The amount must be at least 1000."}],
    },
}
VERIFIED = {
    "data": {
        "code": 100,
        "message": "Verified",
        "card_hash": "1EBE3EBEBE35C7EC0F8D6EE4F2F859107A87822CA179BC9528767EA7B5489B69",
        "card_pan": "502229******5995",
        "ref_id": 201,
        "fee_type": "Merchant",
        "fee": 0,
    },
    "errors": [],
}
PAID = {"Authority": AUTHORITY, "Status": "OK"}


def bank(*answers):
    return ZarinPal(
        line=Line(*answers),
        base_url="https://payment.zarinpal.com",
        merchant_number=MERCHANT,
    )


def no(code):
    return {"data": [], "errors": {"code": code, "message": "no", "validations": []}}


def told(status):
    return {"data": {"code": 100, "message": "Success", "status": status}, "errors": []}


def test_authority_is_asked_for_as_the_pages_say():
    zarinpal = bank(TOKEN)
    redirect = zarinpal.start(ORDER)
    assert zarinpal.line.sent == [
        (
            "https://payment.zarinpal.com/pg/v4/payment/request.json",
            {
                "merchant_id": MERCHANT,
                "amount": 2500000,
                "currency": "IRR",
                "description": "شهریه",
                "callback_url": "https://pay.example.ac.ir/bank/key/",
                "metadata": {
                    "order_id": "123456789015",
                    "auto_verify": False,
                    "mobile": "09120000000",
                },
            },
        )
    ]
    assert redirect.token == AUTHORITY
    assert redirect.url == f"https://payment.zarinpal.com/pg/StartPay/{AUTHORITY}"
    assert (redirect.method, redirect.fields) == ("GET", {})


@pytest.mark.parametrize("status", [200, 422])
def test_refused_authority_says_why(status):
    with pytest.raises(Refused) as refused:
        bank(said(INVALID, status)).start(ORDER)
    assert refused.value.code == "-9"


@pytest.mark.parametrize("code", [-10, -11, -14, -15, -16, -18, -30])
def test_fault_of_the_set_up_is_not_the_payers(code):
    with pytest.raises(Unknown) as unknown:
        bank(said(no(code), 401)).start(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"data": [], "errors": []},
        {"data": TOKEN["data"], "errors": INVALID["errors"]},
        {"data": TOKEN["data"] | {"code": True}, "errors": []},
        {"data": TOKEN["data"] | {"authority": "A1/../x"}, "errors": []},
        {"data": [], "errors": TOKEN["data"]},
        no(-12),
        no(-77),
        said(TOKEN, 400),
        said(TOKEN, 502),
        "<html>خطا</html>",
    ],
)
def test_strange_answer_to_the_request_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).start(ORDER)


def test_return_of_a_paid_payment_is_read():
    callback = bank().read_callback(PAID)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == callback.token == AUTHORITY


@pytest.mark.parametrize(
    ("status", "claimed"),
    [("NOK", Claimed.DECLINED), ("ok", Claimed.PENDING), ("", Claimed.PENDING)],
)
def test_every_other_return_claims_nothing(status, claimed):
    callback = bank().read_callback(PAID | {"Status": status})
    assert (callback.claimed, callback.receipt_number) == (claimed, "")


@pytest.mark.parametrize("authority", ["", "A1", f"{AUTHORITY}0", "۱" * 36])
def test_authority_that_the_bank_never_gives_is_malformed(authority):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | {"Authority": authority})


@pytest.mark.parametrize("code", [100, 101])
def test_bank_confirms_the_amount_it_is_sent(code):
    answer = VERIFIED | {"data": VERIFIED["data"] | {"code": code}}
    zarinpal = bank(answer)
    confirmation = zarinpal.verify(ORDER, AUTHORITY)
    assert zarinpal.line.sent == [
        (
            "https://payment.zarinpal.com/pg/v4/payment/verify.json",
            {"merchant_id": MERCHANT, "amount": 2500000, "authority": AUTHORITY},
        )
    ]
    assert confirmation.receipt_number == AUTHORITY
    assert confirmation.amount == 2_500_000
    assert confirmation.merchant_number == MERCHANT
    assert confirmation.reference_number == "201"
    assert confirmation.masked_card == "502229******5995"
    assert confirmation.code == str(code)


def test_authority_of_another_payment_is_not_even_asked_about():
    zarinpal = bank()
    with pytest.raises(Refused):
        zarinpal.verify(ORDER, "A" * 36)
    with pytest.raises(Refused):
        zarinpal.reverse(ORDER, "A" * 36)


@pytest.mark.parametrize("code", [-50, -51, -53, -54])
def test_clear_no(code):
    with pytest.raises(Refused) as refused:
        bank(no(code)).verify(ORDER, AUTHORITY)
    assert refused.value.no is No.DECLINED


@pytest.mark.parametrize(
    "answer",
    [
        no(-9),
        no(-12),
        no(-52),
        {"data": VERIFIED["data"] | {"ref_id": None}, "errors": []},
        {"data": VERIFIED["data"] | {"code": 100.0}, "errors": []},
        said(VERIFIED, 500),
        {"data": [VERIFIED["data"]], "errors": []},
    ],
)
def test_anything_else_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).verify(ORDER, AUTHORITY)


@pytest.mark.parametrize(
    ("status", "claimed"),
    [
        ("PAID", Claimed.PAID),
        ("VERIFIED", Claimed.PAID),
        ("IN_BANK", Claimed.PENDING),
        ("FAILED", Claimed.DECLINED),
        ("REVERSED", Claimed.DECLINED),
    ],
)
def test_lost_return_is_asked_about_by_the_authority(status, claimed):
    zarinpal = bank(told(status))
    callback = zarinpal.inquire(ORDER)
    assert zarinpal.line.sent == [
        (
            "https://payment.zarinpal.com/pg/v4/payment/inquiry.json",
            {"merchant_id": MERCHANT, "authority": AUTHORITY},
        )
    ]
    assert (callback.claimed, callback.token) == (claimed, AUTHORITY)
    assert callback.receipt_number == (AUTHORITY if claimed is Claimed.PAID else "")


@pytest.mark.parametrize("answer", [told("paid"), told(None), no(-54)])
def test_status_that_nobody_knows_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).inquire(ORDER)


def test_money_is_given_back():
    zarinpal = bank({"data": {"code": 100, "message": "Reversed"}, "errors": []})
    zarinpal.reverse(ORDER, AUTHORITY)
    assert zarinpal.line.sent == [
        (
            "https://payment.zarinpal.com/pg/v4/payment/reverse.json",
            {"merchant_id": MERCHANT, "authority": AUTHORITY},
        )
    ]


def test_money_that_was_given_back_before_is_given_back():
    bank(no(-61), told("REVERSED")).reverse(ORDER, AUTHORITY)
    with pytest.raises(Refused):
        bank(no(-61), told("VERIFIED")).reverse(ORDER, AUTHORITY)


@fuzz.steady
@given(fuzz.lines(TOKEN, INVALID, VERIFIED, told("PAID"), told("REVERSED"), no(-61)))
def test_no_answer_surprises(line):
    zarinpal = ZarinPal(line=line, base_url="https://bank", merchant_number=MERCHANT)
    fuzz.ask_everything(zarinpal, ORDER, AUTHORITY)


@fuzz.steady
@given(fuzz.callbacks(PAID, PAID | {"Status": "NOK"}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
