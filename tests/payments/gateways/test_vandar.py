"""What Vandar is told, byte for byte, and how its answers are read."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payments.gateways.base import Claimed, Malformed, No, Order, Refused, Unknown
from payments.gateways.vandar import Vandar
from tests.payments.gateways import fuzz
from tests.payments.gateways.scripted import Line, said

KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TOKEN = "J7NQSHNTM9TU"
ORDER = Order(
    number="123456789015",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    description="شهریه",
    token=TOKEN,
)
SENT = {"status": 1, "token": TOKEN}
VERIFIED = {
    "status": 1,
    "amount": "2500000.00",
    "realAmount": 2488000,
    "wage": "12000",
    "transId": 159178352177,
    "factorNumber": "123456789015",
    "mobile": "09120000000",
    "description": "شهریه",
    "cardNumber": "603799******7999",
    "paymentDate": "2026-11-22 12:36:30",
    "cid": None,
    "message": "ok",
}
FOUND = {
    "status": 1,
    "amount": "2500000",
    "transId": 159178352177,
    "refnumber": "GmshtyjwKSuZXT81+6o9nKIkOcW*****PY05opjBoF",
    "trackingCode": "23***6",
    "factorNumber": "123456789015",
    "mobile": None,
    "description": "شهریه",
    "cardNumber": "603799******7999",
    "CID": "ECC1F6931DDC1B8A0892293774836F3FFAC4A3C9D34997405F340FCC1BDDED82",
    "createdAt": "2026-11-22 12:30:55",
    "paymentDate": "2026-11-22 12:36:30",
    "code": 1,
    "message": "Confirm requierd",
}
PAID = {"token": TOKEN, "payment_status": "OK"}


def bank(*answers):
    return Vandar(
        line=Line(*answers),
        base_url="https://ipg.vandar.io",
        merchant_number="kurdistan",
        api_key=KEY,
    )


def no(*sentences, status=0):
    return said({"status": status, "errors": list(sentences)}, 422)


TOLD_BEFORE = no("نتیجه تراکنش قبلا از طرف وندار اعلام گردیده.")


def found(code, **changes):
    return FOUND | {"code": code, **changes}


def test_token_is_asked_for_as_the_pages_say():
    vandar = bank(SENT)
    redirect = vandar.start(ORDER)
    assert vandar.line.sent == [
        (
            "https://ipg.vandar.io/api/v3/send",
            {
                "api_key": KEY,
                "amount": 2500000,
                "callback_url": "https://pay.example.ac.ir/bank/key/",
                "mobile_number": "09120000000",
                "factorNumber": "123456789015",
                "description": "شهریه",
            },
        )
    ]
    assert redirect.token == TOKEN
    assert redirect.url == f"https://ipg.vandar.io/v3/{TOKEN}"
    assert (redirect.method, redirect.fields) == ("GET", {})


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("amount نباید کوچکتر از 1000 باشد", "amount"),
        ("شماره کارت قابل قبول نیست.", "0"),
    ],
)
def test_refused_token_says_why(sentence, code):
    with pytest.raises(Refused) as refused:
        bank(no(sentence)).start(ORDER)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "sentence",
    [
        "api_key معتبر نیست",
        "وارد کردن api key الزامی است",
        "IP پذیرنده معتبر نیست",
        "callback_url معتبر نیست",
    ],
)
def test_fault_of_the_set_up_is_not_the_payers(sentence):
    with pytest.raises(Unknown) as unknown:
        bank(no(sentence)).start(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize("name", ["api_key", "IP"])
def test_fault_of_the_set_up_is_one_when_verifying_too(name):
    for ask in (bank(no(name)).verify, bank(TOLD_BEFORE, no(name)).verify):
        with pytest.raises(Unknown) as unknown:
            ask(ORDER, TOKEN)
        assert unknown.value.faulty_set_up
    with pytest.raises(Unknown) as unknown:
        bank(no(name)).inquire(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"status": 1},
        {"status": True, "token": TOKEN},
        {"status": 1, "token": "../x"},
        {"status": 1, "token": "x" * 65},
        {"status": 7, "token": TOKEN},
        said(SENT, 404),
        said(SENT, 500),
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
    assert callback.receipt_number == callback.token == TOKEN


@pytest.mark.parametrize(
    ("status", "claimed"),
    [("FAILED", Claimed.DECLINED), ("ok", Claimed.PENDING), ("", Claimed.PENDING)],
)
def test_every_other_return_claims_nothing(status, claimed):
    callback = bank().read_callback(PAID | {"payment_status": status})
    assert (callback.claimed, callback.receipt_number) == (claimed, "")


@pytest.mark.parametrize("token", ["", "a b", "x" * 65, "۱۲۳", "../x"])
def test_token_that_the_bank_never_gives_is_malformed(token):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | {"token": token})


def test_confirmation_carries_what_is_to_be_compared():
    vandar = bank(VERIFIED)
    confirmation = vandar.verify(ORDER, TOKEN)
    assert vandar.line.sent == [
        (
            "https://ipg.vandar.io/api/v3/verify",
            {"api_key": KEY, "token": TOKEN},
        )
    ]
    assert confirmation.receipt_number == TOKEN
    assert confirmation.amount == 2_500_000
    assert confirmation.received is None
    assert confirmation.order_number == "123456789015"
    assert confirmation.merchant_number == "kurdistan"
    assert confirmation.reference_number == "159178352177"
    assert confirmation.masked_card == "603799******7999"


@pytest.mark.parametrize(
    ("amount", "real", "fee", "told"),
    [
        ("2500000.00", 2488000, "12000", 2_500_000),  # the university carries the fee
        ("2512000.00", 2500000, "12000", 2_500_000),  # the payer does
        ("2512000.00", 2500000, "11000", 2_512_000),  # which makes no sense
        ("2600000.00", 2588000, "12000", 2_588_000),
        ("1000.00", 900, 100, 1_000),
    ],
)
def test_fee_on_top_is_not_what_the_payer_was_asked_for(amount, real, fee, told):
    answer = VERIFIED | {"amount": amount, "realAmount": real, "wage": fee}
    assert bank(answer).verify(ORDER, TOKEN).amount == told


@pytest.mark.parametrize(
    "refusal", [TOLD_BEFORE, no(status=2), no(status=3), no("token معتبر نیست")]
)
def test_lost_answer_is_found_again_in_the_transaction(refusal):
    vandar = bank(refusal, found(2))
    confirmation = vandar.verify(ORDER, TOKEN)
    assert vandar.line.sent[1] == (
        "https://ipg.vandar.io/api/v3/transaction",
        {"api_key": KEY, "token": TOKEN},
    )
    assert confirmation.amount == 2_500_000
    assert confirmation.order_number == "123456789015"
    assert confirmation.code == "2"


def test_token_of_another_payment_is_not_even_asked_about():
    with pytest.raises(Refused):
        bank().verify(ORDER, "J7NQSHNTM9TV")


@pytest.mark.parametrize(("code", "no_"), [(3, No.WINDOW_OVER), (4, No.DECLINED)])
def test_clear_no(code, no_):
    with pytest.raises(Refused) as refused:
        bank(TOLD_BEFORE, found(code)).verify(ORDER, TOKEN)
    assert refused.value.no is no_


@pytest.mark.parametrize(
    "answers",
    [
        [{"status": 1}],
        [VERIFIED | {"amount": "2500000.50"}],
        [VERIFIED | {"amount": "2,500,000"}],
        [VERIFIED | {"amount": 2500000.0}],
        [VERIFIED | {"transId": None}],
        [VERIFIED | {"amount": "2512000.00", "realAmount": None}],
        [said(VERIFIED, 400)],
        [said(VERIFIED, 502)],
        [TOLD_BEFORE, found(0)],
        [TOLD_BEFORE, found(1)],
        [TOLD_BEFORE, found(None)],
        [TOLD_BEFORE, found(2, amount="2512000")],
        [TOLD_BEFORE, no("token معتبر نیست")],
        [TOLD_BEFORE, said(FOUND, 500)],
    ],
)
def test_anything_else_is_unknown(answers):
    with pytest.raises(Unknown):
        bank(*answers).verify(ORDER, TOKEN)


@pytest.mark.parametrize(
    ("answer", "claimed"),
    [
        (found(1), Claimed.PAID),
        (found(2), Claimed.PAID),
        (found(3), Claimed.EXPIRED),
        (found(4), Claimed.DECLINED),
        (found(0), Claimed.PENDING),
        (no("تراکنش با خطا مواجه شده است"), Claimed.PENDING),
    ],
)
def test_lost_return_is_asked_about_by_the_token(answer, claimed):
    callback = bank(answer).inquire(ORDER)
    assert (callback.claimed, callback.token) == (claimed, TOKEN)
    assert callback.receipt_number == (TOKEN if claimed is Claimed.PAID else "")


@fuzz.steady
@given(fuzz.lines(SENT, VERIFIED, found(2), found(4), {"status": 0, "errors": ["IP"]}))
def test_no_answer_surprises(line):
    vandar = Vandar(
        line=line, base_url="https://bank", merchant_number="x", api_key=KEY
    )
    fuzz.ask_everything(vandar, ORDER, TOKEN)


@fuzz.steady
@given(fuzz.callbacks(PAID, PAID | {"payment_status": "FAILED"}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
