"""What Sadad is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.base import Claimed, Kind, Malformed, No, Order, Refused, Unknown
from payments.gateways.sadad import RETURN, Sadad, signature, written
from tests.payments.gateways import fuzz

TEHRAN = ZoneInfo("Asia/Tehran")
KEY = "ASNFZ4mrze8jRWeJq83vAUVniavN7wEj"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
ORDER = Order(
    number="1404070112345678",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2025, 9, 23, 15, 5, 9, tzinfo=TEHRAN),
    mobile="+989120000000",
    token=TOKEN,
)
SIGNED_TOKEN = "8ExsgGoj5Z+8YvvTxZ+eI/BMbIBqI+WfvGL708WfniPwTGyAaiPln4MoRrUvniE9"
VERIFIED = {
    "ResCode": 0,
    "Amount": 2500000,
    "Description": "عملیات با موفقیت انجام شد",
    "RetrivalRefNo": "724123456789",
    "SystemTraceNo": "123456",
    "OrderId": 1404070112345678,
    "TransactionDate": "09/23/2025 15:06:01",
    "CardHolderFullName": "علی محمدی",
}


class ScriptedLine:
    """A bank that answers what the test says."""

    def __init__(self, status=200, text=""):
        self.answer = Answer(status, text, {})
        self.sent = []

    def post_json(self, url, body):
        self.sent.append((url, body))
        return self.answer


def sadad(line, key=KEY):
    return Sadad(
        line=line,
        base_url="https://sadad.shaparak.ir",
        merchant_number="24000615",
        merchant_id="000000140332725",
        key=key,
    )


def bank(answer="", status=200, **options):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return sadad(ScriptedLine(status, text), **options)


def verified(**changes):
    return bank(VERIFIED | changes)


@pytest.mark.parametrize(
    ("plain", "signed"),
    [
        ("24000615;1;1000", "CfHaAGnGy2raFgRNwM4Jdw=="),
        (
            "24000615;1404070112345678;2500000",
            "CfHaAGnGy2oxvlpu3WxQlbIhcFOb0XUejSgVit2y4l08vIxN+xKIQg==",
        ),
        ("24000615;123;1000", "CfHaAGnGy2qHIvsQ2CzIGTy8jE37EohC"),
        ("24000615;12;1000", "CfHaAGnGy2qWesTLJIRWkYMoRrUvniE9"),
        (TOKEN, SIGNED_TOKEN),
    ],
)
def test_signature_is_the_companys(plain, signed):
    assert signature(KEY, plain) == signed


@pytest.mark.parametrize(
    "key",
    [
        "ASNFZ4mrze8BI0VniavN70VniavN7wEj",  # the first two parts are one
        "ASNFZ4mrze8jRWeJq83vASNFZ4mrze8B",  # the last two are
        "ASNFZ4mrze8AIkRmiKrM7kVniavN7wEj",  # the first two, but for parity
    ],
)
def test_key_that_is_no_triple_key_is_a_fault_of_the_set_up(key):
    sealed = bank(VERIFIED, key=key)
    with pytest.raises(Unknown) as unknown:
        sealed.start(ORDER)
    assert unknown.value.faulty_set_up
    assert key not in str(unknown.value)
    assert sealed.line.sent == []


@pytest.mark.parametrize(
    ("hour", "text"),
    [
        (0, "09/03/2025 12:05:09 am"),
        (9, "09/03/2025 9:05:09 am"),
        (12, "09/03/2025 12:05:09 pm"),
        (15, "09/03/2025 3:05:09 pm"),
    ],
)
def test_moment_is_written_as_in_the_companys_samples(hour, text):
    assert written(datetime(2025, 9, 3, hour, 5, 9, tzinfo=TEHRAN)) == text


def test_token_is_asked_for_as_the_manual_says():
    melli = bank({"ResCode": "0", "Token": TOKEN, "Description": "ok"})
    redirect = melli.start(ORDER)
    assert melli.line.sent == [
        (
            "https://sadad.shaparak.ir/vpg/api/v0/Request/PaymentRequest",
            {
                "MerchantId": "000000140332725",
                "TerminalId": "24000615",
                "Amount": 2500000,
                "OrderId": 1404070112345678,
                "LocalDateTime": "09/23/2025 3:05:09 pm",
                "ReturnUrl": "https://pay.example.ac.ir/bank/key/",
                "SignData": "CfHaAGnGy2oxvlpu3WxQlbIhcFOb0XUejSgVit2y4l08vIxN+xKIQg==",
            },
        )
    ]
    assert redirect.url == f"https://sadad.shaparak.ir/VPG/Purchase?Token={TOKEN}"
    assert (redirect.method, redirect.fields) == ("GET", {})


def test_token_cannot_leave_its_place_in_the_address():
    redirect = bank({"ResCode": 0, "Token": "a/+&b=#"}).start(ORDER)
    assert redirect.url.endswith("/VPG/Purchase?Token=a%2F%2B%26b%3D%23")


def test_deposit_identifier_goes_to_an_address_of_its_own():
    melli = bank({"ResCode": 0, "Token": TOKEN})
    melli.start(replace(ORDER, deposit_identifier="123456789012"))
    [(address, body)] = melli.line.sent
    assert address.endswith("/vpg/api/v0/PaymentByIdentity/PaymentRequest")
    assert body["PaymentIdentity"] == "123456789012"


@pytest.mark.parametrize(
    "answer",
    [
        {"ResCode": 0},
        {"ResCode": 0, "Token": ""},
        {"ResCode": 0, "Token": "x" * 65},
        {"ResCode": True, "Token": TOKEN},
        {"ResCode": "00", "Token": TOKEN},
        {"ResCode": 1064},
        {"ResCode": 7777},
        {"Token": TOKEN},
        [],
        "<html>",
        '{"ResCode": 1, "ResCode": 0, "Token": "t"}',
    ],
)
def test_strange_answer_to_the_token_request_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).start(ORDER)


def test_refused_token_says_why():
    with pytest.raises(Refused) as refused:
        bank({"ResCode": 1011, "Description": "تکراری"}).start(ORDER)
    assert refused.value.code == "1011"


@pytest.mark.parametrize("code", [3, "23", 1003, 1025, 1023, 1018, 1037])
def test_fault_of_the_set_up_is_not_the_payers(code):
    melli = bank({"ResCode": code})
    for question in (
        lambda: melli.start(ORDER),
        lambda: melli.verify(ORDER, TOKEN),
        lambda: melli.inquire(ORDER),
    ):
        with pytest.raises(Unknown) as unknown:
            question()
        assert unknown.value.faulty_set_up


PAID = {
    "OrderId": "1404070112345678",
    "token": TOKEN,
    "ResCode": "0",
    "HashedCardNo": "b96a14400c3a59249e87c300ecc06e59",
    "PrimaryAccNo": "603799******0006",
    "SwitchResCode": "00",
    "CardHolderFullName": "",
}
FAILED = PAID | {"ResCode": "-1", "SwitchResCode": "51"}


@pytest.mark.parametrize("name", ["token", "Token", "TOKEN"])
def test_return_of_a_paid_payment_is_read_whatever_its_spelling(name):
    fields = {key: value for key, value in PAID.items() if key != "token"}
    callback = bank().read_callback(fields | {name: TOKEN})
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == callback.token == TOKEN
    assert callback.order_number == "1404070112345678"


@pytest.mark.parametrize("fields", [FAILED, PAID | {"ResCode": "1"}, {}])
def test_every_other_return_claims_nothing(fields):
    callback = bank().read_callback(fields)
    assert callback.claimed is Claimed.DECLINED
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"Token": "another"},
        {"token": ""},
        {"token": "x" * 65},
        {"OrderId": "a\x00b"},
        {"ResCode": "۰"},
    ],
)
def test_return_that_no_bank_sends_is_malformed(changes):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | changes)


@pytest.mark.parametrize("code", [0, "0", 100, "100"])
def test_confirmation_carries_what_is_to_be_compared(code):
    melli = verified(ResCode=code)
    confirmation = melli.verify(ORDER, TOKEN)
    assert melli.line.sent == [
        (
            "https://sadad.shaparak.ir/vpg/api/v0/Advice/Verify",
            {"Token": TOKEN, "SignData": SIGNED_TOKEN},
        )
    ]
    assert confirmation.amount == 2_500_000
    assert confirmation.order_number == "1404070112345678"
    assert confirmation.receipt_number == TOKEN
    assert confirmation.reference_number == "724123456789"
    assert confirmation.tracking_number == "123456"


def test_amount_of_another_order_is_told_as_it_is():
    confirmation = verified(Amount="10000", OrderId="9").verify(ORDER, TOKEN)
    assert (confirmation.amount, confirmation.order_number) == (10_000, "9")


def test_token_of_another_payment_is_not_even_asked_about():
    melli = verified()
    with pytest.raises(Refused):
        melli.verify(ORDER, "another")
    assert melli.line.sent == []


@pytest.mark.parametrize(
    ("code", "no"), [(-1, No.DECLINED), (101, No.WINDOW_OVER), (1105, No.REVERSED)]
)
def test_clear_no(code, no):
    with pytest.raises(Refused) as refused:
        bank({"ResCode": code}).verify(ORDER, TOKEN)
    assert refused.value.no is no


@pytest.mark.parametrize(
    "melli",
    [
        verified(ResCode=7777),
        verified(ResCode=None),
        verified(ResCode=False),
        verified(Amount=None),
        verified(Amount="2,500,000"),
        verified(Amount=2500000.0),
        verified(OrderId=None),
        verified(RetrivalRefNo=""),
        bank({"ResCode": 100}),
        bank(VERIFIED, status=500),
        bank("<html>خطا</html>"),
    ],
)
def test_anything_else_is_unknown(melli):
    with pytest.raises(Unknown):
        melli.verify(ORDER, TOKEN)


@pytest.mark.parametrize("code", [0, 100])
def test_lost_return_of_a_paid_payment_is_found(code):
    callback = verified(ResCode=code).inquire(ORDER)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == TOKEN
    assert callback.order_number == ORDER.number


@pytest.mark.parametrize(
    ("code", "claimed"),
    [(-1, Claimed.PENDING), (101, Claimed.EXPIRED), (1105, Claimed.EXPIRED)],
)
def test_payment_nobody_made_is_not_claimed(code, claimed):
    callback = bank({"ResCode": code}).inquire(ORDER)
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize("answer", [{"ResCode": 1064}, {"ResCode": 5}, {}, "x"])
def test_strange_answer_to_the_inquiry_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).inquire(ORDER)


def test_every_no_of_a_return_has_words_for_the_payer():
    assert all(code.text for code in RETURN.values() if code.kind is not Kind.YES)


@fuzz.steady
@given(
    fuzz.lines(
        VERIFIED | {"Token": TOKEN},
        VERIFIED | {"ResCode": "100"},
        {"ResCode": -1, "Description": "x"},
    )
)
def test_no_answer_surprises(line):
    fuzz.ask_everything(sadad(line), ORDER, TOKEN)


@fuzz.steady
@given(fuzz.callbacks(PAID, FAILED))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
