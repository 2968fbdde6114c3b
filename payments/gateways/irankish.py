"""IranKish (ایران‌کیش), REST generation 3.

Source: eight published implementations that agree; of the company's own guide (V9,
1399) only what they tell. Confidence: B for the envelope, the token and the return.
To be confirmed with the bank: the form of the inquiry's answer (C), the 20 minutes for
the confirmation (one reader of the guide), how long a purchase may be reversed ("the
same day" at best; we stop after half an hour), how long a token lives (each answer
says it; an hour is the longest that is waited), what code a late confirmation gets (921
is taken for it), and whether its host still needs OLD_TLS_HOSTS (older clients lower
theirs). A code that is in no table stays unknown.

The confirmation needs the retrieval reference number, the audit number and the token,
so a receipt number here is "RRN-STAN". ``paymentId`` is validated as a deposit
identifier, so it carries that or is left out; the order number is the ``requestId``.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from django.utils.translation import gettext_noop

from payments.gateways import meanings
from payments.gateways.base import (
    Callback,
    Claimed,
    Code,
    Confirmation,
    Kind,
    Line,
    Malformed,
    Order,
    Redirect,
    TerminalSetting,
    Traits,
    Unknown,
)
from payments.gateways.irankish_envelope import envelope
from payments.gateways.reading import (
    field,
    json_object,
    judge,
    optional_text,
    text,
    whole,
)

OK, NOT_FOUND, REVERSED = "00", "25", "2"
REFERENCE, TRACKING = "retrievalReferenceNumber", "systemTraceAuditNumber"
BY_REQUEST_ID = 3  # findOption

SET_UP = {
    # terminal, acceptor and server address; security; clock; return address; split rows
    **dict.fromkeys(["3", "909", "912", "913", "914", "915", "916"], Code(Kind.SET_UP)),
    **dict.fromkeys(["63", "97", "922", "906", "907", "918"], Code(Kind.SET_UP)),
    **dict.fromkeys(["64", "910", "911", "919"], Code(Kind.SET_UP)),
}
BUSY = dict.fromkeys(["77", "86", "96"], Code(Kind.UNKNOWN, meanings.BANK_BUSY))

START = {
    OK: Code(Kind.YES),
    **SET_UP,
    **BUSY,
    **dict.fromkeys(["40", "42", "57", "58"], Code(Kind.SET_UP)),  # not allowed
    **dict.fromkeys(["30", "901", "902", "905", "917"], Code(Kind.NO)),  # format
    "94": Code(Kind.NO),  # this request id was used before
    **dict.fromkeys(["903", "923", "929"], Code(Kind.NO, meanings.WRONG_IDENTIFIER)),
    "928": Code(Kind.NO, meanings.NOT_ACCEPTED),  # amount
    **dict.fromkeys(["31", "930"], Code(Kind.NO, meanings.NOT_THE_OWNER)),
}

# What became of the purchase, at the return and in the inner answer.
PURCHASE = {
    OK: Code(Kind.YES),
    **SET_UP,
    **BUSY,
    "2": Code(Kind.REVERSED, meanings.REVERSED),
    "5": Code(Kind.NO, meanings.CANCELLED),
    "17": Code(Kind.NO, meanings.CANCELLED),
    "25": Code(Kind.NO, meanings.NOT_FOUND),
    "920": Code(Kind.UNKNOWN, meanings.NOT_ACCEPTED),  # token: what of the money?
    **dict.fromkeys(["31", "930"], Code(Kind.NO, meanings.NOT_THE_OWNER)),
    **dict.fromkeys(["14", "56"], Code(Kind.NO, meanings.CARD_NUMBER)),
    "51": Code(Kind.NO, meanings.LOW_BALANCE),
    "54": Code(Kind.NO, meanings.CARD_EXPIRED),
    "55": Code(Kind.NO, meanings.WRONG_PASSWORD),
    "75": Code(Kind.NO, meanings.PASSWORD_BLOCKED),
    **dict.fromkeys(["61", "98"], Code(Kind.NO, meanings.AMOUNT_LIMIT)),
    "65": Code(Kind.NO, meanings.COUNT_LIMIT),
    **dict.fromkeys(["62", "78", "79"], Code(Kind.NO, meanings.CARD_BLOCKED)),
    **dict.fromkeys(["40", "42", "57", "58"], Code(Kind.NO, meanings.CARD_BLOCKED)),
}
RETURN = PURCHASE | {"921": Code(Kind.NO, meanings.TOO_SLOW)}
VERIFY = PURCHASE | {"921": Code(Kind.WINDOW_OVER, meanings.TOO_LATE)}
# A purchase in its way is no answer to an inquiry; only these are.
INQUIRE = {OK: Code(Kind.YES), **SET_UP, **BUSY}

# What is neither a yes nor a no is to be asked for.
CLAIMS = {
    **{code: Claimed.DECLINED for code in RETURN if RETURN[code].kind is Kind.NO},
    OK: Claimed.PAID,
    "5": Claimed.CANCELLED,
    "17": Claimed.CANCELLED,
    "921": Claimed.EXPIRED,
}
RECEIPT = re.compile(r"([0-9A-Za-z]{1,24})-([0-9A-Za-z]{1,24})", re.ASCII)


class Irankish:
    traits = Traits(
        title=gettext_noop("IranKish electronic payment"),
        token_life=timedelta(hours=1),
        verify_window=timedelta(minutes=20),
        verify_names_order=True,
        tells_identifier=True,
        reverse_window=timedelta(minutes=30),
        can_inquire=True,
        merchant_number="[0-9]{8}",  # terminalId
        settings={
            "acceptor_id": TerminalSetting("[0-9]{1,15}"),
            "pass_phrase": TerminalSetting("[0-9A-Fa-f]{16}"),
            "public_key": TerminalSetting(
                r"-----BEGIN PUBLIC KEY-----.+-----END PUBLIC KEY-----\s*"
            ),
        },
        secrets=frozenset(
            {
                "authenticationenvelope",
                "passphrase",
                "token",
                "tokenidentity",
                "cmspreservationid",  # the payer's mobile
                "reverturi",  # holds the key of the way back
                "sha1ofpan",
                "sha256ofpan",
            }
        ),
    )
    codes = {
        "start": START,
        "return": RETURN,
        "verify": VERIFY,
        "reverse": VERIFY | {REVERSED: Code(Kind.DONE_BEFORE)},
        "inquire": PURCHASE,
    }

    def __init__(
        self,
        *,
        line: Line,
        base_url: str,
        merchant_number: str,
        acceptor_id: str,
        pass_phrase: str,
        public_key: str,
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.acceptor_id = acceptor_id
        self.pass_phrase = pass_phrase
        # One line of an environment file may hold it, too.
        self.public_key = public_key.replace("\\n", "\n")

    def start(self, order: Order) -> Redirect:
        asked = {
            "transactionType": "Purchase",
            "terminalId": self.merchant_number,
            "acceptorId": self.acceptor_id,
            "amount": order.amount,
            "revertUri": order.callback_url,
            "requestId": order.number,
            "requestTimestamp": int(order.asked_at.timestamp()),
            "paymentId": order.deposit_identifier,
            "cmsPreservationId": order.mobile.removeprefix("+"),
        }
        answer = self._post(
            "tokenization/make",
            {
                "authenticationEnvelope": self._envelope(order.amount),
                "request": {name: value for name, value in asked.items() if value},
            },
        )
        judge(START, code_of(answer))
        token = text(result_of(answer), "token", 200)
        return Redirect(
            token=token,
            url=f"{self.base_url}/iuiv3/IPG/Index/",
            method="POST",
            fields={"tokenIdentity": token},
        )

    def _envelope(self, amount: int) -> dict[str, str]:
        told = f"{self.merchant_number}{self.pass_phrase}{amount:012}00"
        key, iv = secrets.token_bytes(16), secrets.token_bytes(16)
        try:
            return envelope(told, self.public_key, key=key, iv=iv)
        except (ValueError, UnsupportedAlgorithm):
            raise Unknown("public key unusable", faulty_set_up=True) from None

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        code = plain(field(fields, "responseCode"))
        receipt = f"{field(fields, REFERENCE)}-{field(fields, TRACKING)}"
        if field(fields, "acceptorId") not in {"", self.acceptor_id}:
            raise Malformed("acceptorId")
        claimed = CLAIMS.get(code, Claimed.PENDING)
        if claimed is Claimed.PAID and not RECEIPT.fullmatch(receipt):
            raise Malformed(REFERENCE)
        return Callback(
            claimed=claimed,
            receipt_number=receipt if claimed is Claimed.PAID else "",
            token=field(fields, "token"),
            order_number=field(fields, "requestId"),
            code=code,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        """Confirm the purchase; repeating it is harmless (``duplicateVerify``)."""
        result = self._confirm("purchase", VERIFY, order, receipt_number)
        told = optional_text(result, "paymentId")
        if order.deposit_identifier and told not in {"", order.deposit_identifier}:
            raise Unknown("other deposit identifier")
        return Confirmation(
            receipt_number=receipt_of(result),
            amount=whole(result, "amount"),
            merchant_number=self.merchant_number,
            reference_number=text(result, REFERENCE),
            tracking_number=text(result, TRACKING),
            masked_card=optional_text(result, "maskedPan"),
            order_number=optional_text(result, "requestId"),
            token=optional_text(result, "token", 200),
            code=OK,
        )

    def reverse(self, order: Order, receipt_number: str) -> None:
        self._confirm("reversePurchase", self.codes["reverse"], order, receipt_number)

    def _confirm(
        self, operation: str, codes: Mapping[str, Code], order: Order, receipt: str
    ) -> dict[str, Any]:
        """Return what the bank says of the purchase, if both its codes are a yes."""
        found = RECEIPT.fullmatch(receipt)
        if found is None:
            raise Unknown("not a receipt number of this bank")
        answer = self._post(
            f"confirmation/{operation}",
            {
                "terminalId": self.merchant_number,
                REFERENCE: found[1],
                TRACKING: found[2],
                "tokenIdentity": order.token,
            },
        )
        if judge(codes, code_of(answer)) is Kind.DONE_BEFORE:
            return answer
        result = result_of(answer)
        code = code_of(result)
        if code in codes and codes[code].kind is Kind.SET_UP:
            # A card's own no may bear the same number: no reason to close a terminal.
            raise Unknown(f"inner code {code}")
        judge(codes, code)
        return result

    def inquire(self, order: Order) -> Callback:
        """Ask by our request id; one purchase or a list of them comes back.

        A purchase that failed may still be followed by one that does not.
        """
        answer = self._post(
            "inquiry/single",
            {
                "passPhrase": self.pass_phrase,
                "terminalId": self.merchant_number,
                "requestId": order.number,
                "findOption": BY_REQUEST_ID,
            },
        )
        if code_of(answer) == NOT_FOUND:
            return Callback(claimed=Claimed.PENDING)
        judge(INQUIRE, code_of(answer))
        found = answer.get("result")
        tries = [
            self._found(one) for one in (found if isinstance(found, list) else [found])
        ]
        paid = [one for one in tries if one.claimed is Claimed.PAID]
        over = [one for one in tries if one.claimed is not Claimed.PENDING]
        return next(iter(paid + over), Callback(claimed=Claimed.PENDING))

    def _found(self, purchase: object) -> Callback:
        if purchase is None:
            return Callback(claimed=Claimed.PENDING)
        if not isinstance(purchase, dict):
            raise Unknown("no purchase")
        code = code_of(purchase)
        if purchase.get("isReversed") is True:
            return Callback(claimed=Claimed.DECLINED, code=REVERSED)
        claimed = {OK: Claimed.PAID, "17": Claimed.CANCELLED}.get(code)
        if claimed is not Claimed.PAID:
            return Callback(claimed=claimed or Claimed.PENDING, code=code)
        return Callback(
            claimed=claimed,
            receipt_number=receipt_of(purchase),
            token=optional_text(purchase, "token", 200),
            order_number=optional_text(purchase, "requestId"),
            code=code,
        )

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return json_object(self.line.post_json(f"{self.base_url}/api/v3/{path}", body))


def code_of(answer: Mapping[str, Any]) -> str:
    return plain(text(answer, "responseCode"))


def plain(code: str) -> str:
    """Return a code as the tables write it: 05 is 5, but 00 is the only yes."""
    return code if code == OK else code.lstrip("0")


def result_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    result = answer.get("result")
    if not isinstance(result, dict) or answer.get("status", True) is not True:
        raise Unknown("no result")
    return result


def receipt_of(purchase: Mapping[str, Any]) -> str:
    receipt = "-".join(text(purchase, name, 24) for name in (REFERENCE, TRACKING))
    if not RECEIPT.fullmatch(receipt):
        raise Unknown("no receipt number")
    return receipt
