"""What Pasargad is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.base import Claimed, Kind, Malformed, No, Order, Refused, Unknown
from payments.gateways.pasargad import CLAIMS, RETURN, STATUS, Pasargad
from tests.payments.gateways import fuzz

URL_ID = "8dcc5cd0ef7348548f8dc2ab29ebe11a7ad3eaad000000006217318"
ORDER = Order(
    number="123456789015",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2025, 1, 24, 12, 30, tzinfo=ZoneInfo("Asia/Tehran")),
    mobile="+989120000000",
    token=URL_ID,
)
DORSA = "https://pep.shaparak.ir/dorsa1"
BEARER = "eyJhbGciOiJIUzI1NiJ9.e30.8TMZ2UxKK5z4v"
LET_IN = {"resultMsg": "Successful", "resultCode": 0, "token": BEARER}
AUTHORIZED = {"Authorization": f"Bearer {BEARER}"}
LOGGED_IN = (
    f"{DORSA}/token/getToken",
    {"username": "TESTUSER", "password": "TESTPASS"},
    {},
)
ASKED = (
    f"{DORSA}/api/payment/payment-inquiry",
    {"invoiceId": "123456789015", "checkVerify": True},
    AUTHORIZED,
)
SALE = {"invoice": "123456789015", "urlId": URL_ID}
BOUGHT = {"resultCode": 0, "data": {"urlId": URL_ID, "url": f"{DORSA}/{URL_ID}"}}
FOUND = {
    "status": 13031,
    "trackId": "20",
    "transactionId": "8888",
    "amount": 2500000,
    "cardNumber": "610433******8596",
    "invoice": "123456789015",
    "url": URL_ID,
    "referenceNumber": "142536124562",
    "requestDate": "2025-02-12T11:20:33.000",
}
VERIFIED = {
    "invoice": "123456789015",
    "referenceNumber": "142536124562",
    "trackId": "21",
    "maskedCardNumber": "610433******8596",
    "hashedCardNumber": "ba6567ba6c96846464874",
    "requestDate": "2025-02-12T11:20:33.000",
    "amount": 2500000,
}


class ScriptedLine:
    """A bank that answers what the test says, one operation after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def post_json(self, url, body, **headers):
        self.sent.append((url, body, headers))
        return self.answers.pop(0)


def pasargad(line, **options):
    return Pasargad(
        line=line,
        base_url="https://pep.shaparak.ir",
        merchant_number="6217318",
        username="TESTUSER",
        password="TESTPASS",
        **options,
    )


def said(answer, status=200):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return Answer(status, text, {})


def bank(*answers, **options):
    """A bank that lets the portal in and then says this."""
    return pasargad(ScriptedLine(said(LET_IN), *map(said, answers)), **options)


def found(**changes):
    return {"resultCode": 0, "data": FOUND | changes}


def done(code=0, **changes):
    return {"resultCode": code, "data": VERIFIED | changes}


def test_token_is_asked_for_as_the_pages_say():
    pep = bank(BOUGHT)
    redirect = pep.start(ORDER)
    assert pep.line.sent == [
        LOGGED_IN,
        (
            f"{DORSA}/api/payment/purchase",
            {
                "amount": 2500000,
                "invoice": "123456789015",
                "invoiceDate": "1403-11-05",
                "serviceCode": 8,
                "serviceType": "PURCHASE",
                "callbackApi": "https://pay.example.ac.ir/bank/key/",
                "terminalNumber": 6217318,
            },
            AUTHORIZED,
        ),
    ]
    assert redirect.url == f"{DORSA}/{URL_ID}"
    assert (redirect.token, redirect.method, redirect.fields) == (URL_ID, "GET", {})


def test_terminal_may_live_under_another_path():
    pep = bank(BOUGHT, path="nvcservice")
    pep.start(ORDER)
    addresses = [address for address, _body, _headers in pep.line.sent]
    start = "https://pep.shaparak.ir/nvcservice"
    assert addresses == [f"{start}/token/getToken", f"{start}/api/payment/purchase"]


def test_deposit_identifier_is_left_with_the_bank():
    pep = bank(BOUGHT)
    pep.start(replace(ORDER, deposit_identifier="123456789012"))
    assert pep.line.sent[1][1]["description"] == "123456789012"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/dorsa1/x",
        "https://pep.shaparak.ir.evil.example/x",
        "https://pep.shaparak.ir@evil.example/x",
        "https://pep.shaparak.ir\\@evil.example/x",
        "http://pep.shaparak.ir/dorsa1/x",
        "//evil.example/x",
        "javascript:alert(1)",
        "",
        None,
        "https://pep.shaparak.ir/\n",
    ],
)
def test_payer_is_led_nowhere_but_to_the_bank(url):
    with pytest.raises(Unknown):
        bank({"resultCode": 0, "data": {"urlId": URL_ID, "url": url}}).start(ORDER)


