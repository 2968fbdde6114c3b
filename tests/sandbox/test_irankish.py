"""IranKish as its published clients know it."""

import time

import pytest

from payments.gateways.irankish_envelope import envelope
from script.processes import demo_secrets
from tests.payer import WayBack

SECRETS = demo_secrets()
PASS_PHRASE = SECRETS["TERMINAL_IRANKISH_PASS_PHRASE"]
PUBLIC_KEY = SECRETS["TERMINAL_IRANKISH_PUBLIC_KEY"].replace("\\n", "\n")
ACCEPTOR = SECRETS["TERMINAL_IRANKISH_ACCEPTOR_ID"]
TERMINAL = "08012345"


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def ask(self, path, **fields):
        return self.sandbox.post(f"/irankish/api/v3/{path}", **fields)

    def token(self, sealed=None, **changes):
        asked = {
            "transactionType": "Purchase",
            "terminalId": TERMINAL,
            "acceptorId": ACCEPTOR,
            "amount": 2_500_000,
            "revertUri": f"{self.sandbox.merchant}/bank/key/",
            "requestId": "7",
            "requestTimestamp": int(time.time()),
        } | changes
        told = f"{TERMINAL}{PASS_PHRASE}{asked['amount']:012}00"
        sealed = sealed or envelope(told, PUBLIC_KEY, key=b"k" * 16, iv=b"i" * 16)
        body = {"authenticationEnvelope": sealed, "request": asked}
        return self.ask("tokenization/make", **body)

    def pay(self, action="success", **changes):
        """Go to the bank and come back: url, method, fields."""
        token = self.token(**changes)["result"]["token"]
        page = f"{self.sandbox.bank_url('irankish')}/iuiv3/IPG/Index/"
        handover = WayBack(page, "POST", {"tokenIdentity": token})
        return self.sandbox.pay_at(handover, action)

    def confirm(self, back, operation="purchase", **changes):
        names = ("retrievalReferenceNumber", "systemTraceAuditNumber")
        numbers = {name: back[name] for name in names}
        who = {"terminalId": TERMINAL, "tokenIdentity": back["token"]}
        return self.ask(f"confirmation/{operation}", **(numbers | who | changes))

    def inquire(self, **changes):
        asked = {"terminalId": TERMINAL, "passPhrase": PASS_PHRASE}
        found_by = {"findOption": 3, "requestId": "7"}
        return self.ask("inquiry/single", **(asked | found_by | changes))


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


@pytest.fixture
def back(merchant):
    return merchant.pay().fields


def row(sandbox):
    return sandbox.transaction("7")


def test_success_comes_back_by_post_with_both_numbers(sandbox, merchant):
    way = merchant.pay(paymentId="123456789012345")
    known = row(sandbox)
    assert (way.url, way.method) == ("http://localhost:8000/bank/key/", "POST")
    assert (
        way.fields
        | {
            "token": known["token"],
            "acceptorId": ACCEPTOR,
            "responseCode": "00",
            "paymentId": "123456789012345",
            "requestId": "7",
            "retrievalReferenceNumber": known["rrn"],
            "systemTraceAuditNumber": known["trace"],
            "amount": "2500000",
            "maskedPan": "621986******0082",
        }
        == way.fields
    )
    assert known["deposit_identifier"] == "123456789012345"


