"""Parsian e-commerce (PEC): SOAP, document 10010101.

The documents about confirming, reversing and codes were not found by anybody: what
they would tell is answered with a SOAP fault that begins with "sandbox:", or chosen by
a rule. Not played: splitting.
"""

from datetime import timedelta

from django.urls import path

from sandbox import entrance, reading
from sandbox.bank import digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.soap import Message, Service, SoapBank
from sandbox.terminals import Terminal

SPACE = "https://pec.Shaparak.ir/NewIPGServices"
PIN = ("LoginAccount", "string")
TOKEN = ("Token", "long")
STATUS = ("Status", "short")
PURCHASE = (
    PIN,
    ("Amount", "long"),
    ("OrderId", "long"),
    ("CallBackUrl", "string"),
    ("AdditionalData", "string"),
    ("Originator", "string"),
)
ORDER = (("OrderId", "long"), ("Amount", "long"))
CONFIRMED = (STATUS, ("CardNumberMasked", "string"), ("RRN", "long"), TOKEN)


def message(name, operation, work, fields, answer):
    """What is asked stands in requestData, what is answered in <name>Result."""
    asked = (("requestData", fields),)
    return {name: Message(operation, work, asked, ((f"{name}Result", answer),))}


def service(name, place, messages):
    return Service(
        name=name,
        port_type=f"{name}Soap",
        namespace=f"{SPACE}/{place}",
        messages=messages,
        qualified=True,
        actions=True,
    )


SALE = service(
    "SaleService",
    "Sale/SaleService",
    message(
        "SalePaymentRequest",
        "token",
        "sell",
        PURCHASE,
        (TOKEN, ("Message", "string"), STATUS),
    ),
)
CONFIRM = service(
    "ConfirmService",
    "Confirm/ConfirmService",
    message("ConfirmPayment", "verify", "confirm", (PIN, TOKEN), CONFIRMED)
    | message(
        "ConfirmPaymentWithAmount",
        "verify",
        "confirm_with_amount",
        (PIN, TOKEN, *ORDER),
        CONFIRMED,
    ),
)
REVERSAL = service(
    "ReversalService",
    "Reversal/ReversalService",
    message(
        "ReversalRequest",
        "reverse",
        "reverse",
        (PIN, TOKEN),
        (STATUS, ("Message", "string"), TOKEN),
    ),
)
# What the card's bank said, or the pay page itself.
CODES = {
    "success": "0",
    "cancel": "-138",
    "wrong_pin": "55",
    "low_balance": "51",
    "timeout": "-130",
}
UNPAID = {
    State.CREATED: "-1528",
    State.ENTERED: "-1528",
    State.CANCELLED: "-138",
    State.FAILED: "-1531",
    State.EXPIRED: "-130",
    State.REVERSED: "-102",
}


