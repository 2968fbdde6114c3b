"""AsanPardakht (آسان‌پرداخت), REST generation 1 of its manual.

Source: the company's manuals 1.3 and 1.6 (Ordibehesht 1400), its sample, and a client
by the author of the manual. Confidence: A for the calls, B for the status tables: an
answer is the HTTP status alone, and the same one means other things to other calls.
To be confirmed with the bank: how long a result can be read (45 minutes in one place,
an hour in another), how long a token lives, what Cancel answers besides 200, and what a
verification after the 30 minutes gets: "not found" beside a result that was just found
contradicts itself, so it stays unknown until the result can no longer be read.

Nothing that the browser brings counts: the result is asked for by our own invoice
number, and its ``payGateTranID`` is the receipt number. A result that is not what the
order says is not verified, for money that nobody verifies goes back by itself; whoever
compares gives it back all the same. Before the verification Reverse does that, after it
Cancel; the table of Reverse tells which.
"""

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
    Order,
    Redirect,
    TerminalSetting,
    Traits,
    Unknown,
)
from payments.gateways.reading import (
    json_object,
    json_value,
    judge,
    optional_text,
    text,
    whole,
)

OK = {"200": Code(Kind.YES)}
NOT_TRUSTED = {"401": Code(Kind.SET_UP)}  # user or password missing or wrong
WRONG_ADDRESS = "474"  # at Token; the body tells the address that we came from

START = {
    **OK,
    **NOT_TRUSTED,
    # who we are; our clock; service and merchant; split rows; the way back
    **dict.fromkeys(["471", "473", WRONG_ADDRESS, "485"], Code(Kind.SET_UP)),
    **dict.fromkeys(["479", "487", "490", "488"], Code(Kind.SET_UP)),
    **dict.fromkeys(["481", "482", "483", "491"], Code(Kind.SET_UP)),
    **dict.fromkeys(["575", "578", "579"], Code(Kind.SET_UP)),
    **dict.fromkeys(["476", "477", "478"], Code(Kind.NO)),  # form of amount and date
    **dict.fromkeys(["480", "494", "497"], Code(Kind.NO, meanings.WRONG_IDENTIFIER)),
    # form of the request; the bank itself, which may not have finished
    **dict.fromkeys(["400", "484", "492", "493", "495", "496"], Code(Kind.UNKNOWN)),
    **dict.fromkeys(["571", "572", "573", "574"], Code(Kind.UNKNOWN)),
    **dict.fromkeys(["576", "577", "580"], Code(Kind.UNKNOWN)),
    "486": Code(Kind.NO, meanings.NOT_ACCEPTED),  # amount outside of what was agreed
    "489": Code(Kind.NO),  # this invoice number was used before
}

# Nobody has paid, or not yet, or it is so long ago that the bank no longer says.
NO_RESULT = "TranResult 472"
RESULT = {
    "TranResult 200": Code(Kind.YES),
    "TranResult 401": Code(Kind.SET_UP),
    "TranResult 471": Code(Kind.SET_UP),
    NO_RESULT: Code(Kind.WINDOW_OVER, meanings.TOO_LATE),
}
VERIFY = {
    **OK,
    **NOT_TRUSTED,
    **dict.fromkeys(["472", "473", "475"], Code(Kind.DONE_BEFORE)),
    **dict.fromkeys(["471", "474", "476"], Code(Kind.UNKNOWN)),  # not found
    "477": Code(Kind.SET_UP),
}
SETTLE = {
    **OK,
    **NOT_TRUSTED,
    **dict.fromkeys(["474", "476"], Code(Kind.DONE_BEFORE)),
    **dict.fromkeys(["471", "473", "475"], Code(Kind.NO, meanings.NOT_FOUND)),
    "477": Code(Kind.SET_UP),
}
VERIFIED = "472"  # at Reverse
REVERSE = {
    **OK,
    **NOT_TRUSTED,
    **dict.fromkeys(["473", "475"], Code(Kind.DONE_BEFORE)),
    **dict.fromkeys(["471", "572"], Code(Kind.NO, meanings.NOT_FOUND)),
    **dict.fromkeys(["474", "476"], Code(Kind.UNKNOWN)),  # not in this state
    "477": Code(Kind.SET_UP),
}
CANCEL = {"Cancel 200": Code(Kind.YES), "Cancel 401": Code(Kind.SET_UP)}

RECEIPT = re.compile(r"[0-9]{1,20}", re.ASCII)
ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", re.ASCII)