@pytest.mark.parametrize(
    ("action", "code"),
    [("cancel", "17"), ("wrong_pin", "55"), ("low_balance", "51"), ("timeout", "921")],
)
def test_unpaid_endings_have_no_numbers(merchant, action, code):
    fields = merchant.pay(action).fields
    assert fields["responseCode"] == code
    assert fields["retrievalReferenceNumber"] == ""
    made_up = merchant.confirm(fields | {"retrievalReferenceNumber": "1"})
    assert made_up["status"] is False


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"terminalId": "08000000"}, "3"),
        ({"acceptorId": "1"}, "3"),
        ({"amount": 10}, "928"),
        ({"amount": "much"}, "928"),
        ({"requestId": "1" * 21}, "30"),
        ({"requestTimestamp": 1}, "906"),
        ({"revertUri": "http://127.0.0.1:8000/bank/"}, "907"),
        ({"paymentId": "abc"}, "903"),
        ({"sealed": {"data": "00", "iv": "00"}}, "922"),
        ({"sealed": {"data": None}}, "922"),
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong, code):
    if wrong.get("amount") == "much":
        wrong = wrong | {"sealed": {"data": "00", "iv": "00"}}
    answer = merchant.token(**wrong)
    assert (answer["responseCode"], answer["status"]) == (code, False)
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    "told",
    [
        f"{TERMINAL}{PASS_PHRASE}00000250000100",  # another amount
        f"{TERMINAL}{'0' * 16}00000250000000",  # another pass phrase
        f"08012346{PASS_PHRASE}00000250000000",  # another terminal
    ],
)
def test_envelope_over_something_else_is_refused(merchant, told):
    sealed = envelope(told, PUBLIC_KEY, key=b"k" * 16, iv=b"i" * 16)
    assert merchant.token(sealed=sealed)["responseCode"] == "922"


def test_request_id_is_used_once(merchant):
    assert merchant.token()["responseCode"] == "00"
    assert merchant.token(amount=10_000)["responseCode"] == "94"


def test_another_server_is_refused(sandbox, merchant, back):
    sandbox.rules(psp="irankish", registered_server="10.0.0.1")
    answers = (merchant.token(), merchant.confirm(back), merchant.inquire())
    assert {answer["responseCode"] for answer in answers} == {"914"}


def test_confirmation_may_be_repeated(sandbox, merchant, back):
    for again in (False, True):
        answer = merchant.confirm(back)
        assert (answer["responseCode"], answer["status"]) == ("00", True)
        assert answer["result"]["responseCode"] == "00"
        assert answer["result"]["amount"] == "2500000"
        assert answer["result"]["requestId"] == "7"
        assert answer["result"]["duplicateVerify"] is again
    assert row(sandbox)["state"] == "verified"


def test_unknown_purchases(sandbox, merchant, back):
    assert merchant.confirm(back | {"token": "other"})["responseCode"] == "920"
    wrong = back | {"systemTraceAuditNumber": "1"}
    assert merchant.confirm(wrong)["responseCode"] == "25"
    assert row(sandbox)["state"] == "paid"


def test_unconfirmed_money_goes_back_after_twenty_minutes(sandbox, merchant, back):
    sandbox.advance(20 * 60 - 5)
    assert row(sandbox)["state"] == "paid"
    sandbox.advance(6)
    assert row(sandbox)["state"] == "auto_returned"
    assert merchant.confirm(back)["responseCode"] == "921"
    sandbox.rules(psp="irankish", late_confirmation="25")
    assert merchant.confirm(back)["responseCode"] == "25"
    assert merchant.inquire()["result"]["isReversed"] is True


def test_confirmed_money_is_given_back_once(sandbox, merchant, back):
    merchant.confirm(back)
    assert merchant.confirm(back, "reversePurchase")["status"] is True
    assert merchant.confirm(back, "reversePurchase")["responseCode"] == "2"
    assert merchant.confirm(back)["responseCode"] == "2"
    assert row(sandbox)["state"] == "reversed"


def test_lost_return_is_found(sandbox, merchant):
    assert merchant.inquire()["responseCode"] == "25"
    assert merchant.pay("close") is None
    known = row(sandbox)
    found = merchant.inquire()["result"]
    assert found["retrievalReferenceNumber"] == known["rrn"]
    assert found["systemTraceAuditNumber"] == known["trace"]
    assert (found["isVerified"], found["isReversed"]) == (False, False)
    by_token = {"findOption": 2, "tokenIdentity": known["token"]}
    assert merchant.inquire(**by_token)["result"] == found
    sandbox.rules(psp="irankish", inquiry_in_a_list=True)
    assert merchant.inquire()["result"] == [found]
    assert merchant.inquire(passPhrase="0" * 16)["responseCode"] == "63"
