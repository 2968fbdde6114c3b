"""Zibal v1: whole rials, a result with every answer, status words for payments.

What is not known of it is chosen by a rule, or answered with status 501 and a text that
begins with "sandbox:". Not played: lazy payments, shares of others, fees of the payer
and limits to cards or national numbers. No code for a strange server is known: it is
told 104 (merchant not valid), with such a text.
"""

from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

MESSAGES = {
    100: "success",
    102: "merchant not found",
    103: "merchant not active",
    105: "amount must be greater than 1000",
    106: "callbackUrl is not valid",
    201: "already verified",
    202: "order is not paid or failed",
    203: "trackId is not valid",
}
NOT_PLAYED = (
    "allowedCards",
    "checkMobileWithCard",
    "feeMode",
    "ledgerId",
    "linkToPay",
    "multiplexingInfos",
    "nationalCode",
    "percentMode",
    "sms",
)
OUTCOMES = {"cancel": 3, "wrong_pin": 6, "low_balance": 5}
STATUSES = {
    State.CREATED: -1,
    State.ENTERED: -1,
    State.PAID: 2,
    State.VERIFIED: 1,
    State.AUTO_RETURNED: 18,
    State.REVERSED: 15,
}


class Zibal(Bank):
    psp = "zibal"
    title = "زیبال"
    terminals = (
        Terminal("5f0e8a1c2b3d4e5f60718293", alias="zibal"),
        Terminal("5f0e8a1c2b3d4e5f60710000", title="پذیرنده غیرفعال", is_active=False),
    )
    operations = ("token", "inquire", "verify")
    order_number_once = False
    back_by = "GET"
    mask = "******"
    rules = {
        "status_of_time_out": 3,  # of a payer whose time was over; or -1, -2
        "reference": True,  # is there a refNumber? Trials have none.
    }
    names = {
        "amount": ("amount",),
        "order": ("orderId",),
        "receipt": ("trackId",),
    }

    def urls(self):
        return [
            self.call("v1/request", "token", self.token),
            self.call("v1/verify", "verify", self.verify),
            self.call("v1/inquiry", "inquire", self.inquiry),
            path("start/<token>", self.start),
        ]

    def refusal(self, call, code, text=""):
        code = int(code)
        return {"message": text or MESSAGES.get(code, ""), "result": code}

    def start(self, request, token):
        return entrance.enter(self, request, token)

    def new_token(self):
        return digits(10)

    def merchant(self, call):
        try:
            self.check_server(call, 104)
        except Refused as no:
            raise Refused(no.code, "sandbox: another server") from None
        number = reading.text(call.data, "merchant", 36, wrong=102)
        return self.open_terminal(number, unknown=102, closed=103)

    def token(self, call):
        data, terminal = call.data, self.merchant(call)
        for name in NOT_PLAYED:
            if data.get(name):
                raise Unspecified(f"{name} is not played here")
        asked = self.create(
            call,
            terminal,
            order_number=str(data.get("orderId") or "")[:100],
            amount=reading.whole(data, "amount", least=1001, wrong=105),
            callback_url=reading.address(data, "callbackUrl", 2083, wrong=106),
            mobile=str(data.get("mobile") or "")[:20],
            facts={"description": str(data.get("description") or "")},
            duplicate=Refused(203),
        )
        return {"message": MESSAGES[100], "result": 100, "trackId": int(asked.token)}

    def way_back(self, paying):
        return {
            "success": int(paying.outcome == "success"),
            "status": self.status(paying),
            "trackId": paying.token,
            "orderId": paying.order_number,
        }

    def status(self, paying):
        if paying.state in STATUSES:
            return STATUSES[paying.state]
        return OUTCOMES.get(paying.outcome, self.rule("status_of_time_out"))

    def known(self, call):
        terminal = self.merchant(call)
        track_id = str(reading.whole(call.data, "trackId", wrong=203))
        paying = self.find(call, terminal=terminal.number, token=track_id)
        if paying is None:
            raise Refused(203)
        return paying

    def verify(self, call):
        paid = self.known(call)
        if self.verified(paid, call.now):
            return self.told(paid)
        raise Refused(201 if paid.state == State.VERIFIED else 202)

    def inquiry(self, call):
        paying = self.known(call)
        verified = paying.verified_at and local(paying.verified_at)
        times = {"createdAt": local(paying.created_at), "verifiedAt": verified}
        return self.told(paying) | times

    def told(self, paying):
        named = paying.paid_at and self.rule("reference")
        return {
            "message": MESSAGES[100],
            "result": 100,
            "refNumber": paying.rrn if named else None,
            "paidAt": paying.paid_at and local(paying.paid_at),
            "status": self.status(paying),
            "amount": paying.amount,
            "orderId": paying.order_number,
            "description": paying.facts["description"],
            "cardNumber": paying.card_mask or None,
        }


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S.%f}"


BANK = Zibal()
