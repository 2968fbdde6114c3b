"""What IranKish is told, byte for byte, and how its answers are read."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given

from payment_portal.outbound import Answer
from payments.gateways.base import Claimed, Malformed, No, Order, Refused, Unknown
from payments.gateways.irankish import Irankish
from payments.gateways.irankish_envelope import envelope
from tests.payments.gateways import fuzz

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_KEY = (
    KEY.public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
ORDER = Order(
    number="140407010001",
    amount=2_500_000,
    callback_url="https://pay.example.ac.ir/bank/key/",
    asked_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    mobile="+989120000000",
    token="A1B2C3",
)
RECEIPT = "724123456789-100428"
TOKEN = {
    "responseCode": "00",
    "status": True,
    "description": "",
    "result": {
        "token": "A1B2C3",
        "initiateTimeStamp": 1795338000,
        "expiryTimeStamp": 1795339800,
        "transactionType": "Purchase",
        "billInfo": None,
    },
}
PURCHASE = {
    "responseCode": "00",
    "systemTraceAuditNumber": "100428",
    "retrievalReferenceNumber": "724123456789",
    "transactionDate": "1405/09/01",
    "transactionTime": "12:31:02",
    "processCode": "00",
    "requestId": "140407010001",
    "paymentId": None,
    "amount": "2500000",
    "duplicateVerify": False,
}
CONFIRMED = {"responseCode": "00", "status": True, "result": PURCHASE}
FOUND = {
    "responseCode": "00",
    "status": True,
    "result": [
        PURCHASE | {"responseCode": "51"},
        PURCHASE
        | {"isVerified": False, "isReversed": False, "maskedPan": "621986******8080"},
    ],
}
PAID = {
    "token": "A1B2C3",
    "acceptorId": "992180001234567",
    "merchantId": "12345",
    "responseCode": "00",
    "paymentId": "",
    "requestId": "140407010001",
    "sha256OfPan": "5d41",
    "retrievalReferenceNumber": "724123456789",
    "systemTraceAuditNumber": "100428",
    "amount": "2500000",
    "maskedPan": "621986******8080",
    "ttl": "20",
}


class ScriptedLine:
    """A bank that answers what the test says."""

    def __init__(self, status, text):
        self.answer = Answer(status, text, {})
        self.sent = []

    def post_json(self, url, body):
        self.sent.append((url, body))
        return self.answer


def speaker(line, **settings):
    return Irankish(
        line=line,
        base_url="https://ikc.shaparak.ir",
        merchant_number="08012345",
        acceptor_id="992180001234567",
        pass_phrase="0A1B2C3D4E5F6071",
        **{"public_key": PUBLIC_KEY} | settings,
    )


def bank(answer="", status=200, **settings):
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return speaker(ScriptedLine(status, text), **settings)


def confirmed(**changes):
    return bank(CONFIRMED | {"result": PURCHASE | changes})


# ---- the envelope --------------------------------------------------------------------


def opened(data):
    return KEY.decrypt(bytes.fromhex(data), padding.PKCS1v15())


@pytest.mark.parametrize(
    ("told", "digest"),
    [
        (
            "080123450A1B2C3D4E5F607100000250000000",
            "81ecf489ba33ca216f3c9798d33ac73940c2996e8c94c96ecf5c90bc5e714050",
        ),
        (
            "080123450A1B2C3D4E5F607100000000100000",
            "ffea044a4a7fd278e44c293fe79b8dd9c9c6ff3931f450d5aec29487120f010a",
        ),
    ],
)
def test_envelope_is_the_one_of_the_vectors(told, digest):
    key, iv = bytes(range(16)), bytes(range(16, 32))
    made = envelope(told, PUBLIC_KEY, key=key, iv=iv)
    assert opened(made["data"]).hex() == f"{key.hex()}{digest}"
    assert made["iv"] == "101112131415161718191a1b1c1d1e1f"


def test_no_two_envelopes_are_alike():
    irankish = bank(TOKEN)
    irankish.start(ORDER)
    irankish.start(ORDER)
    made = [body["authenticationEnvelope"] for _url, body in irankish.line.sent]
    keys = {opened(one["data"])[:16] for one in made}
    assert len(keys) == len({one["iv"] for one in made}) == 2


ELLIPTIC = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="


@pytest.mark.parametrize("key", ["AAAA", ELLIPTIC])
def test_key_that_is_none_is_a_fault_of_the_set_up(key):
    key = f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----"
    with pytest.raises(Unknown) as unknown:
        bank(TOKEN, public_key=key).start(ORDER)
    assert unknown.value.faulty_set_up


def test_key_may_stand_in_one_line():
    irankish = bank(TOKEN, public_key=PUBLIC_KEY.replace("\n", "\\n"))
    assert irankish.start(ORDER).token == "A1B2C3"


# ---- the token -----------------------------------------------------------------------


def test_token_is_asked_for_as_the_bank_expects():
    irankish = bank(TOKEN)
    redirect = irankish.start(ORDER)
    [(url, body)] = irankish.line.sent
    assert url == "https://ikc.shaparak.ir/api/v3/tokenization/make"
    assert body["request"] == {
        "transactionType": "Purchase",
        "terminalId": "08012345",
        "acceptorId": "992180001234567",
        "amount": 2500000,
        "revertUri": "https://pay.example.ac.ir/bank/key/",
        "requestId": "140407010001",
        "requestTimestamp": 1795338000,
        "cmsPreservationId": "989120000000",
    }
    assert set(body["authenticationEnvelope"]) == {"data", "iv"}
    assert redirect.url == "https://ikc.shaparak.ir/iuiv3/IPG/Index/"
    assert (redirect.method, redirect.fields) == ("POST", {"tokenIdentity": "A1B2C3"})


def test_payment_id_is_the_deposit_identifier_and_nothing_else():
    irankish = bank(TOKEN)
    irankish.start(replace(ORDER, deposit_identifier="123456789012345"))
    [(_, body)] = irankish.line.sent
    assert body["request"]["paymentId"] == "123456789012345"


@pytest.mark.parametrize("code", ["914", "922", "906", "907", "3", "57"])
def test_fault_of_the_set_up_is_not_the_payers(code):
    with pytest.raises(Unknown) as unknown:
        bank({"responseCode": code, "status": False, "result": None}).start(ORDER)
    assert unknown.value.faulty_set_up


@pytest.mark.parametrize("code", ["929", "94", "930", "030"])
def test_refused_token_says_why(code):
    with pytest.raises(Refused) as refused:
        bank({"responseCode": code, "status": False}).start(ORDER)
    assert refused.value.code == code.lstrip("0")


@pytest.mark.parametrize(
    "answer",
    [
        {"responseCode": "00", "status": True},
        TOKEN | {"status": False},
        TOKEN | {"responseCode": "0"},
        TOKEN | {"responseCode": "777"},
        TOKEN | {"result": {"token": ""}},
        TOKEN | {"result": {"token": "x" * 201}},
        [TOKEN],
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
    assert (callback.token, callback.order_number) == ("A1B2C3", "140407010001")


@pytest.mark.parametrize(
    ("code", "claimed"),
    [
        ("17", Claimed.CANCELLED),
        ("5", Claimed.CANCELLED),
        ("05", Claimed.CANCELLED),
        ("51", Claimed.DECLINED),
        ("921", Claimed.EXPIRED),
        ("96", Claimed.PENDING),
        ("914", Claimed.PENDING),
        ("777", Claimed.PENDING),
        ("0", Claimed.PENDING),
        ("", Claimed.PENDING),
    ],
)
def test_every_other_return_claims_no_money(code, claimed):
    callback = bank().read_callback(PAID | {"responseCode": code})
    assert callback.claimed is claimed
    assert callback.receipt_number == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"retrievalReferenceNumber": ""},
        {"systemTraceAuditNumber": "1-2"},
        {"retrievalReferenceNumber": "۷۲۴"},
        {"token": "a\x00b"},
        {"acceptorId": "992180009999999"},
    ],
)
def test_field_that_no_bank_sends_is_malformed(changes):
    with pytest.raises(Malformed):
        bank().read_callback(PAID | changes)


# ---- verify and reverse --------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
def test_confirmation_carries_what_is_to_be_compared(again):
    irankish = confirmed(duplicateVerify=again)
    confirmation = irankish.verify(ORDER, RECEIPT)
    assert irankish.line.sent == [
        (
            "https://ikc.shaparak.ir/api/v3/confirmation/purchase",
            {
                "terminalId": "08012345",
                "retrievalReferenceNumber": "724123456789",
                "systemTraceAuditNumber": "100428",
                "tokenIdentity": "A1B2C3",
            },
        )
    ]
    assert confirmation.amount == 2_500_000
    assert confirmation.receipt_number == RECEIPT
    assert confirmation.order_number == "140407010001"
    assert confirmation.reference_number == "724123456789"
    assert confirmation.tracking_number == "100428"


@pytest.mark.parametrize(
    ("code", "no"),
    [("25", No.DECLINED), ("2", No.REVERSED), ("921", No.WINDOW_OVER)],
)
def test_clear_no(code, no):
    for answer in (
        {"responseCode": code, "status": False, "result": None},
        CONFIRMED | {"result": PURCHASE | {"responseCode": code}},
    ):
        with pytest.raises(Refused) as refused:
            bank(answer).verify(ORDER, RECEIPT)
        assert refused.value.no is no


@pytest.mark.parametrize(
    "irankish",
    [
        confirmed(responseCode=None),
        confirmed(responseCode=True),
        confirmed(responseCode="914"),
        confirmed(responseCode="777"),
        confirmed(amount="2500000.0"),
        confirmed(amount=None),
        confirmed(retrievalReferenceNumber=""),
        confirmed(systemTraceAuditNumber="1 2"),
        bank(CONFIRMED | {"status": "true"}),
        bank(CONFIRMED | {"result": []}),
        bank(CONFIRMED | {"responseCode": "94"}),
        bank(CONFIRMED, status=500),
        bank(""),
        bank("<html>خطا</html>"),
    ],
)
def test_anything_else_is_unknown(irankish):
    with pytest.raises(Unknown):
        irankish.verify(ORDER, RECEIPT)


def test_other_deposit_identifier_is_no_confirmation():
    order = replace(ORDER, deposit_identifier="123456789012345")
    assert confirmed(paymentId="123456789012345").verify(order, RECEIPT)
    assert confirmed().verify(order, RECEIPT)
    with pytest.raises(Unknown):
        confirmed(paymentId="987").verify(order, RECEIPT)


@pytest.mark.parametrize("receipt", ["724123456789", "1-2-3", "", "۱-۲"])
def test_other_number_is_never_sent_as_a_receipt(receipt):
    irankish = confirmed()
    with pytest.raises(Unknown):
        irankish.verify(ORDER, receipt)
    assert irankish.line.sent == []


@pytest.mark.parametrize(
    "answer",
    [
        CONFIRMED,
        CONFIRMED | {"result": {"responseCode": "2"}},
        {"responseCode": "2", "status": False, "result": None},
    ],
)
def test_money_is_given_back_once(answer):
    irankish = bank(answer)
    irankish.reverse(ORDER, RECEIPT)
    [(address, body)] = irankish.line.sent
    assert address.endswith("/api/v3/confirmation/reversePurchase")
    assert body["tokenIdentity"] == "A1B2C3"


# ---- inquiry -------------------------------------------------------------------------


def test_lost_return_is_found_by_the_request_id():
    irankish = bank(FOUND)
    callback = irankish.inquire(ORDER)
    assert irankish.line.sent == [
        (
            "https://ikc.shaparak.ir/api/v3/inquiry/single",
            {
                "passPhrase": "0A1B2C3D4E5F6071",
                "terminalId": "08012345",
                "requestId": "140407010001",
                "findOption": 3,
            },
        )
    ]
    assert callback.claimed is Claimed.PAID
    assert callback.receipt_number == RECEIPT
    assert callback.order_number == "140407010001"


@pytest.mark.parametrize(
    ("answer", "claimed"),
    [
        ({"responseCode": "25", "status": False, "result": None}, Claimed.PENDING),
        (FOUND | {"result": None}, Claimed.PENDING),
        (FOUND | {"result": []}, Claimed.PENDING),
        (FOUND | {"result": PURCHASE}, Claimed.PAID),
        (FOUND | {"result": PURCHASE | {"responseCode": "51"}}, Claimed.PENDING),
        (FOUND | {"result": PURCHASE | {"responseCode": "17"}}, Claimed.CANCELLED),
        (FOUND | {"result": PURCHASE | {"isReversed": True}}, Claimed.DECLINED),
    ],
)
def test_inquiry_tells_money_from_none(answer, claimed):
    assert bank(answer).inquire(ORDER).claimed is claimed


@pytest.mark.parametrize(
    "answer",
    [
        {"responseCode": "922", "status": False},
        {"responseCode": "17", "status": False},
        FOUND | {"result": "00"},
        FOUND | {"result": [PURCHASE | {"retrievalReferenceNumber": None}]},
    ],
)
def test_inquiry_that_says_nothing_is_unknown(answer):
    with pytest.raises(Unknown):
        bank(answer).inquire(ORDER)


# ---- anything at all -----------------------------------------------------------------


@fuzz.steady
@given(fuzz.callbacks(PAID, PAID | {"responseCode": "17"}))
def test_no_return_surprises(fields):
    fuzz.bring_back(bank(), fields)


@fuzz.steady
@given(fuzz.lines(TOKEN, CONFIRMED, FOUND, {"responseCode": "25", "status": False}))
def test_no_answer_surprises(line):
    fuzz.ask_everything(speaker(line), ORDER, RECEIPT)


def test_no_single_change_surprises():
    for line in fuzz.single_changes(TOKEN, CONFIRMED, FOUND):
        fuzz.ask_everything(speaker(line), ORDER, RECEIPT)


def test_failure_is_told_without_the_token():
    with pytest.raises(Unknown) as unknown:
        bank(TOKEN | {"status": False}).start(ORDER)
    assert "A1B2C3" not in str(unknown.value)


@pytest.mark.parametrize("code", ["3", "63", "97"])
def test_no_by_the_card_closes_no_terminal(code):
    with pytest.raises(Unknown) as unknown:
        confirmed(responseCode=code).verify(ORDER, RECEIPT)
    assert not unknown.value.faulty_set_up