class Parsian(SoapBank):
    psp = "parsian"
    title = "تجارت الکترونیک پارسیان"
    terminals = (
        Terminal("44481234", alias="parsian"),
        Terminal(
            "44489999", alias="parsian_off", title="پایانه غیرفعال", is_active=False
        ),
    )
    operations = ("token", "verify", "reverse")
    token_life = timedelta(minutes=15)
    verify_within = timedelta(minutes=30)
    reverse_within = timedelta(minutes=30)  # of the payment
    mask = "******"
    rules = {
        "repeat_confirm": "0",  # since 1400; -1533 before
        "repeat_tells": True,  # does a repeated confirmation tell the RRN again?
        "late_confirm": "",  # when the money has gone back; perhaps -130 or -1530
        "other_amount": "",  # or another order; perhaps -1530
        "malformed": "",  # one of -113 to -121
    }
    names = {
        "amount": ("Amount",),
        "order": ("OrderId",),
        "receipt": ("Token",),
        "terminal": ("TerminalNo",),
    }

    def urls(self):
        at = "NewIPGServices"
        return [
            self.soap(f"{at}/Sale/SaleService.asmx", SALE),
            self.soap(f"{at}/Confirm/ConfirmService.asmx", CONFIRM),
            self.soap(f"{at}/Reverse/ReversalService.asmx", REVERSAL),
            path("NewIPG/", self.page),
        ]

    def refusal(self, call, code, text=""):
        token = call.data.get("requestData", {}).get("Token", 0)
        told = {"Status": code, "Token": token, "Message": text}
        if call.operation == "verify":
            told |= {"RRN": 0, "CardNumberMasked": ""}
        return self.told(call, **told)

    def told(self, call, **facts):
        """The facts in the order of the service's description."""
        service, name = call.wire
        [(result, fields)] = service.messages[name].answer
        return {result: {field: facts.get(field) for field, _kind in fields}}

    def page(self, request):
        query = {name.lower(): value for name, value in request.GET.items()}
        return entrance.enter(self, request, query.get("token", ""))

    def new_token(self):
        return digits(15)

    def by_rule(self, name):
        if not self.rule(name):
            raise Unspecified(f"{name}: which code this has stands in no document")
        raise Refused(self.rule(name))

    def merchant(self, call):
        """The terminal is known by its PIN alone."""
        data = call.data.setdefault("requestData", {})
        self.check_server(call, "-127")
        pin = data.get("LoginAccount")
        known = (one for one in self.terminals if one.knows(pin=pin))
        terminal = next(known, None)
        number = terminal.number if terminal else ""
        return self.open_terminal(number, unknown="-126", closed="-100")

    def sell(self, call):
        terminal, data = self.merchant(call), call.data["requestData"]
        if data["Amount"] < 1000:
            raise Refused("-132")
        too_long = (
            len(data.get("AdditionalData", "")) > 500
            or len(data.get("Originator", "")) > 50
        )
        if data["OrderId"] < 1 or too_long:
            self.by_rule("malformed")
        try:
            url = reading.address(data, "CallBackUrl", 2083, wrong="")
        except Refused:
            self.by_rule("malformed")
        sold = self.create(
            call,
            terminal,
            order_number=str(data["OrderId"]),
            amount=data["Amount"],
            callback_url=url,
            mobile=data.get("Originator", "")[:20],
            facts={"additional": data.get("AdditionalData", "")},
            duplicate=Refused("-112"),
        )
        return self.told(call, Token=sold.token, Message="OK", Status=0)

    def way_back(self, paying):
        status = CODES[paying.outcome]
        fields = {
            "Token": paying.token,
            "OrderId": paying.order_number,
            "status": status,
        }
        if paying.outcome == "cancel":
            return fields
        paid = paying.outcome == "success"
        return fields | {
            "TerminalNo": paying.terminal,
            "RRN": paying.rrn if paid else 0,
            "Amount": f"{paying.amount:,}",
            "HashCardNumber": paying.card_hash,
        }

    def sold(self, call):
        """The sale of a token; -131 if this terminal has none."""
        terminal = self.merchant(call)
        token = call.data["requestData"]["Token"]
        sold = self.find(call, terminal=terminal.number, token=str(token))
        if sold is None:
            raise Refused("-131")
        return sold

    def confirm_with_amount(self, call):
        data, sold = call.data["requestData"], self.sold(call)
        if (str(data["OrderId"]), data["Amount"]) != (sold.order_number, sold.amount):
            self.by_rule("other_amount")
        return self.confirmed(call, sold)

    def confirm(self, call):
        return self.confirmed(call, self.sold(call))

    def confirmed(self, call, sold):
        if self.verified(sold, call.now):
            return self.facts(call, sold, "0")
        if sold.state == State.AUTO_RETURNED:
            self.by_rule("late_confirm")
        if sold.state != State.VERIFIED:
            raise Refused(UNPAID[sold.state])
        code = self.rule("repeat_confirm")
        if code != "0" and not self.rule("repeat_tells"):
            raise Refused(code)
        return self.facts(call, sold, code)

    def facts(self, call, sold, code):
        return self.told(
            call,
            Status=code,
            CardNumberMasked=sold.card_mask,
            RRN=sold.rrn,
            Token=sold.token,
        )

    def reverse(self, call):
        sold = self.sold(call)
        late = sold.paid_at and call.now >= sold.paid_at + self.reverse_within
        if sold.state == State.VERIFIED and late:
            raise Refused("-1549")
        if not self.given_back(sold, call.now):
            raise Refused("-1551" if sold.state == State.REVERSED else "-1550")
        return self.told(call, Status=0, Message="OK", Token=sold.token)


BANK = Parsian()
