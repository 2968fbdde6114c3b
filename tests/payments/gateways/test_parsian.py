"""What Parsian is told, byte for byte, and how its answers are read."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.base import Claimed, Kind, Malformed, No, Order, Refused, Unknown
from payments.gateways.parsian import RETURN, Parsian
from tests.payments.gateways import fuzz

TOKEN = "123456789012345"
ORDER = Order(
    number="140407010001",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/payments/callback/parsian/",
    asked_at=datetime(2025, 9, 23, 10, 20, 3, tzinfo=ZoneInfo("Asia/Tehran")),
    token=TOKEN,
)
SERVICES = "https://pec.shaparak.ir/NewIPGServices"
NAMESPACES = "https://pec.Shaparak.ir/NewIPGServices"
PIN = "<LoginAccount>TESTPIN00000000000</LoginAccount>"
SALE = (
    "<Amount>2500000</Amount><OrderId>140407010001</OrderId><CallBackUrl>"
    "https://pay.example.ac.ir/payments/callback/parsian/</CallBackUrl>"
    "<AdditionalData></AdditionalData><Originator></Originator>"
)
CONFIRMATION = (
    "<Token>123456789012345</Token><OrderId>140407010001</OrderId>"
    "<Amount>2500000</Amount>"
)
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<{operation} xmlns="{namespace}"><requestData>{content}</requestData>'
    "</{operation}></soap:Body></soap:Envelope>"
)


class ScriptedLine:
    """A bank that answers what the test says."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def post_xml(self, url, body, **headers):
        self.sent.append((url, body, headers))
        return self.answers.pop(0)


def parsian(line):
    return Parsian(
        line=line,
        base_url="https://pec.shaparak.ir",
        merchant_number="44481234",
        pin="TESTPIN00000000000",
    )


def bank(operation="", status=200, /, **told):
    content = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    body = (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
        'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation}Response xmlns="{NAMESPACES}/Some/Service">'
        f"<{operation}Result>{content}</{operation}Result></{operation}Response>"
        "</soap:Body></soap:Envelope>"
    )
    return parsian(ScriptedLine(Answer(status, body, {})))


def confirmed(status="0", **changes):
    told = {"CardNumberMasked": "621986******8080", "RRN": "724123456789"}
    told |= {"Token": TOKEN}
    return bank("ConfirmPaymentWithAmount", Status=status, **(told | changes))


def sent(service, operation, content):
    body = ENVELOPE.format(
        operation=operation, namespace=f"{NAMESPACES}/{service}", content=content
    )
    return body, {"SOAPAction": f'"{NAMESPACES}/{service}/{operation}"'}


def test_token_is_asked_for_as_the_document_says():
    pec = bank("SalePaymentRequest", Token=TOKEN, Message="OK", Status="0")
    redirect = pec.start(ORDER)
    [(address, *rest)] = pec.line.sent
    assert address == f"{SERVICES}/Sale/SaleService.asmx"
    assert tuple(rest) == sent("Sale/SaleService", "SalePaymentRequest", PIN + SALE)
    assert redirect.url == f"https://pec.shaparak.ir/NewIPG/?Token={TOKEN}"
    assert (redirect.method, redirect.fields) == ("GET", {})
    assert redirect.token == TOKEN


def test_deposit_identifier_is_left_with_the_bank():
    pec = bank("SalePaymentRequest", Token=TOKEN, Status="0")
    pec.start(replace(ORDER, deposit_identifier="123456789012"))
    [(_address, body, _headers)] = pec.line.sent
    assert "<AdditionalData>123456789012</AdditionalData>" in body


@pytest.mark.parametrize(
    "told",
    [
        {"Status": "0"},
        {"Status": "0", "Token": "0"},
        {"Status": "0", "Token": "-5"},
        {"Status": "0", "Token": "12a"},
        {"Status": "00", "Token": TOKEN},
        {"Status": "", "Token": TOKEN},
        {"Status": "-1000", "Token": "0"},
        {"Status": "-4444", "Token": "0"},
        {"Token": TOKEN},
        {"status": "0", "Token": TOKEN},
    ],
)
def test_strange_answer_to_the_token_request_is_unknown(told):
    with pytest.raises(Unknown):
        bank("SalePaymentRequest", **told).start(ORDER)


def test_refused_token_says_why():
    with pytest.raises(Refused) as refused:
        bank("SalePaymentRequest", Token="0", Message="تکراری", Status="-112").start(
            ORDER
        )
    assert refused.value.code == "-112"


@pytest.mark.parametrize("code", ["-126", "-101", "-100", "-127", "-128", "-103"])
def test_fault_of_the_set_up_is_not_the_payers(code):
    with pytest.raises(Unknown) as unknown:
        bank("SalePaymentRequest", Token="0", Status=code).start(ORDER)
    assert unknown.value.faulty_set_up
    with pytest.raises(Unknown) as unknown:
        confirmed(code).verify(ORDER, TOKEN)
    assert unknown.value.faulty_set_up


PAID = {
    "Token": TOKEN,
    "OrderId": "140407010001",
    "TerminalNo": "44481234",
    "RRN": "724123456789",
    "status": "0",
    "Amount": "2,500,000",
    "HashCardNumber": "b96a14400c3a59249e87c300ecc06e59",
}
CANCELLED = {"Token": TOKEN, "OrderId": "140407010001", "status": "-138"}


@pytest.mark.parametrize("amount", ["2,500,000", "2500000", "1,000", ""])
def test_return_of_a_paid_payment_is_read(amount):
    callback = bank().read_callback(PAID | {"Amount": amount})
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == callback.token == TOKEN
    assert callback.order_number == "140407010001"
    assert callback.merchant_number == "44481234"