class Asanpardakht:
    traits = Traits(
        title=gettext_noop("Asan Pardakht"),
        token_life=timedelta(minutes=30),
        verify_window=timedelta(minutes=30),
        verify_names_order=True,
        tells_identifier=True,
        reverse_window=timedelta(hours=3),
        needs_settlement=True,
        can_inquire=True,
        merchant_number="[0-9]{1,9}",  # merchantConfigurationId
        settings={
            "username": TerminalSetting("[\x21-\x7e]{1,100}"),
            "password": TerminalSetting("[\x21-\x7e]{1,100}"),
        },
        secrets=frozenset(
            {
                "refid",
                "hash",  # of the card
                "callbackurl",  # holds the key of the way back
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": {},
        "verify": RESULT | VERIFY,
        "settle": SETTLE,
        "reverse": REVERSE | CANCEL,
        "inquire": RESULT,
    }

    def __init__(
        self,
        *,
        line: Line,
        base_url: str,
        page_url: str,
        merchant_number: str,
        username: str,
        password: str,
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.page_url = page_url
        self.merchant_number = merchant_number
        self.headers = {"usr": username, "pwd": password}

    def start(self, order: Order) -> Redirect:
        answer = self._post(
            "Token",
            {
                "serviceTypeId": 1,
                "merchantConfigurationId": int(self.merchant_number),
                "localInvoiceId": int(order.number),
                "amountInRials": order.amount,
                "localDate": f"{order.asked_at:%Y%m%d %H%M%S}",
                "additionalData": "",
                "callbackURL": order.callback_url,
                "paymentId": order.deposit_identifier or "0",
            },
        )
        if answer.status == int(WRONG_ADDRESS):
            seen = ADDRESS.search(answer.text)
            told = f"474, our address is {seen[0]}" if seen else "474"
            raise Unknown(f"code {told}", faulty_set_up=True)
        judged(START, answer)
        token = json_value(answer)  # a bare text
        if not isinstance(token, str):
            raise Unknown("no token")
        return self._redirect(text({"token": token}, "token", 200), order.local_mobile)

    def _redirect(self, token: str, mobile: str) -> Redirect:
        fields = {"RefId": token}
        if mobile:
            fields["mobileap"] = mobile
        return Redirect(token=token, url=self.page_url, method="POST", fields=fields)

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        """Read nothing: what counts is the answer to ``inquire``."""
        return Callback(claimed=Claimed.PENDING)

    def inquire(self, order: Order) -> Callback:
        answer = self._result(order)
        code = f"TranResult {answer.status}"
        if code == NO_RESULT:
            return Callback(claimed=Claimed.PENDING, code=code)
        judge(RESULT, code)
        result = json_object(answer)
        return Callback(
            claimed=Claimed.PAID,
            receipt_number=receipt_of(result),
            token=text(result, "refID", 200),
            order_number=text(result, "salesOrderID"),
            code=code,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        """Ask for the result, and verify it if it is what the order says."""
        answer = self._result(order)
        judged(RESULT, answer, "TranResult ")
        confirmation = self._confirmation(json_object(answer))
        ours = (receipt_number, order.amount, order.number, order.token)
        theirs = (
            confirmation.receipt_number,
            confirmation.amount,
            confirmation.order_number,
            confirmation.token,
        )
        if ours == theirs:
            self._act("Verify", VERIFY, receipt_number)
        return confirmation

    def _confirmation(self, result: Mapping[str, Any]) -> Confirmation:
        return Confirmation(
            receipt_number=receipt_of(result),
            amount=whole(result, "amount"),
            merchant_number=self.merchant_number,
            reference_number=text(result, "rrn"),
            masked_card=optional_text(result, "cardNumber"),
            order_number=text(result, "salesOrderID"),
            token=text(result, "refID", 200),
            code="200",
        )

    def settle(self, order: Order, receipt_number: str) -> None:
        """Have it deposited; without this the bank does it by itself after 12 hours."""
        self._act("Settlement", SETTLE, receipt_number)

    def reverse(self, order: Order, receipt_number: str) -> None:
        """Give it back, be it verified or not: an answer may have been lost."""
        answer = self._say("Reverse", receipt_number)
        if answer.status == int(VERIFIED):
            answer = self._say("Cancel", receipt_number)
            judged(CANCEL, answer, "Cancel ")
        else:
            judged(REVERSE, answer)

    def _act(
        self, operation: str, codes: Mapping[str, Code], receipt_number: str
    ) -> None:
        judged(codes, self._say(operation, receipt_number))

    def _say(self, operation: str, receipt_number: str) -> Answer:
        if not RECEIPT.fullmatch(receipt_number):
            raise Unknown("not a receipt number of this bank")
        answer = self._post(
            operation,
            {
                "merchantConfigurationId": int(self.merchant_number),
                "payGateTranId": int(receipt_number),
            },
        )
        # A yes has no body: a page with status 200 was said by somebody else.
        if answer.status == 200 and answer.text.strip():
            raise Unknown("a body")
        return answer

    def _post(self, operation: str, body: Mapping[str, object]) -> Answer:
        url = f"{self.base_url}/v1/{operation}"
        return self.line.post_json(url, body, **self.headers)

    def _result(self, order: Order) -> Answer:
        query = {
            "merchantConfigurationId": self.merchant_number,
            "localInvoiceId": order.number,
        }
        return self.line.get(f"{self.base_url}/v1/TranResult", query, **self.headers)


def judged(codes: Mapping[str, Code], answer: Answer, prefix: str = "") -> None:
    """Raise what the status means, if it is not a yes."""
    code = f"{prefix}{answer.status}"
    if code not in codes:
        raise Unknown(f"http status {code}", silent=answer.status >= 500)
    judge(codes, code)


def receipt_of(result: Mapping[str, Any]) -> str:
    receipt = text(result, "payGateTranID")
    if not RECEIPT.fullmatch(receipt):
        raise Unknown("no receipt number")
    return receipt