@pytest.mark.parametrize(
    "answer",
    [
        {"resultCode": 0},
        {"resultCode": 0, "data": None},
        {"resultCode": 0, "data": []},
        {"resultCode": 0, "data": {"url": f"{DORSA}/x"}},
        {"resultCode": 0, "data": {"url": f"{DORSA}/x", "urlId": "x" * 65}},
        {"resultCode": True, "data": BOUGHT["data"]},
        {"resultCode": 13005},
        {"resultCode": 99999},
        {"data": BOUGHT["data"]},
        [],
        "<html>",
    ],
)
def test_strange_answer_to_the_token_request_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).start(ORDER)


def test_refused_token_says_why():
    with pytest.raises(Refused) as refused:
        bank({"resultCode": 13003, "resultMsg": "not unique"}).start(ORDER)
    assert refused.value.code == "13003"


@pytest.mark.parametrize(
    "answers",
    [
        [said({"resultCode": 13002})],
        [said("", 401)],
        [said(LET_IN), said({"resultCode": 13422})],
        [said(LET_IN), said({"resultCode": 13028})],
        [said(LET_IN), said({"resultCode": 401})],
        [said(LET_IN), said("{}", 401)],
    ],
)
def test_fault_of_the_set_up_is_not_the_payers(answers):
    for question in (
        lambda pep: pep.start(ORDER),
        lambda pep: pep.inquire(ORDER),
        lambda pep: pep.verify(ORDER, URL_ID),
        lambda pep: pep.reverse(ORDER, URL_ID),
    ):
        with pytest.raises(Unknown) as unknown:
            question(pasargad(ScriptedLine(*answers)))
        assert unknown.value.faulty_set_up


@pytest.mark.parametrize("let_in", [{"resultCode": 0}, LET_IN | {"token": "a\nb"}, []])
def test_log_in_without_a_token_is_unknown(let_in):
    with pytest.raises(Unknown):
        pasargad(ScriptedLine(said(let_in))).start(ORDER)


SUCCESS = {
    "invoiceId": "123456789015",
    "status": "success",
    "referenceNumber": "142536124562",
    "trackId": "20",
}


@pytest.mark.parametrize(
    ("fields", "claimed"),
    [
        (SUCCESS, Claimed.PENDING),
        ({"invoiceId": "123456789015", "Status": "unknown"}, Claimed.PENDING),
        ({"invoiceId": "123456789015", "Status": "cancel"}, Claimed.CANCELLED),
        ({"invoiceId": "123456789015", "status": "failed"}, Claimed.DECLINED),
        ({"invoiceId": "123456789015", "status": "expire"}, Claimed.EXPIRED),
        ({}, Claimed.PENDING),
    ],
)
def test_return_is_only_a_hint(fields, claimed):
    callback = bank().read_callback(fields)
    assert callback.claimed is claimed
    assert callback.receipt_number == callback.token == ""
    assert callback.order_number == fields.get("invoiceId", "")


@pytest.mark.parametrize(
    "changes", [{"Status": "failed"}, {"invoiceId": "۱۲۳"}, {"status": "x" * 256}]
)
def test_return_that_no_bank_sends_is_malformed(changes):
    with pytest.raises(Malformed):
        bank().read_callback(SUCCESS | changes)


@pytest.mark.parametrize("status", [0, 13031, "13031", 13029, 13034, 13046])
def test_bank_tells_that_an_order_was_paid(status):
    pep = bank(found(status=status))
    callback = pep.inquire(ORDER)
    assert pep.line.sent == [LOGGED_IN, ASKED]
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == callback.token == URL_ID
    assert callback.order_number == "123456789015"


@pytest.mark.parametrize(
    ("answer", "claimed"),
    [
        (found(status=2), Claimed.PENDING),
        ({"resultCode": 13016}, Claimed.PENDING),
        (found(status=13045), Claimed.CANCELLED),
        (found(status=13025), Claimed.DECLINED),
        (found(status=13033), Claimed.DECLINED),
    ],
)
def test_order_that_was_not_paid_is_not_claimed(answer, claimed):
    callback = bank(answer).inquire(ORDER)
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    "answer",
    [
        found(status=77),
        found(status=None),
        found(invoice=None),
        {"resultCode": 0},
        {"resultCode": 13005},
        "<html>",
    ],
)
def test_strange_answer_to_the_inquiry_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).inquire(ORDER)


