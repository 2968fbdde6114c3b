"""What PayPing is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payments.gateways.base import Claimed, Malformed, Order, Refused, Unknown
from payments.gateways.payping import PayPing
from tests.payments.gateways import fuzz
from tests.payments.gateways.scripted import Line, said

BEARER = {"Authorization": "Bearer 4f1c9d0b7a6e"}
CODE = "abc123"
RECEIPT = "987654321"
ORDER = Order(
    number="123456789015",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    description="شهریه",
    token=CODE,
)
TOKEN = {
    "paymentCode": CODE,
    "url": "https://api.payping.ir/v3/pay/start/abc123",
    "amount": 250000,
    "gatewayAmount": 250000,
    "payerWage": 0,
    "businessWage": 1200,
}
VERIFIED = {
    "amount": 250000,
    "cardNumber": "621986******8080",
    "cardHashPan": "b96a14400c3a59249e87c300ecc06e59",
    "clientRefId": "123456789015",
    "paymentRefId": 987654321,
    "code": CODE,
    "payedDate": "2026-11-22 09:06:30Z",
    "payerWage": 0,
    "businessWage": 1200,
    "gatewayAmount": 250000,
}
AGAIN = {
    "status": 409,
    "metaData": {
        "code": 110,
        "message": {
            "Amount": 250000,
            "CardNumber": "621986******8080",
            "ClientRefId": "123456789015",
            "PaymentRefId": 987654321,
            "Code": CODE,
        },
    },
}
REPORT = {
    "amount": 250000,
    "payDate": "2026-11-22T09:06:30Z",
    "isPaid": True,
    "clientRefId": "123456789015",
    "refId": RECEIPT,
    "paymentStatus": 5,
}
DATA = {
    "clientRefId": "140407010001",
    "paymentCode": "abc123",
    "paymentRefId": 987654321,
    "amount": 250000,
    "gatewayAmount": 250000,
    "cardNumber": "621986******8080",
    "cardHashPan": "...",
}
PAID = {"status": "1", "errorCode": "", "data": json.dumps(DATA)}
FLAT = {
    "refid": RECEIPT,
    "code": CODE,
    "clientrefid": "123456789015",
    "cardnumber": "621986******8080",
    "cardhashpan": "...",
}


def bank(*answers):
    return PayPing(
        line=Line(*answers),
        base_url="https://api.payping.ir",
        merchant_number="kurdistan",
        token="4f1c9d0b7a6e",
    )


def no(status, code=0):
    return said({"title": "no", "status": status, "metaData": {"code": code}}, status)


def report(status, **changes):
    return REPORT | {"paymentStatus": status, **changes}


def test_payment_code_is_asked_for_in_toman():
    payping = bank(TOKEN)
    redirect = payping.start(ORDER)
    assert payping.line.sent == [
        (
            "https://api.payping.ir/v3/pay",
            {
                "amount": 250000,
                "returnUrl": "https://pay.example.ac.ir/bank/key/",
                "payerIdentity": "09120000000",
                "description": "شهریه",
                "clientRefId": "123456789015",
                "isReversible": True,
            },
            BEARER,
        )
    ]
    assert redirect.token == CODE
    assert redirect.url == "https://api.payping.ir/v3/pay/start/abc123"
    assert (redirect.method, redirect.fields) == ("GET", {})


def test_amount_that_is_no_whole_toman_is_never_rounded():
    payping = bank()
    with pytest.raises(Refused) as refused:
        payping.start(replace(ORDER, amount=2_500_005))
    assert payping.line.sent == []
    assert PayPing.codes["start"][refused.value.code].text  # the payer is told why


@pytest.mark.parametrize(
    "answer", [no(400), no(400, 77), said({"title": "no", "status": 400}, 400)]
)
def test_refused_payment_code_is_refused(answer):
    with pytest.raises(Refused) as refused:
        bank(answer).start(ORDER)
    assert refused.value.code == "400"


@pytest.mark.parametrize("answer", [said("", 401), no(403), no(400, 104), no(400, 112)])
def test_fault_of_the_set_up_is_not_the_payers(answer):
    with pytest.raises(Unknown) as unknown:
        bank(answer).start(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize("status", [403, 404, 500, 502])
def test_page_of_somebody_in_between_says_nothing(status):
    with pytest.raises(Unknown) as unknown:
        bank(said("<html>خطا</html>", status)).start(ORDER)
    assert not unknown.value.faulty_set_up
    assert unknown.value.silent == (status >= 500)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"paymentCode": ""},
        {"paymentCode": "../x"},
        {"paymentCode": True},
        said(TOKEN, 404),
        [],
    ],
)
def test_strange_answer_to_the_request_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).start(ORDER)


def test_return_with_a_document_is_read():
    callback = bank().read_callback(PAID)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == RECEIPT
    assert callback.token == CODE
    assert callback.order_number == "140407010001"


def test_flat_return_of_older_terminals_is_read():
    callback = bank().read_callback(FLAT)
    assert callback.claimed is Claimed.PAID
    assert (callback.receipt_number, callback.token) == (RECEIPT, CODE)
    assert callback.order_number == "123456789015"


@pytest.mark.parametrize(
    "changes", [{"status": "0", "errorCode": "12"}, {"data": "{}"}, {"data": ""}]
)
def test_every_other_return_is_left_to_the_report(changes):
    callback = bank().read_callback(PAID | changes)
    assert callback.claimed is Claimed.PENDING
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    "data",
    [
        *["[]", "null", "{", "[" * 9999],
        '{"paymentRefId": "1 OR 1"}',
        f'{{"paymentRefId": "0{RECEIPT}"}}',
    ],
)
def test_document_that_the_bank_never_sends_is_malformed(data):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | {"data": data})


def test_confirmation_carries_what_is_to_be_compared_in_rial():
    payping = bank(VERIFIED)
    confirmation = payping.verify(ORDER, RECEIPT)
    assert payping.line.sent == [
        (
            "https://api.payping.ir/v3/pay/verify",
            {"paymentRefId": 987654321, "paymentCode": CODE, "amount": 250000},
            BEARER,
        )
    ]
    assert confirmation.receipt_number == confirmation.reference_number == RECEIPT
    assert confirmation.amount == 2_500_000
    assert confirmation.order_number == "123456789015"
    assert confirmation.merchant_number == "kurdistan"
    assert confirmation.masked_card == "621986******8080"


def test_second_verification_tells_the_payment_itself():
    confirmation = bank(said(AGAIN, 409)).verify(ORDER, RECEIPT)
    assert confirmation.receipt_number == RECEIPT
    assert confirmation.amount == 2_500_000
    assert confirmation.order_number == "123456789015"
    assert confirmation.code == "110"


@pytest.mark.parametrize("answer", [no(409, 110), no(400, 101), no(404), said({}, 422)])
def test_refusal_that_tells_too_little_is_completed_by_the_report(answer):
    payping = bank(answer, report(1))
    confirmation = payping.verify(ORDER, RECEIPT)
    assert payping.line.sent[1] == (
        "https://api.payping.ir/v1/report/abc123",
        {},
        BEARER,
    )
    assert confirmation.receipt_number == RECEIPT
    assert confirmation.amount == 2_500_000


@pytest.mark.parametrize("status", [3, 4])
def test_clear_no(status):
    with pytest.raises(Refused) as refused:
        bank(no(400, 101), report(status)).verify(ORDER, RECEIPT)
    assert refused.value.code == str(status)


@pytest.mark.parametrize(
    "answers",
    [
        [said("", 202)],
        [said({}, 502)],
        [no(401)],
        [no(500)],
        [{"amount": 250000}],
        [VERIFIED | {"clientRefId": None}],
        [VERIFIED | {"amount": 250000.5}],
        [VERIFIED | {"amount": True}],
        [VERIFIED | {"paymentRefId": 987654322}],
        [no(404), report(1, refId="987654322")],
        [no(409, 110), report(5)],
        [no(409, 111), report(0)],
        [no(400, 101), report(77)],
        [no(400, 101), no(404)],
        [no(400, 101), said("", 401)],
    ],
)
def test_anything_else_is_unknown(answers):
    with pytest.raises(Unknown):
        bank(*answers).verify(ORDER, RECEIPT)


def test_what_is_still_being_settled_is_no_silence():
    for answer in (said("", 202), said({"status": 502}, 502)):
        with pytest.raises(Unknown) as unknown:
            bank(answer).verify(ORDER, RECEIPT)
        assert not unknown.value.silent


@pytest.mark.parametrize(
    ("status", "claimed"),
    [
        (0, Claimed.PENDING),
        (1, Claimed.PAID),
        (2, Claimed.PENDING),
        (3, Claimed.CANCELLED),
        (4, Claimed.DECLINED),
        (5, Claimed.PAID),
    ],
)
def test_lost_return_is_asked_about_by_the_payment_code(status, claimed):
    payping = bank(report(status))
    callback = payping.inquire(ORDER)
    [(address, _query, headers)] = payping.line.sent
    assert (address, headers) == ("https://api.payping.ir/v1/report/abc123", BEARER)
    assert (callback.claimed, callback.token) == (claimed, CODE)
    assert callback.receipt_number == (RECEIPT if claimed is Claimed.PAID else "")


@pytest.mark.parametrize(
    "answer", [report(77), report(None), report(5, refId=None), no(404), said("", 401)]
)
def test_report_that_nobody_understands_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).inquire(ORDER)


def test_money_is_given_back():
    payping = bank({"amount": 250000, "clientRefId": "123456789015"})
    payping.reverse(ORDER, RECEIPT)
    assert payping.line.sent == [
        (
            "https://api.payping.ir/v3/pay/reverse",
            {"paymentRefId": 987654321, "paymentCode": CODE},
            BEARER,
        )
    ]


@pytest.mark.parametrize("answer", [no(409), no(400, 101), said("", 202), no(404)])
def test_reversal_that_nobody_understands_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).reverse(ORDER, RECEIPT)


@fuzz.steady
@given(fuzz.lines(TOKEN, VERIFIED, AGAIN, report(1), report(3), {"metaData": {}}))
def test_no_answer_surprises(line):
    payping = PayPing(
        line=line, base_url="https://bank", merchant_number="x", token="t0ken-t0ken"
    )
    fuzz.ask_everything(payping, ORDER, RECEIPT)


@fuzz.steady
@given(fuzz.callbacks(PAID, FLAT))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
