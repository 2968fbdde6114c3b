"""Saman Electronic Payment (سپ), REST, generation 3.x of its manual.

Source: SEP payment gateway manuals 3.3 (Esfand 1402) and 3.6 (Dey 1404). Confidence:
official text, not tried against a live terminal. Names keep the bank's own spelling
(``OrginalAmount``).

The verify answer does not name our order, and SEP confirms the same RefNum as often as
it is asked: whoever calls must use a RefNum once. An amount that differs is to be
returned whole. Only a missing answer may be asked again, never a negative one.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn

from django.utils.translation import gettext_noop

from payment_portal.outbound import Answer
from payments.gateways.base import (
    Callback,
    Claimed,
    Confirmation,
    Line,
    Malformed,
    No,
    Order,
    Redirect,
    Refused,
    Traits,
    Unknown,
)

TOKEN_MINUTES = 20

# State of the callback -> what the payer is told happened.
STATES = {
    "OK": Claimed.PAID,
    "CanceledByUser": Claimed.CANCELLED,
    "SessionIsNull": Claimed.EXPIRED,
}

# errorCode of the token request that only an operator can mend: server address not
# registered, terminal not found, terminal disabled.
TOKEN_SET_UP = {"8", "12", "20"}

SUCCESS = {0, 2}  # done; done before
VERIFY_NO = {
    -2: No.DECLINED,  # no such transaction
    -6: No.WINDOW_OVER,  # more than half an hour old
    5: No.REVERSED,
}
# Terminal inactive, terminal unknown, server address not registered.
SET_UP = {-104, -105, -106}

RECEIPT = re.compile(r"[\x21-\x7e]{1,50}", re.ASCII)
FIELD = re.compile(r"[\x20-\x7e]{0,255}", re.ASCII)


class Sep:
    traits = Traits(
        title=gettext_noop("Saman electronic payment"),
        token_life=timedelta(minutes=TOKEN_MINUTES),
        verify_window=timedelta(minutes=30),
        verify_names_order=False,
        reverse_window=timedelta(minutes=50),
        secrets=frozenset(
            {
                "token",
                "refnum",
                "hashedpan",
                "hashedcardnumber",
                "cellnumber",
                "redirecturl",  # holds the key of the way back
            }
        ),
    )

    def __init__(self, *, line: Line, base_url: str, merchant_number: str) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number

    def start(self, order: Order) -> Redirect:
        answer = _read(
            self.line.post_json(
                f"{self.base_url}/onlinepg/onlinepg",
                {
                    "action": "token",
                    "TerminalId": self.merchant_number,
                    "Amount": order.amount,
                    "ResNum": order.number,
                    "RedirectUrl": order.callback_url,
                    "CellNumber": order.mobile.removeprefix("+98"),
                    "TokenExpiryInMin": TOKEN_MINUTES,
                },
            )
        )
        token = answer.get("token")
        if answer.get("status") == 1 and isinstance(token, str) and token:
            return self._redirect(token)
        code = str(answer.get("errorCode", ""))
        if answer.get("status") == -1 and code and code not in TOKEN_SET_UP:
            raise Refused(code)
        raise Unknown(f"token code {code}", faulty_set_up=code in TOKEN_SET_UP)

    def _redirect(self, token: str) -> Redirect:
        return Redirect(
            token=token,
            url=f"{self.base_url}/OnlinePG/OnlinePG",
            method="POST",
            fields={"Token": token},
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        for name in ("State", "Status", "Token", "ResNum", "TerminalId", "RefNum"):
            if not FIELD.fullmatch(fields.get(name, "")):
                raise Malformed(name)
        receipt = fields.get("RefNum", "")
        if receipt and not RECEIPT.fullmatch(receipt):
            raise Malformed("RefNum")
        claimed = STATES.get(fields.get("State", ""), Claimed.DECLINED)
        if claimed is Claimed.PAID and not receipt:
            claimed = Claimed.DECLINED  # an empty RefNum is not paid, whatever else
        return Callback(
            claimed=claimed,
            receipt_number=receipt if claimed is Claimed.PAID else "",
            token=fields.get("Token", ""),
            order_number=fields.get("ResNum", ""),
            merchant_number=fields.get("TerminalId", ""),
            code=fields.get("Status", ""),
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        answer = self._ask("VerifyTransaction", receipt_number)
        detail = answer.get("TransactionDetail")
        if not isinstance(detail, dict):
            raise Unknown("no transaction detail")
        try:
            return Confirmation(
                receipt_number=str(detail["RefNum"]),
                amount=_whole(detail["OrginalAmount"]),
                received=_whole(detail["AffectiveAmount"]),
                merchant_number=str(detail["TerminalNumber"]),
                reference_number=str(detail["RRN"]),
                tracking_number=str(detail.get("StraceNo") or ""),
                masked_card=str(detail.get("MaskedPan") or ""),
                code=str(answer["ResultCode"]),
            )
        except (KeyError, ValueError):
            raise Unknown("transaction detail incomplete") from None

    def reverse(self, order: Order, receipt_number: str) -> None:
        self._ask("ReverseTransaction", receipt_number, done_before={5})

    def _ask(
        self, operation: str, receipt_number: str, done_before: set[int] | None = None
    ) -> dict[str, Any]:
        """Return the answer if it is a yes."""
        answer = _read(
            self.line.post_json(
                f"{self.base_url}/verifyTxnRandomSessionkey/ipg/{operation}",
                {
                    "RefNum": receipt_number,
                    "TerminalNumber": int(self.merchant_number),
                },
            )
        )
        code = answer.get("ResultCode")
        # True equals 1 in Python; the bank sends a number.
        if not isinstance(code, int) or isinstance(code, bool):
            raise Unknown("no result code")
        if code not in SUCCESS | (done_before or set()):
            _refuse(code)
        return answer


def _refuse(code: int) -> NoReturn:
    if code in VERIFY_NO:
        raise Refused(str(code), VERIFY_NO[code])
    raise Unknown(f"code {code}", faulty_set_up=code in SET_UP)


def _whole(value: object) -> int:
    """Return a rial amount; the bank sends a JSON number without a fraction."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("amount is not a whole number")
    return value


def _read(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of a good answer; anything else is no answer."""
    if answer.status != 200:
        raise Unknown(f"http status {answer.status}", silent=answer.status >= 500)
    try:
        body = json.loads(answer.text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Unknown("not json") from None
    if not isinstance(body, dict):
        raise Unknown("not an object")
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same name twice: which one would be true?"""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found
