"""Sepehr (پرداخت الکترونیک سپهر), REST, version 3.0 of its manual.

Source: manuals 2.1 and 3.0. Confidence: official text, not tried against a live
terminal. ``PeymentApi`` is the bank's own spelling; answers spell their names in more
than one way (``AccessToken``, ``Accesstoken``, ``OK``, ``Ok``), so letters' case is
ignored there. To be confirmed with the bank: how long a token lives; that -4 is what a
late Advice gets; whether Rollback is enabled (only on written request); which address
the terminal is on (the newer one is the same API below ``/Rest`` and ``/Payment``).

Advice may be repeated and tells the amount, but neither our order nor the terminal:
whoever calls must use a digital receipt once. It names no reference number, and those
of the return come through the browser, so the digital receipt is the reference number.

The deposit identifier travels as ``nationalCode`` in the form that the payer's browser
posts: the payer can see it and change it, and no answer repeats it. Whether money came
in under the right identifier can be seen in the bank's report only.
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
    Traits,
    Unknown,
)
from payments.gateways.reading import field, json_object, judge, text, whole

START = {
    "0": Code(Kind.YES),
    "-1": Code(Kind.UNKNOWN),
    "-2": Code(Kind.SET_UP),  # server address not registered, or port 8081 closed
    "-3": Code(Kind.UNKNOWN),
    "-5": Code(Kind.SET_UP),  # server address not registered
}

RETURN = {
    "0": Code(Kind.YES),
    "-1": Code(Kind.NO, meanings.CANCELLED),
    "-2": Code(Kind.NO, meanings.TOO_SLOW),
}
CLAIMS = {"0": Claimed.PAID, "-1": Claimed.CANCELLED, "-2": Claimed.EXPIRED}

VERIFY = {
    "OK": Code(Kind.YES),
    "DUPLICATE": Code(Kind.DONE_BEFORE),
    "-1": Code(Kind.NO, meanings.NOT_FOUND),
    "-2": Code(Kind.REVERSED, meanings.REVERSED),
    "-3": Code(Kind.UNKNOWN),
    "-4": Code(Kind.WINDOW_OVER, meanings.TOO_LATE),  # not possible any more
    "-5": Code(Kind.SET_UP),
}
REVERSE = {
    "OK": Code(Kind.YES),
    "DUPLICATE": Code(Kind.DONE_BEFORE),
    "-1": Code(Kind.NO, meanings.NOT_FOUND),
    "-2": Code(Kind.DONE_BEFORE),
    "-3": Code(Kind.UNKNOWN),
    "-4": Code(Kind.NO),  # not possible any more
    "-5": Code(Kind.SET_UP),
    "-6": Code(Kind.NO),  # not enabled: no reason to send no more payers
}

RECEIPT = re.compile(r"[\x21-\x7e]{1,50}", re.ASCII)


class Sepehr:
    traits = Traits(
        title=gettext_noop("Sepehr electronic payment"),
        token_life=timedelta(minutes=30),
        verify_window=timedelta(minutes=30),
        verify_names_order=False,
        tells_identifier=True,
        reverse_window=timedelta(minutes=30),
        smallest_amount=1_000,
        merchant_number="[1-9][0-9]{7}",
        secrets=frozenset(
            {
                "accesstoken",
                "digitalreceipt",
                "callbackurl",  # holds the key of the way back
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": RETURN,
        "verify": VERIFY,
        "reverse": REVERSE,
    }

    def __init__(
        self, *, line: Line, base_url: str, page_url: str, merchant_number: str
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.page_url = page_url
        self.merchant_number = merchant_number

    def start(self, order: Order) -> Redirect:
        answer = self._post(
            "GetToken",
            {
                "Amount": order.amount,
                "callbackURL": order.callback_url,
                "invoiceID": order.number,
                "terminalID": int(self.merchant_number),
            },
        )
        judge(START, text(answer, "status"))
        token = text(answer, "accesstoken", 200)
        fields = {"TerminalID": self.merchant_number, "token": token}
        if order.deposit_identifier:
            fields["nationalCode"] = order.deposit_identifier
        return Redirect(
            token=token, url=f"{self.page_url}/Pay", method="POST", fields=fields
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        receipt = field(fields, "digitalreceipt")
        if receipt and not RECEIPT.fullmatch(receipt):
            raise Malformed("digitalreceipt")
        code = field(fields, "respcode")
        claimed = CLAIMS.get(code, Claimed.DECLINED)
        if claimed is Claimed.PAID and not receipt:
            claimed = Claimed.DECLINED
        return Callback(
            claimed=claimed,
            receipt_number=receipt if claimed is Claimed.PAID else "",
            order_number=field(fields, "invoiceid"),
            merchant_number=field(fields, "terminalid"),
            code=code,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        """Advise; the amount that comes back is all that the bank tells."""
        code, answer = self._act("Advice", VERIFY, receipt_number)
        amount = whole(answer, "returnid")
        if amount <= 0:  # a code of a no, beside a yes
            raise Unknown("no amount")
        return Confirmation(
            receipt_number=receipt_number,
            amount=amount,
            merchant_number=self.merchant_number,
            reference_number=receipt_number,
            code=code,
        )

    def reverse(self, order: Order, receipt_number: str) -> None:
        self._act("Rollback", REVERSE, receipt_number)

    def _act(
        self, operation: str, codes: Mapping[str, Code], receipt_number: str
    ) -> tuple[str, dict[str, Any]]:
        """Return the code and the answer if it is a yes."""
        if not RECEIPT.fullmatch(receipt_number):
            raise Unknown("not a receipt number of this bank")
        answer = self._post(
            operation,
            {"digitalreceipt": receipt_number, "Tid": int(self.merchant_number)},
        )
        code = text(answer, "status").upper()
        if code == "NOK":
            code = text(answer, "returnid")
            if not code.startswith("-"):
                raise Unknown("no code")
        judge(codes, code)
        return code, answer

    def _post(self, operation: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Return the answer with its names in small letters."""
        url = f"{self.base_url}/V1/PeymentApi/{operation}"
        answer = json_object(self.line.post_json(url, body))
        names = {name.lower(): value for name, value in answer.items()}
        if len(names) != len(answer):
            raise Unknown("a name twice")
        return names
