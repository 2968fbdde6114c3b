"""Sadad as its manual tells it."""

import base64

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from tests.payer import WayBack

TERMINAL, MERCHANT = "24000615", "000000140332725"
KEY = "ASNFZ4mrze8jRWeJq83vAUVniavN7wEj"
API = "/sadad/vpg/api/v0"


def signed(plain):
    content = plain.encode()
    left = 8 - len(content) % 8
    cipher = Cipher(TripleDES(base64.b64decode(KEY)), modes.ECB())  # noqa: S305
    encryptor = cipher.encryptor()
    secret = encryptor.update(content + bytes([left]) * left) + encryptor.finalize()
    return base64.b64encode(secret).decode()


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def token(self, path=f"{API}/Request/PaymentRequest", **changes):
        asked = {
            "MerchantId": MERCHANT,
            "TerminalId": TERMINAL,
            "Amount": 2_500_000,
            "OrderId": 7,
            "LocalDateTime": "11/22/2026 9:05:00 pm",
            "ReturnUrl": f"{self.sandbox.merchant}/bank/key/",
        } | changes
        plain = f"{TERMINAL};{asked['OrderId']};{asked['Amount']}"
        return self.sandbox.post(path, **({"SignData": signed(plain)} | asked))

    def pay(self, action="success", **changes):
        page = self.sandbox.bank_url("sadad") + "/VPG/Purchase"
        handover = WayBack(page, "GET", {"Token": self.token(**changes)["Token"]})
        return self.sandbox.pay_at(handover, action)

    def verify(self, token, **changes):
        asked = {"Token": token, "SignData": signed(token)} | changes
        return self.sandbox.post(f"{API}/Advice/Verify", **asked)


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


def row(sandbox):
    return sandbox.transaction("7")


def test_success_comes_back_by_post_and_is_verified(sandbox, merchant):
    back = merchant.pay()
    known = row(sandbox)
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    assert (back.fields["OrderId"], back.fields["token"]) == ("7", known["token"])
    assert back.fields["ResCode"] == "0"
    assert back.fields["PrimaryAccNo"] == "621986******0082"
    told = merchant.verify(known["token"])
    assert (told["ResCode"], told["Amount"], told["OrderId"]) == (0, 2_500_000, 7)
    assert (told["RetrivalRefNo"], told["SystemTraceNo"]) == (
        known["rrn"],
        known["trace"],
    )
    assert merchant.verify(known["token"])["ResCode"] == 100
    assert row(sandbox)["state"] == "verified"


@pytest.mark.parametrize(
    ("action", "switch", "state"),
    [
        ("cancel", "", "cancelled"),
        ("wrong_pin", "55", "failed"),
        ("timeout", "", "expired"),
    ],
)
def test_unpaid_endings_say_only_no(sandbox, merchant, action, switch, state):
    back = merchant.pay(action)
    assert (back.fields["ResCode"], back.fields["SwitchResCode"]) == ("-1", switch)
    assert row(sandbox)["state"] == state
    assert merchant.verify(row(sandbox)["token"])["ResCode"] == -1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"TerminalId": "7"}, 1037),
        ({"TerminalId": "24009999"}, 1033),
        ({"MerchantId": "7"}, 1028),
        ({"Amount": 0}, 1101),
        ({"OrderId": "seven"}, 1026),
        ({"SignData": "CfHaAGnGy2raFgRNwM4Jdw=="}, 1025),
        ({"SignData": None}, 1025),
        ({"LocalDateTime": "1405/09/01"}, 1012),
        ({"ReturnUrl": "http://127.0.0.1:8000/bank/"}, 1023),
        ({"MultiplexingData": {"Type": "Amount"}}, 1001),
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong, code):
    assert merchant.token(**wrong)["ResCode"] == code
    assert sandbox.ledger() == []


@pytest.mark.parametrize(
    "mistake",
    [
        "29I3E/MlgmCc7S0ERS7/kw==",  # the key was not decoded
        "CfHaAGnGy2r/VDyOvOndYQ==",  # padded with zeros
        "CfHaAGnGy2r63cJI7JUA/g==",  # chained
        "CfHaAGnGy2rzZqKiPKnfAA==",  # the amount in toman
        "CfHaAGnGy2qR6zsOErfa3A==",  # order and amount exchanged
    ],
)
def test_common_mistakes_of_signing_are_refused(merchant, mistake):
    asked = {"OrderId": 1, "Amount": 1000}
    assert merchant.token(SignData=mistake, **asked)["ResCode"] == 1025
    right = merchant.token(SignData="CfHaAGnGy2raFgRNwM4Jdw==", **asked)
    assert right["ResCode"] == 0


def test_order_number_is_used_once(merchant):
    assert merchant.token()["ResCode"] == 0
    assert merchant.token(Amount=1000)["ResCode"] == 1011


def test_another_server_is_refused(sandbox, merchant):
    sandbox.rules(psp="sadad", registered_server="10.0.0.1")
    assert merchant.token()["ResCode"] == 1003
    assert merchant.verify("x")["ResCode"] == 1003


def test_identity_has_an_address_of_its_own(sandbox, merchant):
    path = f"{API}/PaymentByIdentity/PaymentRequest"
    assert merchant.token(path, PaymentIdentity="abc")["ResCode"] == 1040
    assert merchant.token(path, PaymentIdentity="123456789012")["ResCode"] == 0
    assert row(sandbox)["deposit_identifier"] == "123456789012"


def test_manual_and_samples_have_different_addresses_and_codes(sandbox, merchant):
    sandbox.rules(psp="sadad", code_as_text=True, token_name="Token")
    answer = merchant.token("/sadad/api/v0/Request/PaymentRequest")
    assert answer["ResCode"] == "0"
    page = sandbox.bank_url("sadad") + "/Purchase"
    back = sandbox.pay_at(WayBack(page, "GET", {"Token": answer["Token"]}))
    assert back.fields["Token"] == answer["Token"]


def test_unverified_money_goes_back_after_fifteen_minutes(sandbox, merchant):
    merchant.pay()
    sandbox.advance(15 * 60 + 1)
    assert merchant.verify(row(sandbox)["token"])["ResCode"] == 101
    assert row(sandbox)["state"] == "auto_returned"


def test_verify_is_signed(sandbox, merchant):
    merchant.pay()
    token = row(sandbox)["token"]
    assert merchant.verify(token, SignData=signed("other"))["ResCode"] == 1025
    assert merchant.verify("unknown")["ResCode"] == -1
    assert row(sandbox)["state"] == "paid"
