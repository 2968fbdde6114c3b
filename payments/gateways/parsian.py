"""Parsian e-commerce (تجارت الکترونیک پارسیان, PEC), SOAP.

Source: the company's document 10010101, version 1.0 (Shahrivar 1397), and the service's
own description. Confidence: sale, confirmation and return are official text, the codes
are told alike by several libraries; nothing was tried against a live terminal. To be
confirmed with the bank: how long a token lives, how long a payment may be confirmed or
reversed (its documents 100111 and 100121 were not found; 30 minutes here), the
namespace of the reversal, and how a deposit identifier is told: here it stands in
``AdditionalData``, where the bank only keeps it.

The receipt is the token. Confirming tells the bank order and amount, which it compares
itself and does not tell again, so what it confirms is the order's amount; ``Amount`` of
the return (with commas) is not looked at. A second confirmation is answered with a yes
or with -1533, the latter perhaps without the reference number: then the token stands
for it. The company forbids confirming what nobody came back for, so there is no
inquiry. The case of the return's names is not looked at: its own sample mixes them.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext_noop

from payments.gateways import meanings, soap
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
    field,
    judge,
    lower_names,
    optional_text,
    text,
)

SERVICES = "NewIPGServices"
SALE = "Sale/SaleService"
CONFIRMATION = "Confirm/ConfirmService"
REVERSAL = "Reversal/ReversalService"
# Where it is found under another name than that of its namespace.
PLACES = {REVERSAL: "Reverse/ReversalService"}

# The capital S stands in every document.
NAMESPACE = f"https://pec.Shaparak.ir/{SERVICES}"
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<{operation} xmlns="{namespace}"><requestData>{content}</requestData>'
    "</{operation}></soap:Body></soap:Envelope>"
)

FAULTS = {
    **{
        str(code): Code(Kind.SET_UP, meanings.NOT_ACCEPTED)
        for code in [
            *[-126, -101, -100],  # the terminal's password, or it is inactive
            *[-127, -128],  # server address not registered
            *range(-108, -102),  # the terminal may not do this
        ]
    },
    "-1": Code(Kind.UNKNOWN, meanings.BANK_BUSY),
    "-1000": Code(Kind.UNKNOWN, meanings.BANK_BUSY),
    "-32768": Code(Kind.UNKNOWN, meanings.BANK_BUSY),
}

START = {
    **FAULTS,
    **{
        str(code): Code(Kind.NO, meanings.NOT_ACCEPTED)
        # order number used before; form of the request; divided among accounts
        for code in [-112, *range(-121, -112), -131, *range(-32004, -32000), -20000]
    },
    **{
        str(code): Code(Kind.NO, meanings.WRONG_IDENTIFIER)
        for code in [-115, *range(-1653, -1649)]
    },
    "0": Code(Kind.YES),
    "-111": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "-130": Code(Kind.NO, meanings.TOO_SLOW),
    "-132": Code(Kind.NO, meanings.AMOUNT_TOO_SMALL),
    "-138": Code(Kind.NO, meanings.CANCELLED),
}
RETURN = {
    # What the card's bank said, in the codes of the whole network.
    **{str(code): Code(Kind.NO, meanings.DECLINED) for code in range(1, 201)},
    **START,
    "14": Code(Kind.NO, meanings.CARD_NUMBER),
    "51": Code(Kind.NO, meanings.LOW_BALANCE),
    "54": Code(Kind.NO, meanings.CARD_EXPIRED),
    "55": Code(Kind.NO, meanings.WRONG_PASSWORD),
    "61": Code(Kind.NO, meanings.AMOUNT_LIMIT),
    "65": Code(Kind.NO, meanings.COUNT_LIMIT),
    "75": Code(Kind.NO, meanings.PASSWORD_BLOCKED),
}
VERIFY = {
    **FAULTS,
    "0": Code(Kind.YES),
    "-1533": Code(Kind.DONE_BEFORE),
    "-1505": Code(Kind.DONE_BEFORE),
    "-1532": Code(Kind.DONE_BEFORE),
    "-1540": Code(Kind.UNKNOWN, meanings.BANK_BUSY),  # confirming failed
    "-130": Code(Kind.WINDOW_OVER, meanings.TOO_LATE),
    "-131": Code(Kind.NO, meanings.NOT_FOUND),
    "-138": Code(Kind.NO, meanings.CANCELLED),
    "-1528": Code(Kind.NO, meanings.NOT_FOUND),
    "-1530": Code(Kind.NO, meanings.NOT_ACCEPTED),
    "-1531": Code(Kind.NO, meanings.DECLINED),
    "-102": Code(Kind.REVERSED, meanings.REVERSED),
    "-1507": Code(Kind.REVERSED, meanings.REVERSED),
    "-1551": Code(Kind.REVERSED, meanings.REVERSED),
}
REVERSE = {
    **FAULTS,
    "0": Code(Kind.YES),
    "-102": Code(Kind.DONE_BEFORE),
    "-1507": Code(Kind.DONE_BEFORE),
    "-1551": Code(Kind.DONE_BEFORE),
    "-1528": Code(Kind.NO),
    "-1549": Code(Kind.WINDOW_OVER),
    "-1550": Code(Kind.NO),
    "-1552": Code(Kind.NO),
}

CLAIMS = {"-138": Claimed.CANCELLED, "-130": Claimed.EXPIRED}
POSITIVE = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


class Parsian:
    traits = Traits(
        title=gettext_noop("Parsian e-commerce"),
        token_life=timedelta(minutes=15),
        verify_window=timedelta(minutes=30),
        verify_names_order=True,
        reverse_window=timedelta(minutes=30),
        settings={"pin": TerminalSetting("[!-~]{1,50}")},
        secrets=frozenset(
            {
                "loginaccount",
                "token",
                "callbackurl",  # holds the key of the way back
                "hashcardnumber",
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
        self, *, line: Line, base_url: str, merchant_number: str, pin: str
    ) -> None:
        self.line = line
        self.base_url = base_url
        self.merchant_number = merchant_number
        self.pin = pin

    def start(self, order: Order) -> Redirect:
        answer = self._call(
            SALE,
            "SalePaymentRequest",
            Amount=order.amount,
            OrderId=order.number,
            CallBackUrl=order.callback_url,
            AdditionalData=order.deposit_identifier,
            Originator="",
        )
        judge(START, text(answer, "Status"))
        token = text(answer, "Token")
        if not POSITIVE.fullmatch(token):
            raise Unknown("no token")
        return Redirect(
            token=token,
            url=f"{self.base_url}/NewIPG/?Token={token}",
        )

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        known = lower_names(fields)
        status, token = field(known, "status"), field(known, "token")
        # Without a reference number it is not paid, whatever the status.
        paid = status == "0" and POSITIVE.fullmatch(field(known, "rrn")) is not None
        if paid and not POSITIVE.fullmatch(token):
            raise Malformed("Token")
        return Callback(
            claimed=Claimed.PAID if paid else CLAIMS.get(status, Claimed.DECLINED),
            receipt_number=token if paid else "",
            token=token,
            order_number=field(known, "orderid"),
            merchant_number=field(known, "terminalno"),
            code=status,
        )

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        if receipt_number != order.token:
            raise Refused("other receipt")
        answer = self._call(
            CONFIRMATION,
            "ConfirmPaymentWithAmount",
            Token=order.token,
            OrderId=order.number,
            Amount=order.amount,
        )
        code = text(answer, "Status")
        kind = judge(VERIFY, code)
        reference, named = optional_text(answer, "RRN"), optional_text(answer, "Token")
        if not POSITIVE.fullmatch(reference):
            if kind is Kind.YES:
                raise Unknown("no reference number")
            reference = order.token
        return Confirmation(
            receipt_number=receipt_number,
            amount=order.amount,
            merchant_number=self.merchant_number,
            reference_number=reference,
            masked_card=optional_text(answer, "CardNumberMasked"),
            token="" if named == "0" else named,
            code=code,
        )

    def reverse(self, order: Order, receipt_number: str) -> None:
        answer = self._call(REVERSAL, "ReversalRequest", Token=receipt_number)
        judge(REVERSE, text(answer, "Status"))

    def _call(self, service: str, operation: str, **content: object) -> dict[str, str]:
        content = {"LoginAccount": self.pin, **content}
        namespace = f"{NAMESPACE}/{service}"
        answer = self.line.post_xml(
            f"{self.base_url}/{SERVICES}/{PLACES.get(service, service)}.asmx",
            ENVELOPE.format(
                operation=operation,
                namespace=namespace,
                content=soap.elements(content),
            ),
            SOAPAction=f'"{namespace}/{operation}"',
        )
        return soap.told(answer, f"{operation}Response", f"{operation}Result")
