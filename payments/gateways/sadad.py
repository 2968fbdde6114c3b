"""Sadad, of Bank Melli (سداد), REST with requests signed by Triple DES.

Source: the company's manual 1.10 and its own samples. Confidence: official text, not
tried against a live terminal. To be confirmed with the bank: the forms of
``LocalDateTime`` it takes (here that of its samples), payment by identity (known from
plug-ins only), and that verifying a token nobody has paid yet does it no harm.

There is no inquiry: verifying by the token, which is also the receipt, answers what
became of it, and settles what was paid. There is no reversal; what is not verified
within 15 minutes goes back by itself. The spelling of the return's names has changed in
the past, so their case is not looked at. Names keep the bank's own spelling
(``RetrivalRefNo``).
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.padding import PKCS7
from django.utils.translation import gettext_noop

from payments.gateways import meanings
from payments.gateways.base import (
    Callback,
    Claimed,
    Code,
    Codes,
    Confirmation,
    Kind,
    Line,
    Malformed,
    Order,
    Redirect,
    Refused,
    TerminalSetting,
    Traits,
    Unknown,
)
from payments.gateways.reading import (
    field,
    json_object,
    judge,
    lower_names,
    optional_text,
    text,
    whole,
)

API = "/vpg/api/v0"  # as in the company's samples; its manual leaves /vpg away

SET_UP = {
    str(code): Code(Kind.SET_UP, meanings.NOT_ACCEPTED)
    for code in [
        *[3, 23, 58, 1020, 1033, 1053],  # merchant inactive, blocked or not allowed
        *[1003, 1029],  # server address not registered
        *[1012, 1025],  # key or signature wrong
        *[1018, 1024],  # clock wrong
        *[1023, 1030],  # way back not registered
        *[1027, 1028, 1037],  # merchant or terminal number wrong
        1104,  # the terminal wants the money divided
    ]
}
BUSY = {
    str(code): Code(Kind.UNKNOWN, meanings.BANK_BUSY)
    for code in [1002, 1005, 1006, 1015, 1019, 1056, 1058, 1061, *range(1064, 1069)]
}
FAULTS = SET_UP | BUSY

START = {
    **FAULTS,
    "0": Code(Kind.YES),
    "61": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "1000": Code(Kind.NO, meanings.NOT_ACCEPTED),  # parameters
    "1001": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "1011": Code(Kind.NO, meanings.NOT_ACCEPTED),  # order number used before
    "1017": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "1026": Code(Kind.NO, meanings.NOT_ACCEPTED),  # order number
    "1031": Code(Kind.NO, meanings.TOO_SLOW),
    "1032": Code(Kind.NO, meanings.CARD_BLOCKED),
    "1036": Code(Kind.NO, meanings.NOT_ACCEPTED),  # what may be left out
    "1040": Code(Kind.NO, meanings.WRONG_IDENTIFIER),
    "1055": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "1072": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "1101": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "1103": Code(Kind.NO, meanings.NOT_ACCEPTED),  # token
    "1105": Code(Kind.REVERSED, meanings.REVERSED),
}
RETURN = START | {"-1": Code(Kind.NO, meanings.DECLINED)}
VERIFY = {
    **FAULTS,
    "0": Code(Kind.YES),
    "100": Code(Kind.DONE_BEFORE),
    "-1": Code(Kind.NO, meanings.NOT_FOUND),
    "101": Code(Kind.WINDOW_OVER, meanings.TOO_LATE),
    "1103": Code(Kind.NO, meanings.NOT_FOUND),
    "1105": Code(Kind.REVERSED, meanings.REVERSED),
}

# What verifying tells of a token that nobody has come back with: no receipt was named.
INQUIRE = VERIFY | {"1103": Code(Kind.NO, meanings.TOO_SLOW)}
CLAIMS = {
    "0": Claimed.PAID,
    "100": Claimed.PAID,
    "-1": Claimed.PENDING,
    "101": Claimed.EXPIRED,
    "1103": Claimed.EXPIRED,
    "1105": Claimed.EXPIRED,
}


class Sadad:
    traits = Traits(
        title=gettext_noop("Sadad (Bank Melli)"),
        token_life=timedelta(minutes=15),  # "limited", the manual says
        verify_window=timedelta(minutes=15),
        verify_names_order=True,
        tells_identifier=True,
        can_inquire=True,
        inquiry_settles=True,
        settings={
            "merchant_id": TerminalSetting("[0-9]{1,20}"),
            # 24 bytes: a shorter key means different things to different programs.
            "key": TerminalSetting("[A-Za-z0-9+/]{32}"),
        },
        secrets=frozenset(
            {
                "merchantid",
                "token",
                "signdata",
                "returnurl",  # holds the key of the way back
                "hashedcardno",
                "cardholderfullname",
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": RETURN,
        "verify": VERIFY,
        "inquire": INQUIRE,
    }

    def __init__(
        self,
        *,
        line: Line,
        base_url: str,
        merchant_number: str,
        merchant_id: str,
        key: str,
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.merchant_id = merchant_id
        self.key = key

    def start(self, order: Order) -> Redirect:
        plain = f"{self.merchant_number};{order.number};{order.amount}"
        body = {
            "MerchantId": self.merchant_id,
            "TerminalId": self.merchant_number,
            "Amount": order.amount,
            "OrderId": int(order.number),
            "LocalDateTime": written(order.asked_at),
            "ReturnUrl": order.callback_url,
            "SignData": signature(self.key, plain),
        }
        path = "Request/PaymentRequest"
        if order.deposit_identifier:
            body["PaymentIdentity"] = order.deposit_identifier
            path = "PaymentByIdentity/PaymentRequest"
        answer = self._call(path, body)
        judge(START, text(answer, "ResCode"))
        token = text(answer, "Token", 64)
        return Redirect(
            token=token,
            url=f"{self.base_url}/VPG/Purchase?{urlencode({'Token': token})}",
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        known = lower_names(fields)
        code, token = field(known, "rescode"), field(known, "token")
        paid = code == "0"
        if paid and not 0 < len(token) <= 64:
            raise Malformed("token")
        return Callback(
            claimed=Claimed.PAID if paid else Claimed.DECLINED,
            receipt_number=token if paid else "",
            token=token,
            order_number=field(known, "orderid"),
            code=code,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if receipt_number != order.token:
            raise Refused("other receipt")
        answer = self._verify(order)
        code = text(answer, "ResCode")
        judge(VERIFY, code)
        return Confirmation(
            receipt_number=receipt_number,
            amount=whole(answer, "Amount"),
            merchant_number=self.merchant_number,
            reference_number=text(answer, "RetrivalRefNo"),
            tracking_number=optional_text(answer, "SystemTraceNo"),
            order_number=text(answer, "OrderId"),
            code=code,
        )

    def inquire(self, order: Order) -> Callback:
        """Verify by the token: if it was paid, the money is settled by asking."""
        answer = self._verify(order)
        code = text(answer, "ResCode")
        if code not in CLAIMS:
            judge(FAULTS, code)
        claimed = CLAIMS[code]
        paid = claimed is Claimed.PAID
        return Callback(
            claimed=claimed,
            receipt_number=order.token if paid else "",
            token=order.token,
            order_number=text(answer, "OrderId") if paid else "",
            code=code,
        )

    def _verify(self, order: Order) -> dict[str, Any]:
        sign = signature(self.key, order.token)
        return self._call("Advice/Verify", {"Token": order.token, "SignData": sign})

    def _call(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        url = f"{self.base_url}{API}/{path}"
        return json_object(self.line.post_json(url, body))


def written(moment: datetime) -> str:
    """Return a moment as the company's samples write it: 09/23/2025 3:05:09 pm."""
    half = "am" if moment.hour < 12 else "pm"
    return f"{moment:%m/%d/%Y} {moment.hour % 12 or 12}:{moment:%M:%S} {half}"


def signature(key: str, plain: str) -> str:
    """Return the bank's signature of a text. Raises Unknown for a weak key."""
    secret = base64.b64decode(key)
    # The lowest bit of each byte is not part of the key.
    first, second, third = (
        bytes(byte & 0xFE for byte in secret[start : start + 8]) for start in (0, 8, 16)
    )
    if first == second or second == third:
        raise Unknown("the key is only a single DES key", faulty_set_up=True)
    padder = PKCS7(64).padder()
    padded = padder.update(plain.encode()) + padder.finalize()
    # Neither cipher nor mode is our choice, and nothing is kept secret by them.
    encryptor = Cipher(TripleDES(secret), modes.ECB()).encryptor()  # noqa: S305
    signed = encryptor.update(padded) + encryptor.finalize()
    return base64.b64encode(signed).decode()
