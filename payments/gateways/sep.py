"""Saman Electronic Payment (سپ), REST, generations 3.x and 4.1 of its manual.

Source: SEP payment gateway manuals 3.3 (Esfand 1402), 3.6 (Dey 1404) and 4.1 (1403).
Confidence: official text, not tried against a live terminal. Names keep the bank's own
spelling (``OrginalAmount``). Which generation a terminal speaks is its setting.

The verify answer does not name our order, and SEP confirms the same RefNum as often as
it is asked: whoever calls must use a RefNum once. An amount that differs is to be
returned whole. Only a missing answer may be asked again, never a negative one.
A deposit identifier can be told of a government account only, whose IBAN is a setting
of the terminal; it goes with the one row of accounts (manual 1.1 for such bodies).
Generation 4.1 brings back Token and RefNum alone; its receipt, which binds them to our
order, can be read by the token until the money is verified, for an hour at most.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

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
    No,
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
    optional_text,
    text,
    whole,
)

TOKEN_MINUTES = 20
TRANSACTIONS = "verifyTxnRandomSessionkey"

START = {
    "5": Code(Kind.NO),  # parameters
    "8": Code(Kind.SET_UP),  # server address not registered
    "10": Code(Kind.NO),
    "11": Code(Kind.NO),
    "12": Code(Kind.SET_UP),  # terminal not found
    "20": Code(Kind.SET_UP),  # terminal disabled
    "21": Code(Kind.SET_UP),  # settlement over several accounts
}

# Why there is no receipt to read: what else is said is no word about the money.
RECEIPT_FAULTS = {code: START[code] for code in ("8", "12", "20")}

# Status of the return and of the receipt.
RETURN = {
    "0": Code(Kind.UNKNOWN),  # in progress
    "1": Code(Kind.NO, meanings.CANCELLED),
    "2": Code(Kind.YES),
    "3": Code(Kind.NO, meanings.DECLINED),
    "4": Code(Kind.NO, meanings.TOO_SLOW),
    "5": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "8": Code(Kind.SET_UP, meanings.NOT_ACCEPTED),
    "10": Code(Kind.NO, meanings.TOO_SLOW),
    "11": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "12": Code(Kind.SET_UP, meanings.NOT_ACCEPTED),
    "21": Code(Kind.SET_UP, meanings.NOT_ACCEPTED),
}

VERIFY = {
    "0": Code(Kind.YES),
    "2": Code(Kind.DONE_BEFORE),
    "-2": Code(Kind.NO, meanings.NOT_FOUND),
    "-6": Code(Kind.WINDOW_OVER, meanings.TOO_LATE),
    "5": Code(Kind.REVERSED, meanings.REVERSED),
    "-104": Code(Kind.SET_UP),  # terminal inactive
    "-105": Code(Kind.SET_UP),  # terminal unknown
    "-106": Code(Kind.SET_UP),  # server address not registered
    # Known from one library alone, which takes most of them for a final no.
    **{
        str(code): Code(Kind.UNKNOWN)
        for code in [*range(-103, -99), -107, *range(-112, -108), -116]
    },
}

STATES = {
    "OK": Claimed.PAID,
    "CanceledByUser": Claimed.CANCELLED,
    "SessionIsNull": Claimed.EXPIRED,
}
# Status of the receipt, 4.1
STATUSES = {0: Claimed.PENDING, 1: Claimed.CANCELLED, 2: Claimed.PAID}
NO_RECEIPT = 404  # not yet, too late, or verified already

# Where a token may lead payers.
PAGE = re.compile(r"https://([a-z0-9-]+\.)+(sep|shaparak)\.ir/[\x21-\x7e]*", re.ASCII)
RECEIPT = re.compile(r"[\x21-\x7e]{1,50}", re.ASCII)


class Sep:
    traits = Traits(
        title=gettext_noop("Saman electronic payment"),
        token_life=timedelta(minutes=TOKEN_MINUTES),
        verify_window=timedelta(minutes=30),
        verify_names_order=False,
        reverse_window=timedelta(minutes=50),
        settings={
            "generation": TerminalSetting("3|4\\.1", default="3"),
            "government_iban": TerminalSetting("(IR[0-9]{24})?", default=""),
        },
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
    codes = {
        "start": START,
        "return": RETURN,
        "inquire": RETURN,
        "verify": VERIFY,
        "reverse": VERIFY | {"5": Code(Kind.DONE_BEFORE)},
    }

    def __init__(
        self,
        *,
        line: Line,
        base_url: str,
        merchant_number: str,
        generation: str = "3",
        government_iban: str = "",
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.names_little = generation == "4.1"
        self.government_iban = government_iban
        self.traits = replace(
            Sep.traits,
            can_inquire=self.names_little,
            tells_identifier=bool(government_iban),
        )

    def start(self, order: Order) -> Redirect:
        body = {
            "action": "token",
            "TerminalId": self.merchant_number,
            "Amount": order.amount,
            "ResNum": order.number,
            "RedirectUrl": order.callback_url,
            "CellNumber": order.mobile.removeprefix("+98"),
            "TokenExpiryInMin": TOKEN_MINUTES,
        }
        answer = self.line.post_json(
            f"{self.base_url}/onlinepg/onlinepg", body | self._government(order)
        )
        said = json_object(answer)
        if said.get("status") == 1:
            token = text(said, "token", 200)
            page = self._page(answer.headers)
            return Redirect(token, page, method="POST", fields={"Token": token})
        if said.get("status") == -1:
            judge(START, text(said, "errorCode"))
        raise Unknown("token status")

    def _government(self, order: Order) -> dict[str, object]:
        """Return what leads the money to a government account, under its identifier."""
        if not order.deposit_identifier or not self.government_iban:
            return {}
        row = {
            "IBAN": self.government_iban,
            "Amount": order.amount,
            "PurchaseId": order.deposit_identifier,
        }
        return {"TranType": "Government", "SettlementIbanInfo": [row]}

    def _page(self, headers: Mapping[str, str]) -> str:
        """Return the pay page: newer terminals have another, told beside the token."""
        told = {name.lower(): value for name, value in headers.items()}
        page = told.get("x-ipg-url")
        if page is None:
            return f"{self.base_url}/OnlinePG/OnlinePG"
        if not PAGE.fullmatch(page):
            raise Unknown("pay page on a strange host")
        return page

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        receipt = field(fields, "RefNum")
        if receipt and not RECEIPT.fullmatch(receipt):
            raise Malformed("RefNum")
        claimed = self._claimed(field(fields, "State"), receipt)
        return Callback(
            claimed=claimed,
            receipt_number=receipt if claimed is Claimed.PAID else "",
            token=field(fields, "Token"),
            order_number=field(fields, "ResNum"),
            merchant_number=field(fields, "TerminalId"),
            code=field(fields, "Status"),
        )

    def _claimed(self, state: str, receipt: str) -> Claimed:
        if not state and self.names_little:
            return Claimed.PAID if receipt else Claimed.PENDING
        claimed = STATES.get(state, Claimed.DECLINED)
        # An empty RefNum is not paid, whatever else is said.
        return Claimed.DECLINED if claimed is Claimed.PAID and not receipt else claimed

    def inquire(self, order: Order) -> Callback:
        """Read the receipt by the token: generation 4.1 only."""
        data = self._receipt(order)
        if data is None:
            return Callback(claimed=Claimed.PENDING)
        claimed = STATUSES.get(whole(data, "Status"), Claimed.DECLINED)
        paid = claimed is Claimed.PAID
        return Callback(
            claimed=claimed,
            receipt_number=text(data, "RefNum") if paid else "",
            token=optional_text(data, "Token", 200),
            order_number=optional_text(data, "ResNum"),
            merchant_number=optional_text(data, "TerminalId"),
            code=str(data["Status"]),
        )

    def _receipt(self, order: Order) -> dict[str, Any] | None:
        answer = json_object(
            self.line.post_json(
                f"{self.base_url}/{TRANSACTIONS}/api/v2/ipg/payment/receipt",
                {"Token": order.token, "TerminalNumber": int(self.merchant_number)},
            )
        )
        if answer.get("HasError") is not False:
            if whole(answer, "ErrorCode") == NO_RECEIPT:
                return None
            judge(RECEIPT_FAULTS, str(answer["ErrorCode"]))
        data = answer.get("Data")
        if not isinstance(data, dict):
            raise Unknown("no receipt data")
        return data

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if self.names_little:
            self._bind(order, receipt_number)
        answer = self._ask("VerifyTransaction", VERIFY, receipt_number)
        detail = answer.get("TransactionDetail")
        if not isinstance(detail, dict):
            raise Unknown("no transaction detail")
        return Confirmation(
            receipt_number=optional_text(detail, "RefNum"),
            amount=whole(detail, "OrginalAmount"),
            received=whole(detail, "AffectiveAmount"),
            merchant_number=optional_text(detail, "TerminalNumber"),
            reference_number=text(detail, "RRN"),
            tracking_number=optional_text(detail, "StraceNo"),
            masked_card=optional_text(detail, "MaskedPan"),
            code=str(answer["ResultCode"]),
        )

    def _bind(self, order: Order, receipt_number: str) -> None:
        """See that the receipt is this order's, while the bank can still tell."""
        found = self.inquire(order)
        theirs = [found.receipt_number, found.token, found.order_number]
        ours = [receipt_number, order.token, order.number]
        paid = found.claimed is Claimed.PAID
        if paid and any(a != b for a, b in zip(theirs, ours, strict=True) if a):
            raise Refused("other receipt", No.ANOTHERS)
        if not paid and found.claimed is not Claimed.PENDING:
            judge(RETURN, found.code)

    def reverse(self, order: Order, receipt_number: str) -> None:
        self._ask("ReverseTransaction", self.codes["reverse"], receipt_number)

    def _ask(
        self, operation: str, codes: Mapping[str, Code], receipt_number: str
    ) -> dict[str, Any]:
        """Return the answer if it is a yes."""
        answer = json_object(
            self.line.post_json(
                f"{self.base_url}/{TRANSACTIONS}/ipg/{operation}",
                {
                    "RefNum": receipt_number,
                    "TerminalNumber": int(self.merchant_number),
                },
            )
        )
        code = answer.get("ResultCode")
        if not isinstance(code, int) or isinstance(code, bool):
            raise Unknown("no result code")
        judge(codes, str(code))
        return answer