@pytest.mark.parametrize("finish", ["verify", "confirm"])
def test_order_is_looked_up_before_it_is_verified(finish):
    pep = bank(found(), done(), finish=finish)
    confirmation = pep.verify(ORDER, URL_ID)
    last = (f"{DORSA}/api/payment/{finish}-transactions", SALE, AUTHORIZED)
    assert pep.line.sent == [LOGGED_IN, ASKED, last]
    assert confirmation.amount == 2_500_000
    assert confirmation.order_number == "123456789015"
    assert confirmation.receipt_number == confirmation.token == URL_ID
    assert confirmation.reference_number == "142536124562"
    assert confirmation.tracking_number == "21"
    assert confirmation.masked_card == "610433******8596"


@pytest.mark.parametrize("status", [13029, 13034, 13046])
def test_what_was_verified_before_is_not_verified_again(status):
    pep = bank(found(status=status, url=f"{DORSA}/{URL_ID}"))
    confirmation = pep.verify(ORDER, URL_ID)
    assert pep.line.sent == [LOGGED_IN, ASKED]
    assert confirmation.amount == 2_500_000
    assert confirmation.token == URL_ID
    assert confirmation.code == str(status)


@pytest.mark.parametrize("code", [13428, 13029, 13034, 13046])
def test_verified_before_is_told_with_the_facts_of_the_inquiry(code):
    confirmation = bank(found(), {"resultCode": code}).verify(ORDER, URL_ID)
    assert confirmation.amount == 2_500_000
    assert confirmation.tracking_number == "20"
    assert confirmation.code == str(code)


def test_other_amount_is_told_as_it_is():
    pep = bank(found(amount=10_000), done(amount=10_000))
    assert pep.verify(ORDER, URL_ID).amount == 10_000


@pytest.mark.parametrize("other", [{"amount": 10_000}, {"invoice": "9"}])
def test_what_differs_is_never_confirmed_for_good(other):
    pep = bank(found(**other), done(), finish="confirm")
    with pytest.raises(Refused):
        pep.verify(ORDER, URL_ID)
    assert pep.line.sent == [LOGGED_IN, ASKED]


def test_receipt_of_another_payment_is_not_even_asked_about():
    pep = bank(found(), done())
    with pytest.raises(Refused):
        pep.verify(ORDER, "another")
    assert pep.line.sent == []


@pytest.mark.parametrize(
    ("answers", "no"),
    [
        ([found(status=13025)], No.DECLINED),
        ([found(status=13033)], No.REVERSED),
        ([found(), {"resultCode": 13075}], No.WINDOW_OVER),
        ([found(), {"resultCode": 13033}], No.REVERSED),
    ],
)
def test_clear_no(answers, no):
    with pytest.raises(Refused) as refused:
        bank(*answers).verify(ORDER, URL_ID)
    assert refused.value.no is no


@pytest.mark.parametrize(
    "answers",
    [
        [{"resultCode": 13016}],
        [{"resultCode": 13005}],
        [found(status=2)],
        [found(status=77)],
        [found(amount=None), done(amount=None)],
        [found(), {"resultCode": 0}],
        [found(), {"resultCode": 13005}],
        [found(), {"resultCode": 13016}],
        [found(), {"resultCode": 99999}],
        [found(), done(amount="2500000.5")],
        [found(referenceNumber=None), done(referenceNumber="")],
        [found(), "<html>"],
    ],
)
def test_anything_else_is_unknown(answers):
    with pytest.raises(Unknown):
        bank(*answers).verify(ORDER, URL_ID)


@pytest.mark.parametrize("code", [0, 13033])
def test_money_is_given_back_once(code):
    pep = bank({"resultCode": code})
    pep.reverse(ORDER, URL_ID)
    last = (f"{DORSA}/api/payment/reverse-transactions", SALE, AUTHORIZED)
    assert pep.line.sent == [LOGGED_IN, last]


@pytest.mark.parametrize("code", [13029, 13046, 13076])
def test_money_that_cannot_be_given_back(code):
    with pytest.raises(Refused):
        bank({"resultCode": code}).reverse(ORDER, URL_ID)


def test_every_status_is_claimed_as_what_it_means():
    assert CLAIMS.keys() == STATUS.keys()


def test_every_no_of_a_return_has_words_for_the_payer():
    assert all(code.text for code in RETURN.values() if code.kind is Kind.NO)


@fuzz.steady
@given(fuzz.lines(LET_IN | found() | {"token": "t"}, LET_IN | done(), LET_IN | BOUGHT))
def test_no_answer_surprises(line):
    fuzz.ask_everything(pasargad(line), ORDER, URL_ID)


@fuzz.steady
@given(fuzz.callbacks(SUCCESS, {"invoiceId": "123456789015", "Status": "cancel"}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
