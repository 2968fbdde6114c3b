"""ZarinPal v4: ``data`` is an object and ``errors`` an empty array, or the reverse.

What its pages do not say is chosen by a rule, or answered with status 501 and a text
that begins with "sandbox:". Not played: shares of others (wages), settling without the
merchant (auto_verify), the list of what is unverified, and limits to one card.
"""

import secrets
import string
from datetime import timedelta

from django.http import JsonResponse
from django.urls import path

from sandbox import entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

MESSAGES = {
    100: "Success",
    101: "Verified",
    -9: "The input params invalid, validation error.",
    -10: "Terminal is not valid, please check merchant_id or ip address.",
    -11: "Terminal is not active, please contact our support team.",
    -14: "The callback URL domain does not match the registered one.",
    -50: "Session is not valid, amounts values is not the same.",
    -51: "Session is not valid, session is not active paid try.",
    -53: "Session is not this merchant_id session.",
    -54: "Invalid authority.",
    -61: "Session is not in success status.",
}
UNITS = {"IRR": 1, "IRT": 10}
STATUSES = {
    State.CREATED: "IN_BANK",
    State.ENTERED: "IN_BANK",
    State.PAID: "PAID",
    State.VERIFIED: "VERIFIED",
    State.REVERSED: "REVERSED",
    State.AUTO_RETURNED: "REVERSED",
}
SIGNS = string.ascii_lowercase + string.digits


class ZarinPal(Bank):
    psp = "zarinpal"
    title = "زرین‌پال"
    terminals = (
        Terminal("1344b5d4-0048-11e8-94db-005056a205be", alias="zarinpal"),
        Terminal(
            "00000000-0048-11e8-94db-005056a205be",
            title="پایانه غیرفعال",
            is_active=False,
        ),
    )
    operations = ("token", "inquire", "verify", "reverse")
    reverse_within = timedelta(minutes=30)  # of the payment
    order_number_once = False
    back_by = "GET"
    mask = "******"
    rules = {
        "refusal_status": 422,  # 200: a refusal under the status of a yes
        "late_verify": -51,  # of money that has gone back; or -54
    }
    names = {"receipt": ("Authority",)}

    def urls(self):
        asked = "pg/v4/payment"
        return [
            self.call(f"{asked}/request.json", "token", self.token),
            self.call(f"{asked}/verify.json", "verify", self.verify),
            self.call(f"{asked}/inquiry.json", "inquire", self.inquiry),
            self.call(f"{asked}/reverse.json", "reverse", self.reverse),
            path("pg/StartPay/<token>", self.start_pay),
        ]

    def refusal(self, call, code, text=""):
        code = int(code)
        errors = {
            "message": text or MESSAGES.get(code, ""),
            "code": code,
            "validations": [{text: "invalid"}] if code == -9 and text else [],
        }
        status = self.rule("refusal_status")
        return JsonResponse({"data": [], "errors": errors}, status=status)

    def start_pay(self, request, token):
        return entrance.enter(self, request, token)

    def new_token(self):
        return "A" + "".join(secrets.choice(SIGNS) for _ in range(9)).zfill(35)

    def new_receipt(self):
        return digits(9)  # ref_id

    def merchant(self, call):
        self.check_server(call, -10)
        number = reading.text(call.data, "merchant_id", 36, shortest=36, wrong=-9)
        return self.open_terminal(number, unknown=-10, closed=-11)

    def token(self, call):
        data, terminal = call.data, self.merchant(call)
        metadata = data.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise Refused(-9, "metadata")
        check_is_played(data, metadata)
        unit = UNITS.get(data.get("currency", "IRR"))
        if unit is None:
            raise Refused(-9, "currency")
        reading.text(data, "description", 500, wrong=-9)
        asked = self.create(
            call,
            terminal,
            order_number=str(metadata.get("order_id") or "")[:100],
            amount=reading.whole(data, "amount", least=1000 // unit, wrong=-9) * unit,
            callback_url=reading.registered_address(
                data, "callback_url", 2083, wrong=-14
            ),
            mobile=str(metadata.get("mobile") or "")[:20],
            facts={"unit": unit},
            duplicate=Refused(-9),
        )
        fee = {"fee_type": "Merchant", "fee": 0}
        return yes(100, authority=asked.token, **fee)

    def way_back(self, paying):
        status = "OK" if paying.outcome == "success" else "NOK"
        return {"Authority": paying.token, "Status": status}

    def known(self, call):
        terminal = self.merchant(call)
        authority = reading.text(call.data, "authority", 36, shortest=36, wrong=-54)
        paying = self.find(call, token=authority)
        if paying is None:
            raise Refused(-54)
        if paying.terminal != terminal.number:
            raise Refused(-53)
        return paying

    def verify(self, call):
        paid = self.known(call)
        amount = reading.whole(call.data, "amount", wrong=-9)
        if amount * paid.facts["unit"] != paid.amount:
            raise Refused(-50)
        code = 100 if self.verified(paid, call.now) else 101
        if paid.state != State.VERIFIED:
            gone = paid.state in {State.REVERSED, State.AUTO_RETURNED}
            raise Refused(self.rule("late_verify") if gone else -51)
        return yes(
            code,
            card_hash=paid.card_hash.upper(),
            card_pan=paid.card_mask,
            ref_id=int(paid.receipt_number),
            fee_type="Merchant",
            fee=0,
        )

    def inquiry(self, call):
        return yes(100, status=STATUSES.get(self.known(call).state, "FAILED"))

    def reverse(self, call):
        paid = self.known(call)
        in_time = paid.paid_at and call.now < paid.paid_at + self.reverse_within
        states = {State.PAID, State.VERIFIED}
        if not in_time or paid.state not in states:
            raise Refused(-61)
        self.given_back(paid, call.now, paid.state)
        return yes(100)


def check_is_played(data, metadata):
    if data.get("wages"):
        raise Unspecified("wages are not played here")
    if metadata.get("auto_verify") is not False:
        raise Unspecified("auto_verify is not played here: say false")
    if metadata.get("card_pan"):
        raise Unspecified("card_pan is not played here")


def yes(code, **facts):
    return {"data": {"code": code, "message": MESSAGES[code], **facts}, "errors": []}


BANK = ZarinPal()
