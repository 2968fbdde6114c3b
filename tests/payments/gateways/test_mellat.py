"""What Behpardakht Mellat is told, byte for byte, and how its answers are read."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.base import Claimed, Kind, Malformed, No, Order, Refused, Unknown
from payments.gateways.mellat import RETURN, Mellat
from tests.payments.gateways import fuzz

ORDER = Order(
    number="140407010001",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/payments/callback/mellat/",
    asked_at=datetime(2025, 9, 23, 10, 20, 3, tzinfo=ZoneInfo("Asia/Tehran")),
    token="AF82041a2Bf68989c7fF9",
)
RECEIPT = "5142510"
SERVICE = "https://bpm.shaparak.ir/pgwchannel/services/pgw"
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:int="http://interfaces.core.sw.bps.com/"><soapenv:Header/><soapenv:Body>'
    "{}</soapenv:Body></soapenv:Envelope>"
)
WHO = (
    "<terminalId>1234567</terminalId><userName>TESTUSER</userName>"
    "<userPassword>TESTPASS</userPassword>"
)
SALE = (
    "<orderId>140407010001</orderId><saleOrderId>140407010001</saleOrderId>"
    "<saleReferenceId>5142510</saleReferenceId>"
)


class ScriptedLine:
    """A bank that answers what the test says, one operation after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def post_xml(self, url, body, **headers):
        self.sent.append((url, body, headers))
        return self.answers.pop(0)


def said(operation, text, status=200):
    body = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body><ns1:{operation}Response "
        f'xmlns:ns1="http://interfaces.core.sw.bps.com/"><return>{text}</return>'
        f"</ns1:{operation}Response></soap:Body></soap:Envelope>"
    )
    return Answer(status, body, {})


def mellat(line):
    return Mellat(
        line=line,
        base_url="https://bpm.shaparak.ir",
        merchant_number="1234567",
        username="TESTUSER",
        password="TESTPASS",
    )


def bank(*answers):
    return mellat(ScriptedLine(*answers))


def asked(operation):
    return ENVELOPE.format(f"<int:{operation}>{WHO}{SALE}</int:{operation}>")


def test_token_is_asked_for_as_the_manual_says():
    behpardakht = bank(said("bpPayRequest", "0,AF82041a2Bf68989c7fF9"))
    redirect = behpardakht.start(ORDER)
    content = (
        f"{WHO}<orderId>140407010001</orderId><amount>2500000</amount>"
        "<localDate>20250923</localDate><localTime>102003</localTime>"
        "<additionalData></additionalData><callBackUrl>"
        "https://pay.example.ac.ir/payments/callback/mellat/</callBackUrl>"
        "<payerId>0</payerId>"
    )
    body = ENVELOPE.format(f"<int:bpPayRequest>{content}</int:bpPayRequest>")
    assert behpardakht.line.sent == [(SERVICE, body, {"SOAPAction": '""'})]
    assert redirect.url == "https://bpm.shaparak.ir/pgwchannel/startpay.mellat"
    assert redirect.method == "POST"
    assert redirect.fields == {"RefId": "AF82041a2Bf68989c7fF9"}
    assert redirect.token == "AF82041a2Bf68989c7fF9"


def test_payer_and_deposit_identifier_are_told_where_they_are_known():
    order = Order(
        number="1",
        amount=1000,
        callback_url="https://pay.example.ac.ir/?a=1&b=2",
        asked_at=ORDER.asked_at,
        mobile="+989120000000",
        deposit_identifier="123456789012",
    )
    behpardakht = bank(said("bpPayRequest", "0,x"))
    assert behpardakht.start(order).fields["MobileNo"] == "989120000000"
    [(_address, body, _headers)] = behpardakht.line.sent
    assert "<payerId>123456789012</payerId>" in body
    assert "?a=1&amp;b=2</callBackUrl>" in body


@pytest.mark.parametrize("text", ["", "0", "0,", "0 ,x", "00,x", "x", "-1", "9999"])
def test_strange_answer_to_the_token_request_is_unknown(text):
    with pytest.raises(Unknown):
        bank(said("bpPayRequest", text)).start(ORDER)


def test_refused_token_says_why():
    with pytest.raises(Refused) as refused:
        bank(said("bpPayRequest", " 41 ")).start(ORDER)
    assert refused.value.code == "41"


@pytest.mark.parametrize("code", ["21", "23", "24", "62", "421"])
def test_fault_of_the_set_up_is_not_the_payers(code):
    with pytest.raises(Unknown) as unknown:
        bank(said("bpPayRequest", code)).start(ORDER)
    assert unknown.value.faulty_set_up
    with pytest.raises(Unknown) as unknown:
        bank(said("bpVerifyRequest", code)).verify(ORDER, RECEIPT)
    assert unknown.value.faulty_set_up


PAID = {
    "RefId": ORDER.token,
    "ResCode": "0",
    "SaleOrderId": "140407010001",
    "SaleReferenceId": RECEIPT,
    "CardHolderPan": "610433*****5689",
    "CreditCardSaleResponseDetail": "",
    "FinalAmount": "2500000",
}
CANCELLED = {"RefId": ORDER.token, "ResCode": "17", "SaleOrderId": "140407010001"}


def test_return_of_a_paid_payment_is_read():
    callback = bank().read_callback(PAID)
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == RECEIPT
    assert callback.token == ORDER.token
    assert callback.order_number == "140407010001"


