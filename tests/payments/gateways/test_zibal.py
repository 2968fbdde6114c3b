"""What Zibal is told, byte for byte, and how its answers are read."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payments.gateways.base import Claimed, Malformed, No, Order, Refused, Unknown
from payments.gateways.zibal import Zibal
from tests.payments.gateways import fuzz
from tests.payments.gateways.scripted import Line, said

MERCHANT = "5f0e8a1c2b3d4e5f60718293"
TRACK_ID = "3714061385"
ORDER = Order(
    number="123456789015",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    description="شهریه",
    token=TRACK_ID,
)
TOKEN = {"message": "success", "result": 100, "trackId": 3714061385}
VERIFIED = {
    "message": "success",
    "result": 100,
    "refNumber": "14226761817",
    "paidAt": "2026-11-22T12:32:01.053000",
    "status": 1,
    "amount": 2500000,
    "orderId": "123456789015",
    "description": "شهریه",
    "cardNumber": "621986******8080",
}
AGAIN = {"message": "already verified", "result": 201}
NOTHING = {"message": "not paid", "result": 202}
PAID = {
    "success": "1",
    "status": "2",
    "trackId": TRACK_ID,
    "orderId": "123456789015",
}


def bank(*answers):
    return Zibal(
        line=Line(*answers),
        base_url="https://gateway.zibal.ir",
        merchant_number=MERCHANT,
    )


def found(status, **changes):
    return VERIFIED | {"status": status, **changes}


def test_track_id_is_asked_for_as_the_kit_does():
    zibal = bank(TOKEN)
    redirect = zibal.start(ORDER)
    assert zibal.line.sent == [
        (
            "https://gateway.zibal.ir/v1/request",
            {
                "merchant": MERCHANT,
                "amount": 2500000,
                "callbackUrl": "https://pay.example.ac.ir/bank/key/",
                "orderId": "123456789015",
                "description": "شهریه",
                "mobile": "09120000000",
            },
        )
    ]
    assert redirect.token == TRACK_ID
    assert redirect.url == f"https://gateway.zibal.ir/start/{TRACK_ID}"
    assert (redirect.method, redirect.fields) == ("GET", {})


def test_merchant_of_trials_is_no_merchant():
    form = Zibal.traits.merchant_number
    assert not re.fullmatch(form, "zibal")
    assert re.fullmatch(form, MERCHANT)


@pytest.mark.parametrize("code", [105, 113, 114])
def test_refused_track_id_says_why(code):
    with pytest.raises(Refused) as refused:
        bank({"result": code, "message": "no"}).start(ORDER)
    assert refused.value.code == str(code)


@pytest.mark.parametrize("code", [102, 103, 104, 106, 112])
@pytest.mark.parametrize("status", [200, 400])
def test_fault_of_the_set_up_is_not_the_payers(code, status):
    with pytest.raises(Unknown) as unknown:
        bank(said({"result": code}, status)).start(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"result": 100},
        {"result": True, "trackId": 1},
        {"result": 100, "trackId": "../x"},
        {"result": 100, "trackId": -1},
        {"result": 777},
        said(TOKEN, 404),
        said(TOKEN, 500),
        "<html>خطا</html>",
        [],
    ],
)
def test_strange_answer_to_the_request_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).start(ORDER)


def test_return_of_a_paid_payment_is_read():
    callback = bank().read_callback(PAID)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == callback.token == TRACK_ID
    assert callback.order_number == "123456789015"


@pytest.mark.parametrize(
    ("success", "status", "claimed"),
    [
        ("0", "3", Claimed.CANCELLED),
        ("0", "5", Claimed.DECLINED),
        ("0", "18", Claimed.DECLINED),
        ("0", "-1", Claimed.PENDING),
        ("0", "2", Claimed.PENDING),
        ("1", "3", Claimed.PENDING),
        ("1", "77", Claimed.PENDING),
        ("", "", Claimed.PENDING),
    ],
)
def test_every_other_return_claims_nothing(success, status, claimed):
    callback = bank().read_callback(PAID | {"success": success, "status": status})
    assert (callback.claimed, callback.receipt_number) == (claimed, "")


@pytest.mark.parametrize("track_id", ["", "x", "-1", "۱۲۳", "1" * 19])
def test_track_id_that_the_bank_never_gives_is_malformed(track_id):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | {"trackId": track_id})


def test_confirmation_carries_what_is_to_be_compared():
    zibal = bank(VERIFIED)
    confirmation = zibal.verify(ORDER, TRACK_ID)
    assert zibal.line.sent == [
        (
            "https://gateway.zibal.ir/v1/verify",
            {"merchant": MERCHANT, "trackId": 3714061385},
        )
    ]
    assert confirmation.receipt_number == TRACK_ID
    assert confirmation.amount == 2_500_000
    assert confirmation.order_number == "123456789015"
    assert confirmation.merchant_number == MERCHANT
    assert confirmation.reference_number == "14226761817"
    assert confirmation.masked_card == "621986******8080"


def test_second_verification_is_completed_by_the_inquiry():
    zibal = bank(AGAIN, found(1))
    confirmation = zibal.verify(ORDER, TRACK_ID)
    assert [address for address, _body in zibal.line.sent] == [
        "https://gateway.zibal.ir/v1/verify",
        "https://gateway.zibal.ir/v1/inquiry",
    ]
    assert zibal.line.sent[1][1] == {"merchant": MERCHANT, "trackId": 3714061385}
    assert confirmation.amount == 2_500_000
    assert confirmation.code == "201"


def test_payment_without_reference_is_known_by_its_track_id():
    confirmation = bank(VERIFIED | {"refNumber": None}).verify(ORDER, TRACK_ID)
    assert confirmation.reference_number == TRACK_ID


def test_track_id_of_another_payment_is_not_even_asked_about():
    with pytest.raises(Refused):
        bank().verify(ORDER, "3714061386")


@pytest.mark.parametrize(
    ("answers", "no"),
    [
        ([{"result": 203}], No.DECLINED),
        ([NOTHING, found(3)], No.DECLINED),
        ([NOTHING, found(5)], No.DECLINED),
        ([NOTHING, found(18)], No.REVERSED),
        ([AGAIN, found(15)], No.REVERSED),
    ],
)
def test_clear_no(answers, no):
    with pytest.raises(Refused) as refused:
        bank(*answers).verify(ORDER, TRACK_ID)
    assert refused.value.no is no


@pytest.mark.parametrize(
    "answers",
    [
        [{"result": 777}],
        [{"result": 100}],
        [found(1, amount="2500000 rial")],
        [found(1, amount=True)],
        [said(VERIFIED, 409)],
        [NOTHING, found(-1)],
        [NOTHING, found(2)],
        [NOTHING, found(1)],
        [AGAIN, found(2)],
        [AGAIN, {"result": 102}],
        [AGAIN, {"result": 203}],
        [AGAIN, said(VERIFIED, 503)],
    ],
)
def test_anything_else_is_unknown(answers):
    with pytest.raises(Unknown):
        bank(*answers).verify(ORDER, TRACK_ID)


@pytest.mark.parametrize(
    ("status", "claimed"),
    [
        (1, Claimed.PAID),
        (2, Claimed.PAID),
        (3, Claimed.CANCELLED),
        (6, Claimed.DECLINED),
        (16, Claimed.DECLINED),
        (-1, Claimed.PENDING),
        (-2, Claimed.PENDING),
    ],
)
def test_lost_return_is_asked_about_by_the_track_id(status, claimed):
    callback = bank(found(status)).inquire(ORDER)
    assert (callback.claimed, callback.token) == (claimed, TRACK_ID)
    assert callback.receipt_number == (TRACK_ID if claimed is Claimed.PAID else "")
    assert callback.order_number == "123456789015"


@pytest.mark.parametrize("answer", [found(77), found(None), {"result": 203}])
def test_status_that_nobody_knows_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).inquire(ORDER)


@fuzz.steady
@given(fuzz.lines(TOKEN, VERIFIED, AGAIN, NOTHING, found(3), found(18)))
def test_no_answer_surprises(line):
    zibal = Zibal(line=line, base_url="https://bank", merchant_number=MERCHANT)
    fuzz.ask_everything(zibal, ORDER, TRACK_ID)


@fuzz.steady
@given(fuzz.callbacks(PAID, PAID | {"success": "0", "status": "3"}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
