"""Pasargad electronic payment (PEP), the "Dorsa" REST of 2024.

Where the company's pages contradict each other a rule chooses. What they leave open is
answered with an error that begins with "sandbox:". Not played: splitting, bills.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.core import signing
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

BASE = "dorsa1"
LOGGED_IN_FOR = timedelta(minutes=10)
SALT = "pasargad"
UNAUTHORIZED = "401"

STATUSES = {
    "success": "success",
    "cancel": "cancel",
    "wrong_pin": "failed",
    "low_balance": "failed",
    "timeout": "expire",
}
INQUIRED = {
    State.CREATED: 2,
    State.ENTERED: 2,
    State.PAID: 13031,
    State.SETTLED: 13029,
    State.REVERSED: 13033,
    State.AUTO_RETURNED: 13033,
    State.CANCELLED: 13045,
    State.FAILED: 13025,
    State.EXPIRED: 13025,
}
GONE = {
    State.REVERSED: "13033",
    State.AUTO_RETURNED: "13075",
    State.CANCELLED: "13045",
    State.FAILED: "13025",
    State.EXPIRED: "13025",
    State.SETTLED: "13029",
}


class Pasargad(Bank):
    psp = "pasargad"
    title = "پرداخت الکترونیک پاسارگاد"
    terminals = (
        Terminal("6217318", alias="pasargad"),
        Terminal(
            "6219999", alias="pasargad_off", title="پایانه غیرفعال", is_active=False
        ),
    )
    operations = ("login", "token", "inquire", "verify", "reverse")
    back_by = "GET"
    token_life = timedelta(minutes=15)
    verify_within = timedelta(minutes=25)
    reverse_within = timedelta(minutes=25)  # of the payment
    settle_within = timedelta(minutes=25)
    mask = "******"
    rules = {
        "unsettled": "settled",  # the switch confirms what was only verified
        "verify_address": True,  # or is there the address of confirm alone?
        "reverse_unverified": False,  # one page says no, another yes
        "status_name": "status",  # of the way back; one page prints Status
    }
    names = {
        "amount": ("amount",),
        "order": ("invoice", "invoiceId"),
        "receipt": ("url",),
    }

    def urls(self):
        asked = f"{BASE}/api/payment"
        return [
            self.call(f"{BASE}/token/getToken", "login", self.log_in),
            self.call(f"{asked}/purchase", "token", self.purchase),
            self.call(f"{asked}/payment-inquiry", "inquire", self.inquire),
            self.call(f"{asked}/verify-transactions", "verify", self.verify),
            self.call(f"{asked}/confirm-transactions", "verify", self.confirm),
            self.call(f"{asked}/reverse-transactions", "reverse", self.reverse),
            path(f"{BASE}/<str:token>", self.page),
        ]

    def refusal(self, call, code, text=""):
        told = {"resultMsg": text or f"error {code}", "resultCode": int(code)}
        return JsonResponse(told, status=401 if code == UNAUTHORIZED else 200)

    def page(self, request, token):
        return entrance.enter(self, request, token)

    def new_token(self):
        return f"{secrets.token_hex(20)}{digits(15)}"

    def log_in(self, call):
        self.check_server(call, "13422")
        who = {name: call.data.get(name) for name in ("username", "password")}
        known = (one for one in self.terminals if one.knows(**who))
        terminal = next(known, None)
        if terminal is None:
            raise Refused("13407")
        until = (call.now + LOGGED_IN_FOR).isoformat()
        token = signing.dumps({"terminal": terminal.number, "until": until}, salt=SALT)
        return done(
            token=token, username=who["username"], roles=[{"authority": "merchant"}]
        )

    def merchant(self, call):
        """The terminal that has logged in."""
        self.check_server(call, "13422")
        kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
        try:
            said = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            raise Refused(UNAUTHORIZED) from None
        if kind != "Bearer" or call.now >= datetime.fromisoformat(said["until"]):
            raise Refused(UNAUTHORIZED)
        return self.open_terminal(said["terminal"], unknown="13399", closed="13300")

    def purchase(self, call):
        terminal, data = self.merchant(call), call.data
        if str(data.get("terminalNumber")) != terminal.number:
            raise Refused("13399")
        kind = (str(data.get("serviceCode")), data.get("serviceType"))
        day = str(data.get("invoiceDate"))
        if kind != ("8", "PURCHASE") or not re.fullmatch(r"1[34]\d\d-\d\d-\d\d", day):
            raise Refused("13000")
        bought = self.create(
            call,
            terminal,
            order_number=reading.text(data, "invoice", 50, wrong="13000"),
            amount=reading.whole(data, "amount", wrong="13055"),
            callback_url=reading.registered_address(
                data, "callbackApi", 1000, wrong="13028"
            ),
            mobile=str(data.get("mobileNumber") or "")[:20],
            facts={"description": str(data.get("description") or "")},
            duplicate=Refused("13003"),
        )
        url = call.request.build_absolute_uri(f"/{self.psp}/{BASE}/{bought.token}")
        return done(data={"urlId": bought.token, "url": url})

    def way_back(self, paying):
        return {
            "invoiceId": paying.order_number,
            self.rule("status_name"): STATUSES[paying.outcome],
            "referenceNumber": paying.rrn,
            "trackId": paying.trace_no,
        }

    def inquire(self, call):
        terminal = self.merchant(call)
        number = reading.text(call.data, "invoiceId", 50, wrong="13000")
        known = self.find(call, terminal=terminal.number, order_number=number)
        if known is None:
            raise Refused("13016")
        # Verified money waits for the switch: unknown, unless one asks for the verify.
        waits = 13034 if call.data.get("checkVerify") is True else 2
        facts = told(known) | {
            "status": INQUIRED.get(known.state, waits),
            "transactionId": str(known.pk),
            "cardNumber": known.card_mask,
            "url": known.token,
        }
        return done(data=facts)

    def bought(self, call):
        terminal, data = self.merchant(call), call.data
        known = self.find(
            call,
            terminal=terminal.number,
            order_number=reading.text(data, "invoice", 50, wrong="13000"),
            token=reading.text(data, "urlId", 200, wrong="13000"),
        )
        if known is None:
            raise Refused("13016")
        return known

    def verify(self, call):
        if not self.rule("verify_address"):
            return JsonResponse({"status": 404, "error": "Not Found"}, status=404)
        bought = self.bought(call)
        if self.verified(bought, call.now):
            return done(data=finished(bought))
        raise Refused(self.why_not(bought, {State.VERIFIED: "13428"}))

    def confirm(self, call):
        bought = self.bought(call)
        self.verified(bought, call.now)
        if self.settled(bought, call.now):
            return done(data=finished(bought))
        raise Refused(self.why_not(bought, {}))

    def why_not(self, bought, codes):
        codes = GONE | codes
        if bought.state not in codes:
            raise Unspecified("asked about a payment that is still being made")
        return codes[bought.state]

    def reverse(self, call):
        bought = self.bought(call)
        may = [State.VERIFIED]
        if self.rule("reverse_unverified"):
            may.append(State.PAID)
        late = bought.paid_at and call.now >= bought.paid_at + self.reverse_within
        if bought.state in may and late:
            raise Refused("13076")
        if any(self.given_back(bought, call.now, state) for state in may):
            return done()
        gone = {State.AUTO_RETURNED: "13033"}
        raise Refused(self.why_not(bought, gone))


def done(**facts):
    return {"resultMsg": "Successful", "resultCode": 0, **facts}


def told(known):
    return {
        "invoice": known.order_number,
        "referenceNumber": known.rrn or None,
        "trackId": known.trace_no or None,
        "amount": known.amount,
        "requestDate": f"{timezone.localtime(known.created_at):%Y-%m-%dT%H:%M:%S}.000",
    }


def finished(known):
    return told(known) | {
        "maskedCardNumber": known.card_mask,
        "hashedCardNumber": known.card_hash,
    }


BANK = Pasargad()
