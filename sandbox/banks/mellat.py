"""Behpardakht Mellat: SOAP, manual 1.29, with verifySettle of 1.38.

What the manuals do not say is answered with a SOAP fault that begins with "sandbox:",
or chosen by a rule. Not played: split and dynamic accounts, refunds, and asking for a
lost SaleReferenceId, which is in the service's description and in no manual.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta

from django.urls import path

from sandbox import entrance, reading
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.soap import Message, Service, SoapBank
from sandbox.terminals import Terminal

WHO = (("terminalId", "long"), ("userName", "string"), ("userPassword", "string"))
PAYMENT = (
    *WHO,
    ("orderId", "long"),
    ("amount", "long"),
    ("localDate", "string"),
    ("localTime", "string"),
    ("additionalData", "string"),
    ("callBackUrl", "string"),
    ("payerId", "string"),
    ("mobileNo", "string"),
    ("encPan", "string"),
    ("panHiddenMode", "string"),
    ("cartItem", "string"),
    ("enc", "string"),
)
SALE = (
    *WHO,
    ("orderId", "long"),
    ("saleOrderId", "long"),
    ("saleReferenceId", "long"),
)
SERVICE = Service(
    name="PaymentGatewayImplService",
    port_type="IPaymentGateway",
    namespace="http://interfaces.core.sw.bps.com/",
    own_namespace="http://service.pgw.sw.bps.com/",
    messages={
        "bpPayRequest": Message("token", "token", PAYMENT),
        "bpVerifyRequest": Message("verify", "verify", SALE),
        "bpSettleRequest": Message("settle", "settle", SALE),
        "bpVerifySettleRequest": Message("verify", "verify_and_settle", SALE),
        "bpInquiryRequest": Message("inquire", "inquire", SALE),
        "bpReversalRequest": Message("reverse", "reverse", SALE),
        "bpSaleReferenceIdRequest": Message("inquire", "sale_reference", SALE[:-1]),
    },
)
CODES = {
    "success": "0",
    "cancel": "17",
    "wrong_pin": "13",
    "low_balance": "12",
    "timeout": "415",
}
GONE = {State.REVERSED: "48", State.AUTO_RETURNED: "48"}


class Mellat(SoapBank):
    psp = "mellat"
    title = "به‌پرداخت ملت"
    terminals = (
        Terminal("7001234", alias="mellat"),
        Terminal("7009999", title="پایانه غیرفعال", is_active=False),
    )
    operations = ("token", "verify", "settle", "inquire", "reverse")
    token_life = timedelta(minutes=15)
    verify_within = timedelta(minutes=20)
    reverse_within = timedelta(hours=3)  # of the verify
    settle_within = timedelta(hours=3)
    mask = "*****"
    rules = {
        "unsettled": "kept",  # after three hours; or settled, or returned
        "repeat_verify": "43",
        "repeat_verify_settle": "",  # no manual says; perhaps 43 or 45
        "inquiry_of_verified": "0",  # or 43, or 46
        "inquiry_of_settled": "0",  # or 45
        "unknown_reference": "",  # a wrong saleReferenceId; perhaps 42
    }
    names = {
        "amount": ("FinalAmount",),
        "order": ("SaleOrderId",),
        "receipt": ("SaleReferenceId",),
    }

    def urls(self):
        return [
            self.soap("pgwchannel/services/pgw", SERVICE),
            path("pgwchannel/startpay.mellat", self.startpay),
        ]

    def refusal(self, call, code, text=""):
        return {"return": code}

    def startpay(self, request):
        return entrance.enter(self, request, request.POST.get("RefId", ""))

    def new_token(self):
        """Opaque, and other capitals are another one."""
        return f"A{secrets.token_hex(5).upper()}{secrets.token_hex(5)}f"

    def merchant(self, call):
        """The terminal, if its server and its user may ask."""
        self.check_server(call, "421")
        terminal = self.open_terminal(
            call.data["terminalId"], unknown="21", closed="21"
        )
        user, password = (call.data.get(name) for name in ("userName", "userPassword"))
        if not terminal.knows(username=user, password=password):
            raise Refused("24")
        return terminal

    def token(self, call):
        data, terminal = call.data, self.merchant(call)
        check_moment(data.get("localDate", ""), data.get("localTime", ""))
        payer_id = data.get("payerId", "")
        if not re.fullmatch(r"\d{0,30}", payer_id, re.ASCII):
            raise Refused("417")
        asked = self.create(
            call,
            terminal,
            order_number=reading.whole(data, "orderId", most=2**63 - 1, wrong="32"),
            amount=reading.whole(data, "amount", wrong="25"),
            callback_url=reading.registered_address(
                data, "callBackUrl", 1000, wrong="62"
            ),
            mobile=data.get("mobileNo", "").removeprefix("98"),
            deposit_identifier="" if payer_id == "0" else payer_id,
            facts={"additional": additional(data)},
            duplicate=Refused("41"),
        )
        return {"return": f"0,{asked.token}"}

    def way_back(self, paying):
        fields = {
            "RefId": paying.token,
            "ResCode": CODES[paying.outcome],
            "SaleOrderId": paying.order_number,
        }
        if paying.outcome != "success":
            return fields
        return fields | {
            "SaleReferenceId": paying.receipt_number,
            "CardHolderPan": paying.card_mask,
            "CreditCardSaleResponseDetail": "",
            "FinalAmount": paying.amount,
        }

    def sale(self, call):
        """The sale about which is asked; 42 if the order was never paid."""
        terminal = self.merchant(call)
        order_number = str(call.data["saleOrderId"])
        paid = self.find(call, terminal=terminal.number, order_number=order_number)
        if paid is None:
            raise Refused("42")
        if paid.receipt_number != str(call.data["saleReferenceId"]):
            self.by_rule("unknown_reference")
        return paid

    def by_rule(self, name):
        if not self.rule(name):
            raise Unspecified(f"{name} stands in no manual")
        raise Refused(self.rule(name))

    def verify(self, call):
        paid = self.sale(call)
        if self.verified(paid, call.now):
            return {"return": "0"}
        return {"return": GONE.get(paid.state) or self.rule("repeat_verify")}

    def settle(self, call):
        paid = self.sale(call)
        if self.settled(paid, call.now):
            return {"return": "0"}
        codes = GONE | {State.PAID: "44", State.SETTLED: "45"}
        return {"return": codes[paid.state]}

    def verify_and_settle(self, call):
        paid = self.sale(call)
        if self.verified(paid, call.now) and self.settled(paid, call.now):
            return {"return": "0"}
        if paid.state not in GONE:
            self.by_rule("repeat_verify_settle")
        return {"return": GONE[paid.state]}

    def inquire(self, call):
        paid = self.sale(call)
        codes = GONE | {
            State.PAID: "44",
            State.VERIFIED: self.rule("inquiry_of_verified"),
            State.SETTLED: self.rule("inquiry_of_settled"),
        }
        return {"return": codes[paid.state]}

    def reverse(self, call):
        paid = self.sale(call)
        late = paid.verified_at and call.now >= paid.verified_at + self.reverse_within
        if paid.state == State.VERIFIED and late:
            raise Unspecified("reversal more than three hours after verify")
        if self.given_back(paid, call.now):
            return {"return": "0"}
        codes = GONE | {State.PAID: "44", State.SETTLED: "45"}
        return {"return": codes[paid.state]}

    def sale_reference(self, call):
        raise Unspecified("bpSaleReferenceIdRequest stands in no manual")


def check_moment(date, time):
    try:
        datetime.strptime(f"{date} {time}", "%Y%m%d %H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("35") from None


def additional(data):
    text = data.get("additionalData", "")
    if len(text) > 1000:
        raise Refused("32")
    return text


BANK = Mellat()
