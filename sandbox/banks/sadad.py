"""Sadad, of Bank Melli: REST signed by Triple DES, manual 1.10.

Its addresses are answered with /vpg, as in the company's samples, and without, as in
its manual. Not played: splitting, several identifiers, and checks of the card's owner.
The clock of a request is read, but never refused: no source says how wrong it may be.
"""

import base64
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank
from sandbox.models import State
from sandbox.reading import Refused
from sandbox.terminals import Terminal

# Of the company's samples in PHP, and of .NET.
MOMENTS = ("%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S")
NOT_PLAYED = ("MultiplexingData", "MultiIdentityData", "PanAuthenticationType")
WORDS = {
    "0": "عملیات با موفقیت انجام شد",
    "100": "تراکنش تکراری است و پیش‌تر موفق ثبت شده است",
    "-1": "پارامترهای ارسالی صحیح نیست یا تراکنش وجود ندارد",
    "101": "مهلت ارسال تراکنش به پایان رسیده است",
    "1003": "نشانی سرور پذیرنده معتبر نیست",
    "1011": "درخواست تکراری است",
    "1025": "امضای تراکنش نامعتبر است",
}
# What the card network says of an ending; nothing if it was never asked.
SWITCH = {"success": "00", "wrong_pin": "55", "low_balance": "51"}


class Sadad(Bank):
    psp = "sadad"
    title = "سداد (بانک ملی ایران)"
    terminals = (
        Terminal("24000615", alias="sadad"),
        Terminal("24009999", title="پایانه غیرفعال", is_active=False),
    )
    operations = ("token", "verify")
    token_life = timedelta(minutes=15)
    verify_within = timedelta(minutes=15)
    mask = "******"
    rules = {
        "code_as_text": False,  # ResCode is seen as number and as text
        "token_name": "token",  # of the way back; it was Token, too
    }
    names = {
        "amount": ("Amount",),
        "order": ("OrderId",),
        "receipt": ("token", "Token"),
    }

    def urls(self):
        return [*self.addresses("", ""), *self.addresses("vpg/", "VPG/")]

    def addresses(self, api, page):
        asked = f"{api}api/v0"
        by_identity = f"{asked}/PaymentByIdentity/PaymentRequest"
        return [
            self.call(f"{asked}/Request/PaymentRequest", "token", self.token),
            self.call(by_identity, "token", self.token_with_identity),
            self.call(f"{asked}/Advice/Verify", "verify", self.verify),
            path(f"{page}Purchase", self.purchase),
        ]

    def said(self, code, **facts):
        told = code if self.rule("code_as_text") else int(code)
        return {"ResCode": told, "Description": WORDS.get(code, ""), **facts}

    def refusal(self, call, code, text=""):
        answer = self.said(str(code))
        return answer | {"Description": text} if text else answer

    def purchase(self, request):
        return entrance.enter(self, request, request.GET.get("Token", ""))

    def new_token(self):
        return secrets.token_hex(20)

    def token(self, call, identity=""):
        data = call.data
        self.check_server(call, "1003")
        terminal = self.open_terminal(
            data.get("TerminalId"), unknown="1037", closed="1033"
        )
        if not terminal.knows(merchant_id=data.get("MerchantId")):
            raise Refused("1028")
        for name in NOT_PLAYED:
            if data.get(name):
                raise Refused("1001", f"sandbox: {name} is not played here")
        amount = reading.whole(data, "Amount", wrong="1101")
        order = reading.whole(data, "OrderId", most=2**63 - 1, wrong="1026")
        check_signature(terminal, f"{terminal.number};{order};{amount}", data)
        check_moment(data.get("LocalDateTime"))
        asked = self.create(
            call,
            terminal,
            order_number=str(order),
            amount=amount,
            callback_url=reading.registered_address(
                data, "ReturnUrl", 1000, wrong="1023"
            ),
            mobile=str(data.get("UserId") or "")[:20],
            deposit_identifier=identity,
            duplicate=Refused("1011"),
        )
        return self.said("0", Token=asked.token)

    def token_with_identity(self, call):
        identity = reading.text(call.data, "PaymentIdentity", 30, wrong="1040")
        if not identity.isdigit():
            raise Refused("1040")
        return self.token(call, identity)

    def way_back(self, paying):
        paid = paying.outcome == "success"
        return {
            "OrderId": paying.order_number,
            self.rule("token_name"): paying.token,
            "ResCode": 0 if paid else -1,
            "HashedCardNo": paying.card_hash,
            "PrimaryAccNo": paying.card_mask,
            "SwitchResCode": SWITCH.get(paying.outcome, ""),
            "CardHolderFullName": "",
        }

    def verify(self, call):
        self.check_server(call, "1003")
        token = reading.text(call.data, "Token", 200, wrong="-1")
        paid = self.find(call, token=token)
        if paid is None:
            raise Refused("-1")
        check_signature(self.terminal_of(paid), token, call.data)
        if self.verified(paid, call.now):
            return self.facts("0", paid)
        if paid.state == State.VERIFIED:
            return self.facts("100", paid)
        raise Refused("101" if paid.state == State.AUTO_RETURNED else "-1")

    def facts(self, code, paid):
        return self.said(
            code,
            Amount=paid.amount,
            RetrivalRefNo=paid.rrn,
            SystemTraceNo=paid.trace_no,
            OrderId=int(paid.order_number),
            TransactionDate=f"{timezone.localtime(paid.paid_at):%m/%d/%Y %H:%M:%S}",
            CardHolderFullName="",
        )


def check_signature(terminal, plain, data):
    right = signature(terminal.secret("KEY"), plain)
    if not hmac.compare_digest(right, str(data.get("SignData")).encode()):
        raise Refused("1025")


def signature(key, plain):
    padder = padding.PKCS7(64).padder()
    padded = padder.update(plain.encode()) + padder.finalize()
    # The cipher is the company's choice.
    cipher = Cipher(TripleDES(base64.b64decode(key)), modes.ECB())  # noqa: S305
    encryptor = cipher.encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize())


def check_moment(text):
    for form in MOMENTS:
        try:
            datetime.strptime(str(text), form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return
    raise Refused("1012")


BANK = Sadad()
