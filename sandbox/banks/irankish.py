"""IranKish, REST generation 3, as its published clients know it.

There is no text of its guide. What the clients do not tell is answered with status 501
and a text that begins with "sandbox:", or chosen by a rule. Not played: split, bills,
special terms, and the check digits of a deposit identifier.
"""

import hashlib
import re
from datetime import timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

OK, NOT_FOUND, REVERSED = "00", "25", "2"
TEXTS = {OK: "عملیات با موفقیت انجام شد", "922": "پاکت دیجیتال نامعتبر است"}
# outcome: responseCode; what a payer who was too slow brings is a rule
CODES = {"success": OK, "cancel": "17", "wrong_pin": "55", "low_balance": "51"}
FOUND_BY = {1: "retrievalReferenceNumber", 2: "tokenIdentity", 3: "requestId"}
FIELDS = {
    "retrievalReferenceNumber": "rrn",
    "systemTraceAuditNumber": "trace_no",
    "tokenIdentity": "token",
    "requestId": "order_number",
}
NOT_PLAYED = ("multiplexParameters", "billInfo", "additionalParameters")


class Irankish(Bank):
    psp = "irankish"
    title = "ایران‌کیش"
    terminals = (
        Terminal("08012345", alias="irankish"),
        Terminal("08099999", title="پایانه غیرفعال", is_active=False),
    )
    operations = ("token", "inquire", "verify", "reverse")
    token_life = timedelta(minutes=30)
    verify_within = timedelta(minutes=20)
    mask = "******"
    rules = {
        "oldest_request": 3600,  # seconds; 906 above that
        "timeout_code": "921",  # what a payer who was too slow brings
        "late_confirmation": "921",  # of money that has gone back
        "inquiry_in_a_list": False,
    }
    names = {
        "amount": ("amount",),
        "order": ("requestId",),
        "receipt": ("retrievalReferenceNumber",),
        "terminal": ("acceptorId", "merchantId"),
    }

    def urls(self):
        return [
            self.call("api/v3/tokenization/make", "token", self.token),
            path("iuiv3/IPG/Index/", self.index),
            self.call("api/v3/confirmation/purchase", "verify", self.purchase),
            self.call("api/v3/confirmation/reversePurchase", "reverse", self.reverse),
            self.call("api/v3/inquiry/single", "inquire", self.inquire),
        ]

    def refusal(self, call, code, text=""):
        return answered(None, code, text)

    def index(self, request):
        return entrance.enter(self, request, request.POST.get("tokenIdentity", ""))

    def token(self, call):
        asked, sealed = (
            call.data.get(name) for name in ("request", "authenticationEnvelope")
        )
        if not isinstance(asked, dict) or not isinstance(sealed, dict):
            raise Refused("30")
        self.check_server(call, "914")
        terminal = self.open_terminal(asked.get("terminalId"), unknown="3", closed="3")
        if not terminal.knows(acceptor_id=asked.get("acceptorId")):
            raise Refused("3")
        self.check_played(asked)
        amount = reading.whole(asked, "amount", least=1000, wrong="928")
        if not is_sealed(sealed, terminal, amount):
            raise Refused("922")
        self.check_moment(asked, call.now)
        made = self.create(
            call,
            terminal,
            amount=amount,
            order_number=reading.text(asked, "requestId", 20, wrong="30"),
            callback_url=reading.registered_address(
                asked, "revertUri", 1000, wrong="907"
            ),
            deposit_identifier=identifier(asked),
            mobile=str(asked.get("cmsPreservationId") or "")[:20],
            duplicate=Refused("94"),
        )
        return answered(
            {
                "token": made.token,
                "initiateTimeStamp": int(made.created_at.timestamp()),
                "expiryTimeStamp": int(made.expires_at.timestamp()),
                "transactionType": "Purchase",
                "billInfo": None,
            }
        )

    def check_played(self, asked):
        if asked.get("transactionType") != "Purchase":
            raise Unspecified("only transactionType Purchase is played here")
        for name in NOT_PLAYED:
            if asked.get(name):
                raise Unspecified(f"{name} is not played here")

    def check_moment(self, asked, now):
        moment = reading.whole(asked, "requestTimestamp", wrong="30")
        if now.timestamp() - moment > self.rule("oldest_request"):
            raise Refused("906")

    def way_back(self, paying):
        code = CODES.get(paying.outcome) or self.rule("timeout_code")
        terminal = self.terminal_of(paying)
        return {
            "token": paying.token,
            "acceptorId": terminal.secret("ACCEPTOR_ID"),
            "merchantId": terminal.secret("ACCEPTOR_ID"),
            "responseCode": code,
            "paymentId": paying.deposit_identifier,
            "requestId": paying.order_number,
            "sha256OfPan": paying.card_hash,
            "sha1OfPan": "",
            "retrievalReferenceNumber": paying.rrn,
            "systemTraceAuditNumber": paying.trace_no,
            "amount": paying.amount,
            "maskedPan": paying.card_mask,
            "ttl": "",
        }

    def purchase(self, call):
        """The confirmation; again and again while the money is with the merchant."""
        paid = self.known(call)
        if self.verified(paid, call.now):
            return answered(facts(paid, duplicateVerify=False))
        if paid.state == State.VERIFIED:
            return answered(facts(paid, duplicateVerify=True))
        if paid.state == State.AUTO_RETURNED:
            raise Refused(self.rule("late_confirmation"))
        raise Refused(REVERSED)

    def reverse(self, call):
        paid = self.known(call)
        same_day = paid.paid_at and day(paid.paid_at) == day(call.now)
        if paid.state == State.VERIFIED and not same_day:
            raise Unspecified("a purchase of another day is reversed")
        if paid.state == State.PAID:
            raise Unspecified("a purchase is reversed before it was confirmed")
        if self.given_back(paid, call.now):
            return answered(facts(paid))
        raise Refused(REVERSED)

    def known(self, call):
        """The paid purchase of this token under these two numbers."""
        self.check_server(call, "914")
        names = ("tokenIdentity", "retrievalReferenceNumber", "systemTraceAuditNumber")
        token, *numbers = (
            reading.text(call.data, name, 50, wrong="30") for name in names
        )
        terminal = self.open_terminal(
            call.data.get("terminalId"), unknown="3", closed="3"
        )
        paid = self.find(call, terminal=terminal.number, token=token)
        if paid is None:
            raise Refused("920")
        if paid.outcome != "success" or [paid.rrn, paid.trace_no] != numbers:
            raise Refused(NOT_FOUND)
        return paid

    def inquire(self, call):
        self.check_server(call, "914")
        terminal = self.open_terminal(
            call.data.get("terminalId"), unknown="3", closed="3"
        )
        if not terminal.knows(pass_phrase=call.data.get("passPhrase")):
            raise Refused("63")
        name = FOUND_BY.get(call.data.get("findOption"))
        if name is None:
            raise Refused("30")
        known = {FIELDS[name]: reading.text(call.data, name, 50, wrong="30")}
        asked = self.find(call, terminal=terminal.number, **known)
        if asked is None or not asked.outcome:
            raise Refused(NOT_FOUND)
        found = facts(
            asked,
            CODES.get(asked.outcome) or self.rule("timeout_code"),
            isVerified=asked.verified_at is not None,
            isReversed=asked.state in {State.REVERSED, State.AUTO_RETURNED},
            isMultiplex=False,
        )
        return answered([found] if self.rule("inquiry_in_a_list") else found)