def test_case_of_the_names_does_not_matter():
    callback = bank().read_callback({k.upper(): v for k, v in PAID.items()})
    assert callback.claimed is Claimed.PAID


@pytest.mark.parametrize(
    ("fields", "claimed"),
    [
        (CANCELLED, Claimed.CANCELLED),
        (PAID | {"status": "-130"}, Claimed.EXPIRED),
        (PAID | {"status": "51"}, Claimed.DECLINED),
        (PAID | {"RRN": "0"}, Claimed.DECLINED),
        (PAID | {"RRN": ""}, Claimed.DECLINED),
        (PAID | {"RRN": "-1"}, Claimed.DECLINED),
        ({}, Claimed.DECLINED),
    ],
)
def test_every_other_return_claims_nothing(fields, claimed):
    callback = bank().read_callback(fields)
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "999"},
        {"Token": ""},
        {"Token": "0"},
        {"Token": "1</Token><Token>2"},
        {"Token": "۱۲۳"},
        {"OrderId": "x" * 256},
        {"TerminalNo": "a\x00b"},
    ],
)
def test_paid_return_that_no_bank_sends_is_malformed(changes):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | changes)


@pytest.mark.parametrize("code", ["0", "-1533", "-1505", "-1532"])
def test_bank_compares_order_and_amount_while_it_confirms(code):
    pec = confirmed(code)
    confirmation = pec.verify(ORDER, TOKEN)
    [(address, *rest)] = pec.line.sent
    assert address == f"{SERVICES}/Confirm/ConfirmService.asmx"
    assert tuple(rest) == sent(
        "Confirm/ConfirmService", "ConfirmPaymentWithAmount", PIN + CONFIRMATION
    )
    assert confirmation.amount == 2_500_000
    assert confirmation.receipt_number == confirmation.token == TOKEN
    assert confirmation.reference_number == "724123456789"
    assert confirmation.masked_card == "621986******8080"
    assert confirmation.code == code


def test_second_confirmation_may_have_lost_the_reference_number():
    empty = {"RRN": "0", "CardNumberMasked": "", "Token": "0"}
    confirmation = confirmed("-1533", **empty).verify(ORDER, TOKEN)
    assert confirmation.reference_number == TOKEN
    assert confirmation.token == ""


def test_token_that_the_bank_names_is_told_as_it_is():
    assert confirmed(Token="999").verify(ORDER, TOKEN).token == "999"


def test_token_of_another_payment_is_not_even_asked_about():
    pec = confirmed()
    with pytest.raises(Refused):
        pec.verify(ORDER, "999")
    assert pec.line.sent == []


@pytest.mark.parametrize(
    ("code", "no"),
    [
        ("-1531", No.DECLINED),
        ("-1528", No.DECLINED),
        ("-130", No.WINDOW_OVER),
        ("-1551", No.REVERSED),
        ("-102", No.REVERSED),
    ],
)
def test_clear_no(code, no):
    with pytest.raises(Refused) as refused:
        confirmed(code, RRN="0").verify(ORDER, TOKEN)
    assert refused.value.no is no


@pytest.mark.parametrize(
    "pec",
    [
        confirmed(RRN="0"),
        confirmed(RRN=""),
        confirmed("-1540"),
        confirmed("-4444"),
        confirmed("51"),
        confirmed(""),
        bank("ConfirmPayment", Status="0", RRN="1", Token=TOKEN),
        bank("ConfirmPaymentWithAmount", 500, Status="0", RRN="1", Token=TOKEN),
        bank("ConfirmPaymentWithAmount", 302, Status="0", RRN="1", Token=TOKEN),
        parsian(ScriptedLine(Answer(200, "<html>خطا</html>", {}))),
    ],
)
def test_anything_else_is_unknown(pec):
    with pytest.raises(Unknown):
        pec.verify(ORDER, TOKEN)


@pytest.mark.parametrize("code", ["0", "-1551", "-102", "-1507"])
def test_money_is_given_back_once(code):
    pec = bank("ReversalRequest", Status=code, Message="OK", Token=TOKEN)
    pec.reverse(ORDER, TOKEN)
    [(address, *rest)] = pec.line.sent
    assert address == f"{SERVICES}/Reverse/ReversalService.asmx"
    content = f"{PIN}<Token>{TOKEN}</Token>"
    assert tuple(rest) == sent("Reversal/ReversalService", "ReversalRequest", content)


@pytest.mark.parametrize("code", ["-1549", "-1550", "-1552"])
def test_money_that_cannot_be_given_back(code):
    with pytest.raises(Refused):
        bank("ReversalRequest", Status=code).reverse(ORDER, TOKEN)


def test_every_no_of_a_return_has_words_for_the_payer():
    assert all(code.text for code in RETURN.values() if code.kind is not Kind.YES)


ANSWERS = [
    pec.line.answers[0].text
    for pec in [
        bank("SalePaymentRequest", Token=TOKEN, Message="OK", Status="0"),
        confirmed(),
        confirmed("-1533", RRN="0"),
        bank("ReversalRequest", Status="0", Message="OK", Token=TOKEN),
    ]
]


@fuzz.steady
@given(fuzz.lines(*ANSWERS))
def test_no_answer_surprises(line):
    fuzz.ask_everything(parsian(line), ORDER, TOKEN)


@fuzz.steady
@given(fuzz.callbacks(PAID, CANCELLED))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
