"""Zibal, REST, version 1.

Source: the Java kit and the PHP example of the bank, and libraries that use them; its
own pages could not be read. Confidence: good, not tried with a live merchant. To be
confirmed with the bank: how long money waits to be verified and how long a trackId
lives (nothing gives a number: what is not answered within half an hour is left to
staff), and whether a refusal comes under an HTTP status other than 200 (both are read).

The merchant number is Zibal's merchant id, and its only secret. ``zibal`` itself is not
accepted: it is everybody's merchant for trials, and pays with no money. The receipt is
the trackId, which Zibal gave for our order alone. A second verification says no more
than 201, and one that finds nothing to verify 202: in both cases the inquiry tells why
within the same operation. Zibal gives money back in its panel only, not by a call.
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
    whole,
)

DONE_BEFORE, NOTHING_TO_VERIFY = "201", "202"

ALWAYS = {
    "100": Code(Kind.YES),
    "102": Code(Kind.SET_UP),  # merchant not found
    "103": Code(Kind.SET_UP),  # merchant not active
    "104": Code(Kind.SET_UP),  # merchant not valid
}

START = {
    **ALWAYS,
    "105": Code(Kind.NO, meanings.AMOUNT_TOO_SMALL),
    "106": Code(Kind.SET_UP),  # way back
    "107": Code(Kind.SET_UP),  # shares of others: none are asked for
    "108": Code(Kind.SET_UP),
    "109": Code(Kind.SET_UP),
    "110": Code(Kind.SET_UP),
    "111": Code(Kind.SET_UP),
    "112": Code(Kind.SET_UP),  # the wallet cannot pay the fee
    "113": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "114": Code(Kind.NO, meanings.NOT_THE_OWNER),  # national number
}

VERIFY = {
    **ALWAYS,
    DONE_BEFORE: Code(Kind.DONE_BEFORE),
    NOTHING_TO_VERIFY: Code(Kind.NO, meanings.DECLINED),
    "203": Code(Kind.NO, meanings.NOT_FOUND),
}

INQUIRE = ALWAYS | {"203": Code(Kind.UNKNOWN)}

# ``status`` of the return and of the inquiry.
VERIFIED, CANCELLED = "1", "3"
STATUS = {
    VERIFIED: Code(Kind.YES),
    "2": Code(Kind.YES),  # paid, not verified
    CANCELLED: Code(Kind.NO, meanings.CANCELLED),
    "4": Code(Kind.NO, meanings.CARD_NUMBER),
    "5": Code(Kind.NO, meanings.LOW_BALANCE),
    "6": Code(Kind.NO, meanings.WRONG_PASSWORD),
    "7": Code(Kind.NO, meanings.DECLINED),  # too many requests
    "8": Code(Kind.NO, meanings.COUNT_LIMIT),
    "9": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "10": Code(Kind.NO, meanings.CARD_NUMBER),  # issuer
    "11": Code(Kind.NO, meanings.BANK_BUSY),  # switch
    "12": Code(Kind.NO, meanings.BANK_BUSY),  # card not reachable
    "15": Code(Kind.REVERSED, meanings.REVERSED),
    "16": Code(Kind.REVERSED, meanings.REVERSED),  # on its way
    "18": Code(Kind.REVERSED, meanings.REVERSED),
    "21": Code(Kind.SET_UP, meanings.NOT_ACCEPTED),  # merchant
    "-1": Code(Kind.UNKNOWN),  # the payer has not finished
    "-2": Code(Kind.UNKNOWN),  # internal error
}
CLAIMS = {
    Kind.YES: Claimed.PAID,
    Kind.NO: Claimed.DECLINED,
    Kind.REVERSED: Claimed.DECLINED,
}

TRACK_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


class Zibal:
    traits = Traits(
        title=gettext_noop("Zibal"),
        token_life=timedelta(minutes=30),
        verify_window=timedelta(minutes=30),
        verify_names_order=True,
        can_inquire=True,
        smallest_amount=1_001,
        merchant_number="(?!zibal$)[0-9A-Za-z_-]{1,36}",
        secrets=frozenset(
            {
                "merchant",
                "trackid",
                "mobile",
                "callbackurl",  # holds the key of the way back
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": STATUS,
        "verify": VERIFY | STATUS,
        "inquire": INQUIRE | STATUS,
    }

    def __init__(self, *, line: Line, base_url: str, merchant_number: str) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number

    def start(self, order: Order) -> Redirect:
        asked: dict[str, object] = {
            "amount": order.amount,
            "callbackUrl": order.callback_url,
            "orderId": order.number,
            "description": order.description,
            "mobile": order.local_mobile,
        }
        said = {name: value for name, value in asked.items() if value}
        answer = self._ask("request", said)
        judge(START, text(answer, "result"))
        track_id = text(answer, "trackId")
        if not TRACK_ID.fullmatch(track_id):
            raise Unknown("trackId is out of shape")
        return Redirect(
            token=track_id,
            url=f"{self.base_url}/start/{track_id}",
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        track_id, status = field(fields, "trackId"), field(fields, "status")
        if not TRACK_ID.fullmatch(track_id):
            raise Malformed("trackId")
        claimed = claimed_by(status)
        # Of two words that contradict each other neither counts.
        if (claimed is Claimed.PAID) != (field(fields, "success") == "1"):
            claimed = Claimed.PENDING
        return Callback(
            claimed=claimed,
            receipt_number=track_id if claimed is Claimed.PAID else "",
            token=track_id,
            order_number=field(fields, "orderId"),
            code=status,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if receipt_number != order.token:
            raise Refused("other trackId")
        answer = self._ask("verify", {"trackId": int(order.token)})
        code = text(answer, "result")
        if code in {DONE_BEFORE, NOTHING_TO_VERIFY}:
            answer = self._inquiry(order)
            status = text(answer, "status")
            judge(STATUS, status)
            if (code, status) != (DONE_BEFORE, VERIFIED):
                raise Unknown("verify and inquiry contradict each other")
        else:
            judge(VERIFY, code)
        return Confirmation(
            receipt_number=receipt_number,
            amount=whole(answer, "amount"),
            merchant_number=self.merchant_number,
            # Without it the trackId is what the bank knows the payment by.
            reference_number=optional_text(answer, "refNumber") or receipt_number,
            masked_card=optional_text(answer, "cardNumber"),
            order_number=optional_text(answer, "orderId"),
            code=code,
        )

    def inquire(self, order: Order) -> Callback:
        answer = self._inquiry(order)
        status = text(answer, "status")
        if status not in STATUS:
            raise Unknown("no known status")
        claimed = claimed_by(status)
        return Callback(
            claimed=claimed,
            receipt_number=order.token if claimed is Claimed.PAID else "",
            token=order.token,
            order_number=optional_text(answer, "orderId"),
            code=status,
        )

    def _inquiry(self, order: Order) -> dict[str, Any]:
        answer = self._ask("inquiry", {"trackId": int(order.token)})
        judge(INQUIRE, text(answer, "result"))
        return answer

    def _ask(self, operation: str, asked: Mapping[str, object]) -> dict[str, Any]:
        answer = self.line.post_json(
            f"{self.base_url}/v1/{operation}",
            {"merchant": self.merchant_number, **asked},
        )
        body = json_object(answer, SPOKEN)
        if answer.status != 200 and text(body, "result") in {"100", DONE_BEFORE}:
            raise Unknown("a yes among errors")
        return body


def claimed_by(status: str) -> Claimed:
    if status == CANCELLED:
        return Claimed.CANCELLED
    kind = STATUS[status].kind if status in STATUS else Kind.UNKNOWN
    return CLAIMS.get(kind, Claimed.PENDING)