def answered(result, code=OK, text=""):
    return {
        "responseCode": code,
        "description": text or TEXTS.get(code, ""),
        "status": code == OK,
        "result": result,
    }


def facts(paid, code=OK, **more):
    moment = timezone.localtime(paid.paid_at) if paid.paid_at else None
    return {
        "responseCode": code,
        "systemTraceAuditNumber": paid.trace_no,
        "retrievalReferenceNumber": paid.rrn,
        "transactionDate": f"{moment:%Y%m%d}" if moment else "",
        "transactionTime": f"{moment:%H%M%S}" if moment else "",
        "processCode": "000000",
        "requestId": paid.order_number,
        "paymentId": paid.deposit_identifier or None,
        "amount": str(paid.amount),
        "maskedPan": paid.card_mask,
        **more,
    }


def identifier(asked):
    found = str(asked.get("paymentId") or "")
    if not re.fullmatch(r"[0-9]{0,30}", found, re.ASCII):
        raise Refused("903")
    return found


def day(moment):
    return timezone.localtime(moment).date()


def is_sealed(sealed, terminal, amount):
    """Whether the envelope is closed over this terminal, its pass phrase and amount."""
    key = load_pem_private_key(
        terminal.secret("PRIVATE_KEY").replace("\\n", "\n").encode(), None
    )
    told = f"{terminal.number}{terminal.secret('PASS_PHRASE')}{amount:012}00"
    try:
        data, iv = (bytes.fromhex(str(sealed.get(name))) for name in ("data", "iv"))
        opened = key.decrypt(data, padding.PKCS1v15())
        padder = PKCS7(128).padder()
        padded = padder.update(bytes.fromhex(told)) + padder.finalize()
        cipher = Cipher(algorithms.AES(opened[:16]), modes.CBC(iv)).encryptor()
    except (ValueError, UnsupportedAlgorithm):
        return False
    digest = hashlib.sha256(cipher.update(padded) + cipher.finalize()).digest()
    return opened[16:] == digest


BANK = Irankish()
