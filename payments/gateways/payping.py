"""PayPing, REST, version 3.

Source: one library that follows the bank's present description, and others of earlier
versions. Confidence: fair, no official text was at hand and no live terminal was tried.
To be confirmed with PayPing: the names in its answers, its codes but 110 (verified
before), what a repeated reversal is answered, and whether ``isReversible`` costs or
delays anything. Until then a no that only such a code would tell stays unknown: the
report decides, or staff.

Its amounts are toman, here and nowhere else. An amount that is no whole toman is
refused before PayPing is asked, and another terminal takes it; where there is no other,
ask for multiples of ten rials. The receipt is ``paymentRefId``; it is verified together
with the payment code that PayPing gave for our order, and the answer must name our
order. The merchant number is the name of the account, which no call sends: its token
says who asks. Names are read without regard to case, which differs between answers.
Money can be given back within half an hour because it was asked for so.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from payment_portal.outbound import Answer
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
    SPOKEN,
    field,
    json_object,
    judge,
    optional_text,
    text,
    whole,
)

TOMAN = 10  # rials
SETTLING = frozenset({202, 502})  # call again
DONE_BEFORE = "110"
ODD_RIALS = "no whole toman"  # our word: PayPing is not asked

# The HTTP status, or of a refusal the ``metaData.code`` if it is one of these.
TRIALS = {  # limits of a token for trials
    "104": Code(Kind.SET_UP),
    "112": Code(Kind.SET_UP),
}
TOLD = {DONE_BEFORE, *TRIALS}
FAULTS = {
    **TRIALS,
    "401": Code(Kind.SET_UP),  # token
    "403": Code(Kind.SET_UP),
}
START = {
    **FAULTS,
    "200": Code(Kind.YES),
    "400": Code(Kind.NO),
    "422": Code(Kind.NO),
    ODD_RIALS: Code(Kind.NO, meanings.WHOLE_TOMAN),
}
VERIFY = {
    **FAULTS,
    "200": Code(Kind.YES),
    DONE_BEFORE: Code(Kind.DONE_BEFORE),
}
REVERSE = {**FAULTS, "200": Code(Kind.YES)}

# ``paymentStatus`` of the report.
REPORT = {
    "0": Code(Kind.UNKNOWN),  # the payer has not come
    "1": Code(Kind.DONE_BEFORE),  # verified
    "2": Code(Kind.UNKNOWN),  # the payer is at the bank
    "3": Code(Kind.NO, meanings.CANCELLED),
    "4": Code(Kind.NO, meanings.DECLINED),
    "5": Code(Kind.UNKNOWN),  # waits to be verified
}
REPORTED = {
    "0": Claimed.PENDING,
    "1": Claimed.PAID,
    "2": Claimed.PENDING,
    "3": Claimed.CANCELLED,
    "4": Claimed.DECLINED,
    "5": Claimed.PAID,
}

PAYMENT_CODE = re.compile(r"[0-9A-Za-z_-]{1,100}", re.ASCII)
# In one way only: a number with zeros before it would be a second receipt.
RECEIPT = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class PayPing:
    traits = Traits(
        title=gettext_noop("PayPing"),
        token_life=timedelta(minutes=30),
        verify_window=timedelta(minutes=10),
        verify_names_order=True,
        reverse_window=timedelta(minutes=30),
        can_inquire=True,
        merchant_number="[0-9A-Za-z@._-]{1,36}",
        settings={"token": TerminalSetting("[0-9A-Za-z._-]{8,2000}")},
        secrets=frozenset(
            {
                "paymentcode",
                "code",  # the same, after verification
                "url",  # holds the payment code
                "paymentrefid",
                "refid",
                "cardhashpan",
                "payeridentity",
                "returnurl",  # holds the key of the way back
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": {"1": Code(Kind.YES)},
        "verify": VERIFY | REPORT,
        "reverse": REVERSE,
        "inquire": FAULTS | REPORT,
    }

    def __init__(
        self, *, line: Line, base_url: str, merchant_number: str, token: str
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.headers = {"Authorization": f"Bearer {token}"}

    def start(self, order: Order) -> Redirect:
        if order.amount % TOMAN:
            raise Refused(ODD_RIALS)
        asked: dict[str, object] = {
            "amount": order.amount // TOMAN,
            "returnUrl": order.callback_url,
            "payerIdentity": order.local_mobile,
            "description": order.description,
            "clientRefId": order.number,
            "isReversible": True,
        }
        said = {name: value for name, value in asked.items() if value}
        answer = self._post("/v3/pay", said)
        told = read(answer)
        judge(START, code_of(answer, told))
        code = text(told, "paymentcode", 200)
        if not PAYMENT_CODE.fullmatch(code):
            raise Unknown("paymentCode is out of shape")
        return Redirect(
            token=code,
            url=f"{self.base_url}/v3/pay/start/{code}",
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        """Read the form with its JSON document, or the flat fields of older ones.

        What is not plainly paid is left to the report.
        """
        told = lower({**fields, **document(fields.get("data", ""))})
        receipt = field(told, "paymentrefid") or field(told, "refid")
        if receipt and not RECEIPT.fullmatch(receipt):
            raise Malformed("paymentRefId")
        status = field(told, "status")
        paid = bool(receipt) and status in {"1", ""}
        return Callback(
            claimed=Claimed.PAID if paid else Claimed.PENDING,
            receipt_number=receipt if paid else "",
            token=field(told, "paymentcode") or field(told, "code"),
            order_number=field(told, "clientrefid"),
            code=field(told, "errorcode") or status,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        asked = self._named(order, receipt_number) | {"amount": order.amount // TOMAN}
        answer = self._post("/v3/pay/verify", asked)
        told = read(answer)
        code = code_of(answer, told)
        if code == DONE_BEFORE:
            # The payment itself stands where other refusals have their message.
            told = inner(inner(told, "metadata"), "message")
        elif code in VERIFY:
            judge(VERIFY, code)
        if code not in VERIFY or "amount" not in told:
            told = self._report(order)
            judge(REPORT, text(told, "paymentstatus"))
        for name in ("paymentrefid", "refid"):
            if optional_text(told, name) not in {"", receipt_number}:
                raise Unknown("other receipt")
        return Confirmation(
            receipt_number=receipt_number,
            amount=whole(told, "amount") * TOMAN,
            merchant_number=self.merchant_number,
            reference_number=receipt_number,
            masked_card=optional_text(told, "cardnumber"),
            order_number=text(told, "clientrefid"),
            code=code,
        )

    def reverse(self, order: Order, receipt_number: str) -> None:
        asked = self._named(order, receipt_number)
        answer = self._post("/v3/pay/reverse", asked)
        judge(REVERSE, code_of(answer, read(answer)))

    def inquire(self, order: Order) -> Callback:
        told = self._report(order)
        status = text(told, "paymentstatus")
        if status not in REPORTED:
            raise Unknown("no known status")
        claimed = REPORTED[status]
        receipt = optional_text(told, "refid") if claimed is Claimed.PAID else ""
        if claimed is Claimed.PAID and not RECEIPT.fullmatch(receipt):
            raise Unknown("no receipt number")
        return Callback(
            claimed=claimed,
            receipt_number=receipt,
            token=order.token,
            order_number=optional_text(told, "clientrefid"),
            code=status,
        )

    def _named(self, order: Order, receipt_number: str) -> dict[str, object]:
        if not RECEIPT.fullmatch(receipt_number):
            raise Refused("not a receipt number of this bank")
        return {"paymentRefId": int(receipt_number), "paymentCode": order.token}

    def _report(self, order: Order) -> dict[str, Any]:
        address = f"{self.base_url}/v1/report/{order.token}"
        answer = self.line.get(address, {}, **self.headers)
        told = read(answer)
        judge({**FAULTS, "200": Code(Kind.YES)}, code_of(answer, told))
        return told

    def _post(self, path: str, asked: Mapping[str, object]) -> Answer:
        return self.line.post_json(f"{self.base_url}{path}", asked, **self.headers)


def read(answer: Answer) -> dict[str, Any]:
    """Return what was answered, by lower-case names. Raises Unknown."""
    if answer.status in SETTLING:
        spoken = answer.status == 202 or answer.text.lstrip().startswith("{")
        raise Unknown("still settling", silent=not spoken)
    if answer.status == 401:  # often with nothing in it
        judge(FAULTS, "401")
    return lower(json_object(answer, SPOKEN))


def code_of(answer: Answer, told: Mapping[str, Any]) -> str:
    code = optional_text(inner(told, "metadata"), "code")
    return code if answer.status != 200 and code in TOLD else str(answer.status)


def lower(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in body.items()}


def inner(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return lower(found) if isinstance(found, dict) else {}


def document(content: str) -> dict[str, str]:
    """Return the texts and numbers of the JSON in a return. Raises Malformed."""
    if not content:
        return {}
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise Malformed("data") from None
    if not isinstance(told, dict):
        raise Malformed("data")
    plain = {name: value for name, value in told.items() if type(value) in {str, int}}
    return {name: str(value) for name, value in plain.items()}
