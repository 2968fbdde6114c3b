"""AsanPardakht, REST, manuals 1.3 and 1.6: an answer is an HTTP status.

The same status means other things to other calls. What the manuals do not say is
answered with status 501 and a text that begins with "sandbox:", or chosen by a rule.
Not played: split, bills, top-ups and the card's hash.
"""

import re
import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.urls import path

from sandbox import clock, entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

TEHRAN = ZoneInfo("Asia/Tehran")
NO_RECORD = 472
# operation: what somebody with a wrong password is told, and a wrong server
STRANGERS = {"token": (473, 474), "inquire": (471, 471)}
STRANGER = (477, 477)
PRESENT = {State.PAID, State.VERIFIED, State.SETTLED}


class Asanpardakht(Bank):
    psp = "asanpardakht"
    title = "آسان‌پرداخت (آپ)"
    terminals = (
        Terminal("1234", alias="asanpardakht"),
        Terminal("9999", title="پایانه غیرفعال", is_active=False),
    )
    operations = ("token", "inquire", "verify", "settle", "reverse")
    reverse_within = timedelta(hours=3)  # of the payment
    settle_within = timedelta(hours=12)
    both_methods = True
    mask = "XXXXXX"
    rules = {
        "unsettled": "settled",  # after twelve hours
        "repeat_verify": 472,  # or 473, 475
        "late_verify": 474,  # of money that has gone back; or 471, 476
        "result_readable": 3600,  # seconds; 2700 in another place
        "result_of_returned": False,  # is money that went back still a result?
        "old_fields": False,  # does the browser bring the fields of old terminals?
    }
    names = {
        "amount": ("amount",),
        "order": ("salesOrderID",),
        "receipt": ("payGateTranID", "PaygateTranId"),
    }

    def urls(self):
        return [
            path("v1/Time", self.time),
            self.call("v1/Token", "token", self.token),
            self.call("v1/TranResult", "inquire", self.result, method="GET"),
            self.call("v1/Verify", "verify", self.verify),
            self.call("v1/Settlement", "settle", self.settle),
            self.call("v1/Reverse", "reverse", self.reverse),
            self.call("v1/Cancel", "reverse", self.cancel),
            path("page", self.page),
        ]

    def refusal(self, call, code, text=""):
        return HttpResponse(f'"{text}"' if text else "", status=int(code))

    def time(self, request):
        return JsonResponse(written(clock.now()), safe=False)

    def page(self, request):
        return entrance.enter(self, request, request.POST.get("RefId", ""))

    def new_token(self):
        return secrets.token_hex(8)

    def new_receipt(self):
        return digits(9)

    def merchant(self, call):
        """The terminal, if its user and its server may ask."""
        wrong_user, wrong_server = STRANGERS.get(call.operation, STRANGER)
        user, password = (call.request.headers.get(name) for name in ("usr", "pwd"))
        if not user or not password:
            raise Refused(401)
        try:
            self.check_server(call, wrong_server)
        except Refused:
            seen = call.request.META["REMOTE_ADDR"]
            raise Refused(wrong_server, f"Your IP address is {seen}") from None
        number = call.data.get("merchantConfigurationId", "")
        terminal = self.open_terminal(number, unknown=wrong_user, closed=490)
        if not terminal.knows(username=user, password=password):
            raise Refused(wrong_user)
        return terminal

    def token(self, call):
        data, terminal = call.data, self.merchant(call)
        if data.get("serviceTypeId") != 1:
            raise Refused(479)
        if data.get("settlementPortions"):
            raise Unspecified("settlementPortions is not played here")
        check_moment(data.get("localDate"), call.now)
        asked = self.create(
            call,
            terminal,
            order_number=str(reading.whole(data, "localInvoiceId", wrong=400)),
            amount=amount_of(data),
            callback_url=reading.registered_address(
                data, "callbackURL", 1000, wrong=488
            ),
            deposit_identifier=identifier(data),
            facts={"additional": str(data.get("additionalData") or "")[:100]},
            duplicate=Refused(489),
        )
        return asked.token

    def way_back(self, paying):
        if not self.rule("old_fields"):
            return {}
        params = secrets.token_hex(32)
        return {"ReturningParams": params, "PaygateTranId": paying.receipt_number}

    def result(self, call):
        terminal = self.merchant(call)
        invoice = reading.text(call.data, "localInvoiceId", 20, wrong=400)
        paid = self.find(call, terminal=terminal.number, order_number=invoice)
        if paid is None or paid.outcome != "success":
            raise Refused(NO_RECORD)
        readable = timedelta(seconds=self.rule("result_readable"))
        told = paid.state in PRESENT or self.rule("result_of_returned")
        if not told or call.now >= paid.paid_at + readable:
            raise Refused(NO_RECORD)
        return {
            "cardNumber": paid.card_mask,
            "rrn": paid.rrn,
            "refID": paid.token,
            "amount": str(paid.amount),
            "payGateTranID": paid.receipt_number,
            "salesOrderID": paid.order_number,
            "hash": paid.card_hash,
            "serviceTypeId": 1,
            "serviceStatusCode": None,
            "payGateTranDate": written(paid.paid_at),
            "payGateTranDateEpoch": int(paid.paid_at.timestamp()),
        }

    def paid(self, call):
        terminal = self.merchant(call)
        receipt = reading.text(call.data, "payGateTranId", 20, wrong=400)
        paid = self.find(call, terminal=terminal.number, receipt_number=receipt)
        if paid is None:
            raise Refused(471)
        return paid

    def verify(self, call):
        paid = self.paid(call)
        if self.verified(paid, call.now):
            return HttpResponse()
        there = paid.state in PRESENT
        raise Refused(self.rule("repeat_verify" if there else "late_verify"))

    def settle(self, call):
        paid = self.paid(call)
        if self.settled(paid, call.now):
            return HttpResponse()
        raise Refused({State.SETTLED: 474, State.PAID: 473}.get(paid.state, 475))

    def reverse(self, call):
        paid = self.paid(call)
        if self.given_back(paid, call.now, State.PAID):
            return HttpResponse()
        raise Refused(
            {State.REVERSED: 473, State.AUTO_RETURNED: 475}.get(paid.state, 472)
        )

    def cancel(self, call):
        paid = self.paid(call)
        in_time = call.now < paid.paid_at + self.reverse_within
        if in_time and self.given_back(paid, call.now):
            return HttpResponse()
        raise Unspecified(f"Cancel of what is {paid.state}, or too late")


def check_moment(text, now):
    if not isinstance(text, str) or len(text) != 15:
        raise Refused(477)
    try:
        moment = datetime.strptime(text, "%Y%m%d %H%M%S").replace(tzinfo=TEHRAN)
    except ValueError:
        raise Refused(478) from None
    if abs(now - moment) > timedelta(days=1):
        raise Refused(485)


def amount_of(data):
    amount = data.get("amountInRials")
    if type(amount) is not int:
        raise Refused(476)
    return reading.whole(data, "amountInRials", least=1000, wrong=486)


def identifier(data):
    found = data.get("paymentId", "0")
    if not isinstance(found, str) or not re.fullmatch("[0-9]{1,30}", found, re.ASCII):
        raise Refused(494)
    return "" if found == "0" else found


def written(moment):
    return f"{moment.astimezone(TEHRAN):%Y%m%d %H%M%S}"


BANK = Asanpardakht()