@pytest.mark.parametrize(
    ("code", "claimed"),
    [
        ("17", Claimed.CANCELLED),
        ("415", Claimed.EXPIRED),
        ("12", Claimed.DECLINED),
        ("new", Claimed.DECLINED),
        ("", Claimed.DECLINED),
    ],
)
def test_every_other_return_claims_nothing(code, claimed):
    callback = bank().read_callback(PAID | {"ResCode": code})
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SaleReferenceId", "5142510</saleReferenceId><saleReferenceId>1"),
        ("SaleReferenceId", "۵۱۴۲۵۱۰"),
        ("SaleReferenceId", "-1"),
        ("SaleReferenceId", f"0{RECEIPT}"),
        ("SaleReferenceId", "1" * 20),
        ("SaleReferenceId", ""),
        ("RefId", ""),
        ("SaleOrderId", ""),
        ("RefId", "x" * 256),
        ("ResCode", "a\x00b"),
    ],
)
def test_paid_return_that_no_bank_sends_is_malformed(name, value):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | {name: value})


@pytest.mark.parametrize("code", ["0", "43"])
def test_verified_sale_is_what_was_ordered(code):
    behpardakht = bank(said("bpVerifyRequest", code))
    confirmation = behpardakht.verify(ORDER, RECEIPT)
    [(address, body, _headers)] = behpardakht.line.sent
    assert (address, body) == (SERVICE, asked("bpVerifyRequest"))
    assert confirmation.amount == 2_500_000
    assert confirmation.receipt_number == RECEIPT
    assert confirmation.reference_number == RECEIPT
    assert confirmation.merchant_number == "1234567"
    assert confirmation.code == code


@pytest.mark.parametrize(
    ("code", "no"),
    [("48", No.REVERSED), ("415", No.WINDOW_OVER), ("17", No.DECLINED)],
)
def test_clear_no(code, no):
    with pytest.raises(Refused) as refused:
        bank(said("bpVerifyRequest", code)).verify(ORDER, RECEIPT)
    assert refused.value.no is no


def test_sale_that_is_not_found_is_asked_for_twice():
    behpardakht = bank(said("bpVerifyRequest", "42"), said("bpInquiryRequest", "42"))
    with pytest.raises(Refused) as refused:
        behpardakht.verify(ORDER, RECEIPT)
    assert refused.value.no is No.DECLINED
    assert behpardakht.line.sent[1][1] == asked("bpInquiryRequest")


@pytest.mark.parametrize("found", ["0", "43", "44", "34", "9999"])
def test_sale_that_the_inquiry_finds_is_not_refused(found):
    with pytest.raises(Unknown):
        bank(said("bpVerifyRequest", "42"), said("bpInquiryRequest", found)).verify(
            ORDER, RECEIPT
        )


@pytest.mark.parametrize(
    "answer",
    [
        said("bpVerifyRequest", "34"),
        said("bpVerifyRequest", "45"),
        said("bpVerifyRequest", "51"),
        said("bpVerifyRequest", "777"),
        said("bpVerifyRequest", ""),
        said("bpVerifyRequest", "0,1"),
        said("bpVerifyRequest", "000"),
        said("bpPayRequest", "0"),
        said("bpVerifyRequest", "0", status=500),
        Answer(200, "0", {}),
    ],
)
def test_anything_else_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).verify(ORDER, RECEIPT)


def test_fault_that_blames_the_request_is_no_silence():
    text = (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>"
        'Unmarshalling Error: For input string: "" </faultstring></soap:Fault>'
        "</soap:Body></soap:Envelope>"
    )
    with pytest.raises(Unknown) as unknown:
        bank(Answer(500, text, {})).verify(ORDER, RECEIPT)
    assert not unknown.value.silent


@pytest.mark.parametrize("code", ["0", "45"])
def test_money_is_settled_once(code):
    behpardakht = bank(said("bpSettleRequest", code))
    behpardakht.settle(ORDER, RECEIPT)
    assert behpardakht.line.sent[0][1] == asked("bpSettleRequest")


@pytest.mark.parametrize("code", ["46", "47", "44", "42", "34", "61", "777"])
def test_settlement_is_asked_for_again_until_it_is_done(code):
    with pytest.raises(Unknown):
        bank(said("bpSettleRequest", code)).settle(ORDER, RECEIPT)


def test_reversed_money_cannot_be_settled():
    with pytest.raises(Refused) as refused:
        bank(said("bpSettleRequest", "48")).settle(ORDER, RECEIPT)
    assert refused.value.no is No.REVERSED


@pytest.mark.parametrize("code", ["0", "48"])
def test_money_is_given_back_once(code):
    behpardakht = bank(said("bpReversalRequest", code))
    behpardakht.reverse(ORDER, RECEIPT)
    assert behpardakht.line.sent[0][1] == asked("bpReversalRequest")


def test_settled_money_is_not_given_back():
    with pytest.raises(Refused):
        bank(said("bpReversalRequest", "45")).reverse(ORDER, RECEIPT)


def test_every_no_of_a_return_has_words_for_the_payer():
    assert all(code.text for code in RETURN.values() if code.kind is not Kind.YES)


ANSWERS = [
    said(f"bp{what}Request", text).text
    for what, text in [
        ("Pay", "0,AF82041a2Bf68989c7fF9"),
        ("Verify", "0"),
        ("Settle", "45"),
        ("Reversal", "48"),
        ("Inquiry", "42"),
    ]
]


@fuzz.steady
@given(fuzz.lines(*ANSWERS))
def test_no_answer_surprises(line):
    fuzz.ask_everything(mellat(line), ORDER, RECEIPT)


@fuzz.steady
@given(fuzz.callbacks(PAID, CANCELLED))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)
