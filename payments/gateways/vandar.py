"""Vandar, REST, version 3 (version 4 has the same fields at another address).

Source: the pages of the bank, of 1401. Confidence: official text, not tried with a live
terminal. To be confirmed with the bank: what it says of an order whose payer has not
finished (here that decides nothing), and every value of ``payment_status`` but OK.

Amounts are in rial and come back as decimal text. Vandar knows a shop by its key alone,
so the merchant number is the name of the business in its panel, which no call sends.
The receipt is the token, which Vandar gave for our order alone, and which its pay page
takes once. Verification says yes a single time; whatever else it says, the transaction
tells what happened, so an answer that was lost is found again (code 2). Refusals are
sentences: what they name is taken for the code. Where the payer carries the fee, the
amount is ours and the fee, and ``realAmount`` ours; the transaction does not tell the
fee, so an amount with a fee that only it could tell stays unknown. Money goes back
through another service of Vandar's, from the wallet, which is not spoken here.
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
)

YES, NO = "1", "0"

# What a refusal names, beside the numbers of ``status``.
NAMED = {
    "api_key": Code(Kind.SET_UP),
    "api key": Code(Kind.SET_UP),
    "IP": Code(Kind.SET_UP),  # server address not registered
}

NAMED_AT_START = {
    **NAMED,
    "callback_url": Code(Kind.SET_UP),
    "amount": Code(Kind.NO, meanings.AMOUNT_TOO_SMALL),
}

START = {
    **NAMED_AT_START,
    YES: Code(Kind.YES),
    NO: Code(Kind.NO),
}

# Of anything but a yes the transaction tells why.
VERIFY = {
    **NAMED,
    YES: Code(Kind.YES),
    NO: Code(Kind.UNKNOWN),
    "2": Code(Kind.UNKNOWN),  # verified before
    "3": Code(Kind.UNKNOWN),  # too late
}

# ``code`` of the transaction.
VERIFIED = "2"
TRANSACTION = {
    "0": Code(Kind.UNKNOWN),  # its data are wrong
    "1": Code(Kind.UNKNOWN),  # waits to be verified
    VERIFIED: Code(Kind.DONE_BEFORE),
    "3": Code(Kind.WINDOW_OVER, meanings.TOO_LATE),
    "4": Code(Kind.NO, meanings.DECLINED),
}

RETURN = {
    "OK": Code(Kind.YES),
    "FAILED": Code(Kind.NO, meanings.DECLINED),
}
CLAIMS = {"OK": Claimed.PAID, "FAILED": Claimed.DECLINED}
FOUND = {
    "1": Claimed.PAID,
    VERIFIED: Claimed.PAID,
    "3": Claimed.EXPIRED,
    "4": Claimed.DECLINED,
}

TOKEN = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
RIALS = re.compile(r"([0-9]{1,15})(?:\.0{1,4})?", re.ASCII)
LONGEST = 255  # description


class Vandar:
    traits = Traits(
        title=gettext_noop("Vandar"),
        token_life=timedelta(minutes=20),
        verify_window=timedelta(minutes=20),
        verify_names_order=True,
        can_inquire=True,
        merchant_number="[0-9A-Za-z_-]{1,36}",
        settings={"api_key": TerminalSetting("[0-9A-Za-z_-]{8,200}")},
        secrets=frozenset(
            {
                "api_key",
                "token",
                "cid",
                "mobile",
                "mobile_number",
                "callback_url",  # holds the key of the way back
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": RETURN,
        "verify": VERIFY | TRANSACTION,
        "inquire": NAMED | TRANSACTION,
    }

    def __init__(
        self, *, line: Line, base_url: str, merchant_number: str, api_key: str
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.api_key = api_key

    def start(self, order: Order) -> Redirect:
        asked: dict[str, object] = {
            "amount": order.amount,
            "callback_url": order.callback_url,
            "mobile_number": order.local_mobile,
            "factorNumber": order.number,
            "description": order.description[:LONGEST],
        }
        said = {name: value for name, value in asked.items() if value}
        answer = self._ask("send", said)
        judge(START, code_of(answer, NAMED_AT_START))
        token = text(answer, "token", 200)
        if not TOKEN.fullmatch(token):
            raise Unknown("token is out of shape")
        return Redirect(token=token, url=f"{self.base_url}/v3/{token}")

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        token, status = field(fields, "token"), field(fields, "payment_status")
        if not TOKEN.fullmatch(token):
            raise Malformed("token")
        claimed = CLAIMS.get(status, Claimed.PENDING)
        return Callback(
            claimed=claimed,
            receipt_number=token if claimed is Claimed.PAID else "",
            token=token,
            code=status,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if receipt_number != order.token:
            raise Refused("other token")
        answer = self._ask("verify", {"token": order.token})
        code = code_of(answer, NAMED)
        if code in NAMED:
            judge(VERIFY, code)
        if code != YES:
            answer = self._ask("transaction", {"token": order.token})
            code = transaction_code(answer)
            judge(TRANSACTION, code)
        return Confirmation(
            receipt_number=receipt_number,
            amount=amount_of(answer, order.amount),
            merchant_number=self.merchant_number,
            reference_number=text(answer, "transId"),
            masked_card=optional_text(answer, "cardNumber"),
            order_number=optional_text(answer, "factorNumber"),
            code=code,
        )

    def inquire(self, order: Order) -> Callback:
        """Ask by the token; a refusal may mean that the payer has not finished."""
        answer = self._ask("transaction", {"token": order.token})
        code = transaction_code(answer)
        claimed = FOUND.get(code, Claimed.PENDING)
        return Callback(
            claimed=claimed,
            receipt_number=order.token if claimed is Claimed.PAID else "",
            token=order.token,
            order_number=optional_text(answer, "factorNumber"),
            code=code,
        )

    def _ask(self, operation: str, asked: Mapping[str, object]) -> dict[str, Any]:
        answer = self.line.post_json(
            f"{self.base_url}/api/v3/{operation}", {"api_key": self.api_key, **asked}
        )
        body = json_object(answer, SPOKEN)
        told = optional_text(body, "status"), optional_text(body, "code")
        if answer.status != 200 and (told[0] == YES or told[1] == VERIFIED):
            raise Unknown("a yes among errors")
        return body


def code_of(answer: Mapping[str, Any], named: Mapping[str, Code]) -> str:
    """Return the status, or of a refusal what its sentences name."""
    status = text(answer, "status")
    said = str(answer.get("errors")) if status == NO else ""
    return next((name for name in named if re.search(rf"\b{name}\b", said)), status)


def transaction_code(answer: Mapping[str, Any]) -> str:
    """Return the code of a transaction. Raises Unknown where only we are at fault."""
    refusal = code_of(answer, NAMED)
    if refusal in NAMED:
        judge(NAMED, refusal)
    return optional_text(answer, "code")


def amount_of(answer: Mapping[str, Any], asked: int) -> int:
    """Return what the payer was asked for, without the fee if that came on top."""
    amount = rials(answer, "amount")
    if amount <= asked:
        return amount
    real, fee = rials(answer, "realAmount"), rials(answer, "wage")
    return real if real + fee == amount else amount


def rials(answer: Mapping[str, Any], name: str) -> int:
    """Return a decimal text as what it is, whole rials. Raises Unknown."""
    found = RIALS.fullmatch(text(answer, name))
    if found is None:
        raise Unknown(f"{name} is no amount")
    return int(found[1])
