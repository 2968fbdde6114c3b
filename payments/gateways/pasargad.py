"""Pasargad electronic payment (پرداخت الکترونیک پاسارگاد, PEP), the "Dorsa" REST.

Source: the company's own pages for Dorsa (2024 and later). Confidence: request, inquiry
and way back are official text; of verifying it says two things. Nothing was tried
against a live terminal. To be confirmed with the bank: the address that verifies (one
page names verify-transactions, another prints that of confirm-transactions; which one a
terminal uses is its setting ``finish``), the two windows (25 minutes unless the
contract says otherwise; reversal may be none), and how a deposit identifier is told:
here it stands in ``description``, where the bank only keeps it.

The way back is only a hint, so the bank is always asked what became of the order before
anything is verified. Confirming is final, verifying may be reversed; what differs from
the order is therefore never confirmed. A log-in lasts ten minutes and is made anew in
every operation: nothing is kept. The older interfaces signed by RSA are not spoken.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jdatetime  # type: ignore[import-untyped]
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

UNAUTHORIZED = 401

FAULTS = {
    **{
        str(code): Code(Kind.SET_UP, meanings.NOT_ACCEPTED)
        for code in [
            *[401, 13001, 13002, 13004, 13008, 13407, 13427, 13429],  # log-in
            13028,  # way back not registered
            13402,  # our pages do not say where the payer comes from
            13422,  # server address not registered
            *[13047, 13300, 13301, 13399],  # merchant or terminal
        ]
    },
    **{
        str(code): Code(Kind.UNKNOWN, meanings.BANK_BUSY)
        for code in [
            *[500, 13005, 13084, 13085, 13087, 13090],
            *[13091, 13096, 13097, 13329, 13374],
        ]
    },
}

LOG_IN = FAULTS | {"0": Code(Kind.YES)}
START = {
    **FAULTS,
    "0": Code(Kind.YES),
    "13003": Code(Kind.NO, meanings.NOT_ACCEPTED),  # order number used before
    "13013": Code(Kind.NO, meanings.WRONG_IDENTIFIER),
    "13055": Code(Kind.NO, meanings.NOT_ACCEPTED),  # amount
    "13068": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "13071": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "13304": Code(Kind.NO, meanings.WRONG_IDENTIFIER),
    "13403": Code(Kind.NO, meanings.NOT_ACCEPTED),  # the merchant's account
    "13415": Code(Kind.NO, meanings.WRONG_IDENTIFIER),
    "13416": Code(Kind.NO, meanings.NOT_ACCEPTED),  # divided among accounts
}

# What the inquiry tells of a transaction.
STATUS = {
    "0": Code(Kind.YES),
    "13031": Code(Kind.YES),  # waits to be verified
    "13029": Code(Kind.DONE_BEFORE),  # confirmed
    "13034": Code(Kind.DONE_BEFORE),  # verified
    "13046": Code(Kind.DONE_BEFORE),  # settled
    "1": Code(Kind.NO, meanings.DECLINED),
    "2": Code(Kind.UNKNOWN),
    "13025": Code(Kind.NO, meanings.DECLINED),
    "13030": Code(Kind.NO, meanings.DECLINED),
    "13033": Code(Kind.REVERSED, meanings.REVERSED),
    "13045": Code(Kind.NO, meanings.CANCELLED),
}
RETURN = {
    **STATUS,
    "success": Code(Kind.YES),
    "unknown": Code(Kind.UNKNOWN, meanings.NOT_ACCEPTED),
    "failed": Code(Kind.NO, meanings.DECLINED),
    "cancel": Code(Kind.NO, meanings.CANCELLED),
    "expire": Code(Kind.NO, meanings.TOO_SLOW),
}
NOT_FOUND = ("13009", "13016", "13018", "13393")
VERIFY = {
    **FAULTS,
    "0": Code(Kind.YES),
    "13029": Code(Kind.DONE_BEFORE),
    "13034": Code(Kind.DONE_BEFORE),
    "13046": Code(Kind.DONE_BEFORE),
    "13428": Code(Kind.DONE_BEFORE),
    "13025": Code(Kind.NO, meanings.DECLINED),
    "13030": Code(Kind.NO, meanings.DECLINED),
    "13033": Code(Kind.REVERSED, meanings.REVERSED),
    "13045": Code(Kind.NO, meanings.CANCELLED),
    "13075": Code(Kind.WINDOW_OVER, meanings.TOO_LATE),
    **dict.fromkeys(NOT_FOUND, Code(Kind.UNKNOWN)),  # one no is not believed
}
REVERSE = {
    **FAULTS,
    "0": Code(Kind.YES),
    "13033": Code(Kind.DONE_BEFORE),
    "13029": Code(Kind.NO),  # confirmed
    "13046": Code(Kind.NO),  # settled
    "13076": Code(Kind.WINDOW_OVER),
}

BROUGHT = {
    "failed": Claimed.DECLINED,
    "cancel": Claimed.CANCELLED,
    "expire": Claimed.EXPIRED,
}
CLAIMS = {
    "0": Claimed.PAID,
    "13031": Claimed.PAID,
    "13029": Claimed.PAID,
    "13034": Claimed.PAID,
    "13046": Claimed.PAID,
    "2": Claimed.PENDING,
    "13045": Claimed.CANCELLED,
    "1": Claimed.DECLINED,
    "13025": Claimed.DECLINED,
    "13030": Claimed.DECLINED,
    "13033": Claimed.DECLINED,
}


class Pasargad:
    traits = Traits(
        title=gettext_noop("Pasargad electronic payment"),
        token_life=timedelta(minutes=15),  # not documented
        verify_window=timedelta(minutes=25),
        verify_names_order=True,
        reverse_window=timedelta(minutes=25),
        can_inquire=True,
        settings={
            "username": TerminalSetting("[!-~]{1,100}"),
            "password": TerminalSetting("[!-~]{1,100}"),
            "path": TerminalSetting("dorsa[1-3]|nvcservice", default="dorsa1"),
            "finish": TerminalSetting("verify|confirm", default="verify"),
        },
        secrets=frozenset(
            {
                "username",
                "password",
                "token",
                "urlid",
                "url",
                "callbackapi",  # holds the key of the way back
                "hashedcardnumber",
                "firstname",
                "lastname",
            }
        ),
    )
    codes: Codes = {
        "start": START,
        "return": RETURN,
        "verify": STATUS | VERIFY,
        "reverse": REVERSE,
        "inquire": LOG_IN | STATUS,
    }

    def __init__(
        self,
        *,
        line: Line,
        base_url: str,
        merchant_number: str,
        username: str,
        password: str,
        path: str = "dorsa1",
        finish: str = "verify",
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.username = username
        self.password = password
        self.path = path
        self.finish = finish

    def start(self, order: Order) -> Redirect:
        day = jdatetime.date.fromgregorian(date=order.asked_at.date())
        body = {
            "amount": order.amount,
            "invoice": order.number,
            "invoiceDate": day.isoformat(),
            "serviceCode": 8,
            "serviceType": "PURCHASE",
            "callbackApi": order.callback_url,
            "terminalNumber": int(self.merchant_number),
        }
        if order.deposit_identifier:
            body["description"] = order.deposit_identifier
        answer = self._post("api/payment/purchase", body, self._log_in())
        judge(START, text(answer, "resultCode"))
        data = _data(answer)
        url = text(data, "url", 500)
        if not url.startswith(f"{self.base_url}/"):
            raise Unknown("the way leads elsewhere")
        return Redirect(token=text(data, "urlId", 64), url=url)

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        known = lower_names(fields)
        status = field(known, "status")
        return Callback(
            claimed=BROUGHT.get(status, Claimed.PENDING),
            order_number=field(known, "invoiceid"),
            code=status,
        )

    def inquire(self, order: Order) -> Callback:
        found = self._found(order, self._log_in())
        if found is None:
            return Callback(claimed=Claimed.PENDING)  # has not come to the bank yet
        status = text(found, "status")
        if status not in CLAIMS:
            raise Unknown(f"status {status[:20]}")
        paid = CLAIMS[status] is Claimed.PAID
        return Callback(
            claimed=CLAIMS[status],
            receipt_number=order.token if paid else "",
            token=_url_id(found),
            order_number=text(found, "invoice"),
            code=status,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if receipt_number != order.token:
            raise Refused("other receipt")
        bearer = self._log_in()
        found = self._found(order, bearer)
        if found is None:
            raise Unknown("order not found")
        code = text(found, "status")
        if judge(STATUS, code) is Kind.YES:
            code, told = self._finish(order, bearer, found)
            found |= {name: value for name, value in told.items() if value is not None}
        return Confirmation(
            receipt_number=receipt_number,
            amount=whole(found, "amount"),
            merchant_number=self.merchant_number,
            reference_number=text(found, "referenceNumber"),
            tracking_number=optional_text(found, "trackId"),
            masked_card=optional_text(found, "maskedCardNumber")
            or optional_text(found, "cardNumber"),
            order_number=text(found, "invoice"),
            token=_url_id(found),
            code=code,
        )

    def _finish(
        self, order: Order, bearer: str, found: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Verify, or confirm, and return the code and what the bank told with it."""
        theirs = (whole(found, "amount"), text(found, "invoice"))
        if self.finish == "confirm" and theirs != (order.amount, order.number):
            raise Refused("other amount")  # it goes back if it is left alone
        answer = self._transact(f"{self.finish}-transactions", order, bearer)
        code = text(answer, "resultCode")
        return code, _data(answer) if judge(VERIFY, code) is Kind.YES else {}

    def reverse(self, order: Order, receipt_number: str) -> None:
        answer = self._transact("reverse-transactions", order, self._log_in())
        judge(REVERSE, text(answer, "resultCode"))

    def _log_in(self) -> str:
        answer = self._post(
            "token/getToken", {"username": self.username, "password": self.password}
        )
        judge(LOG_IN, text(answer, "resultCode"))
        return text(answer, "token", 4000)

    def _found(self, order: Order, bearer: str) -> dict[str, Any] | None:
        """Return what the bank knows of the order, if it knows it."""
        body = {"invoiceId": order.number, "checkVerify": True}
        answer = self._post("api/payment/payment-inquiry", body, bearer)
        code = text(answer, "resultCode")
        if code in NOT_FOUND:
            return None
        judge(LOG_IN, code)
        return _data(answer)

    def _transact(self, what: str, order: Order, bearer: str) -> dict[str, Any]:
        body = {"invoice": order.number, "urlId": order.token}
        return self._post(f"api/payment/{what}", body, bearer)

    def _post(
        self, what: str, body: Mapping[str, object], bearer: str = ""
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        url = f"{self.base_url}/{self.path}/{what}"
        answer = self.line.post_json(url, body, **headers)
        if answer.status == UNAUTHORIZED:
            raise Unknown("not let in", faulty_set_up=True)
        return json_object(answer)


def _data(answer: Mapping[str, Any]) -> dict[str, Any]:
    data = answer.get("data")
    if not isinstance(data, dict):
        raise Unknown("no data")
    return data


def _url_id(found: Mapping[str, Any]) -> str:
    """Return the token, of which one page of the bank's says that it is an address."""
    return optional_text(found, "url", 255).rpartition("/")[2]
