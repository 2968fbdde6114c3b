"""ZarinPal, REST, version 4.

Source: the pages and the PHP kit of the bank. Confidence: official text, not tried with
a live terminal. To be confirmed with the bank: how long money waits to be verified (no
page gives a number, and a notice of 2021 says that it does not go back by itself: what
is not answered within half an hour is left to staff), and how long an authority lives.

The merchant number is ZarinPal's merchant id, and its only secret. Amounts are in rial,
which every request says. Answers name neither the amount nor our order: ZarinPal only
compares the amount it is sent (-50), and finds the payment by the authority, which it
gave for our order alone. So that is the receipt number, and the amount confirmed is the
one that was sent. A return says no more than OK or NOK; whether the payer cancelled is
not told. Money must not be settled without us: ``auto_verify`` is false.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

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
    Traits,
    Unknown,
)
from payments.gateways.reading import (
    SPOKEN,
    field,
    json_object,
    judge,
    optional_text,
    text,
)

ALWAYS = {
    "100": Code(Kind.YES),
    "-10": Code(Kind.SET_UP),  # merchant id or server address
    "-11": Code(Kind.SET_UP),  # merchant not active
    "-12": Code(Kind.UNKNOWN),  # asked too often: later
    "-15": Code(Kind.SET_UP),  # terminal suspended
    "-16": Code(Kind.SET_UP),  # level of the merchant
    "-17": Code(Kind.SET_UP),
    "-18": Code(Kind.SET_UP),  # address of the site
    "-19": Code(Kind.SET_UP),  # terminal barred
}

START = {
    **ALWAYS,
    "-9": Code(Kind.NO),  # validation
    "-13": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "-14": Code(Kind.SET_UP),  # domain of the way back
    "-30": Code(Kind.SET_UP),  # shares of others: none are asked for
    "-31": Code(Kind.SET_UP),
    "-32": Code(Kind.SET_UP),
    "-33": Code(Kind.SET_UP),
    "-34": Code(Kind.SET_UP),
    "-35": Code(Kind.SET_UP),
    "-39": Code(Kind.SET_UP),
    "-40": Code(Kind.NO),  # an extra parameter
}

VERIFY = {
    **ALWAYS,
    "101": Code(Kind.DONE_BEFORE),
    "-50": Code(Kind.NO, meanings.DECLINED),  # paid was another amount
    "-51": Code(Kind.NO, meanings.DECLINED),
    "-52": Code(Kind.UNKNOWN),
    "-53": Code(Kind.NO, meanings.NOT_FOUND),  # another merchant's
    "-54": Code(Kind.NO, meanings.NOT_FOUND),
}

REVERSE = {
    **ALWAYS,
    "-60": Code(Kind.NO),
    "-61": Code(Kind.NO),  # not to be reversed, or reversed before
    "-62": Code(Kind.SET_UP),  # no server address registered
}

RETURN = {
    "OK": Code(Kind.YES),
    "NOK": Code(Kind.NO, meanings.DECLINED),
}
CLAIMS = {"OK": Claimed.PAID, "NOK": Claimed.DECLINED}
REVERSED = "REVERSED"
STATUSES = {
    "PAID": Claimed.PAID,
    "VERIFIED": Claimed.PAID,
    "IN_BANK": Claimed.PENDING,
    "FAILED": Claimed.DECLINED,
    REVERSED: Claimed.DECLINED,
}
SAID = {
    "FAILED": Code(Kind.NO, meanings.DECLINED),
    REVERSED: Code(Kind.REVERSED, meanings.REVERSED),
}

AUTHORITY = re.compile(r"[AS][0-9A-Za-z]{35}", re.ASCII)
LONGEST = 500  # description


class ZarinPal:
    traits = Traits(
        title=gettext_noop("ZarinPal"),
        token_life=timedelta(minutes=30),
        verify_window=timedelta(minutes=30),
        verify_names_order=False,
        reverse_window=timedelta(minutes=30),
        can_inquire=True,
        merchant_number="[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
        secrets=frozenset(
            {
                "merchant_id",
                "authority",
                "card_hash",
                "mobile",
                "callback_url",  # holds the key of the way back
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": RETURN,
        "verify": VERIFY,
        "reverse": REVERSE,
        "inquire": ALWAYS | SAID,
    }

    def __init__(self, *, line: Line, base_url: str, merchant_number: str) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number

    def start(self, order: Order) -> Redirect:
        metadata: dict[str, object] = {"order_id": order.number, "auto_verify": False}
        if order.local_mobile:
            metadata["mobile"] = order.local_mobile
        data = self._ask(
            "request",
            START,
            {
                "amount": order.amount,
                "currency": "IRR",
                "description": (order.description or order.number)[:LONGEST],
                "callback_url": order.callback_url,
                "metadata": metadata,
            },
        )
        authority = text(data, "authority")
        if not AUTHORITY.fullmatch(authority):
            raise Unknown("authority is out of shape")
        return Redirect(
            token=authority,
            url=f"{self.base_url}/pg/StartPay/{authority}",
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        status, authority = field(fields, "Status"), field(fields, "Authority")
        claimed = CLAIMS.get(status, Claimed.PENDING)
        if not AUTHORITY.fullmatch(authority):
            raise Malformed("Authority")
        return Callback(
            claimed=claimed,
            receipt_number=authority if claimed is Claimed.PAID else "",
            token=authority,
            code=status,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if receipt_number != order.token:
            raise Refused("other authority")
        asked = {"amount": order.amount, "authority": receipt_number}
        data = self._ask("verify", VERIFY, asked)
        return Confirmation(
            receipt_number=receipt_number,
            amount=order.amount,
            merchant_number=self.merchant_number,
            reference_number=text(data, "ref_id"),
            masked_card=optional_text(data, "card_pan"),
            code=text(data, "code"),
        )

    def reverse(self, order: Order, receipt_number: str) -> None:
        if receipt_number != order.token:
            raise Refused("other authority")
        try:
            self._ask("reverse", REVERSE, {"authority": receipt_number})
        except Refused:
            # It may have been done before, and the answer was lost.
            if self._status(order) != REVERSED:
                raise

    def inquire(self, order: Order) -> Callback:
        status = self._status(order)
        claimed = STATUSES[status]
        return Callback(
            claimed=claimed,
            receipt_number=order.token if claimed is Claimed.PAID else "",
            token=order.token,
            code=status,
        )

    def _status(self, order: Order) -> str:
        data = self._ask("inquiry", ALWAYS, {"authority": order.token})
        status = optional_text(data, "status")
        if status not in STATUSES:
            raise Unknown("no known status")
        return status

    def _ask(
        self, operation: str, codes: Mapping[str, Code], asked: Mapping[str, object]
    ) -> dict[str, Any]:
        """Return the data of a yes.

        Of ``data`` and ``errors`` one is an object and the other an empty array.
        """
        answer = self.line.post_json(
            f"{self.base_url}/pg/v4/payment/{operation}.json",
            {"merchant_id": self.merchant_number, **asked},
        )
        body = json_object(answer, SPOKEN)
        data, errors = body.get("data"), body.get("errors")
        told = errors or data
        if not isinstance(told, dict) or (data and errors):
            raise Unknown("neither data nor errors")
        judge(codes, text(told, "code"))
        if errors or answer.status != 200:
            raise Unknown("a yes among errors")
        return told
