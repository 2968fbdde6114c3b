"""PayPing v3, as one library describes it: toman, a bearer token, RFC 7807 for a no.

Much of it is not known: such answers carry a text that begins with "sandbox:", or are
chosen by a rule. Not played: shares of others, blocked payments and fees. Of the codes
of its refusals only 110 (verified before) is known, so the others tell none.
"""

import json
from datetime import UTC, timedelta

from django.http import HttpResponse, JsonResponse
from django.urls import path

from sandbox import alterations, entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

TOMAN = 10  # rials
VERIFIED_BEFORE = 110
REPORTS = {
    State.CREATED: 0,
    State.ENTERED: 2,
    State.PAID: 5,
    State.VERIFIED: 1,
    State.REVERSED: 1,
    State.CANCELLED: 3,
}
FAILED = 4


class PayPing(Bank):
    psp = "payping"
    title = "پی‌پینگ"
    terminals = (
        Terminal("university", alias="payping"),
        Terminal("closed", alias="payping_off", title="حساب بسته", is_active=False),
    )
    operations = ("token", "inquire", "verify", "reverse")
    verify_within = timedelta(minutes=10)
    reverse_within = timedelta(minutes=30)  # of the verification
    order_number_once = False
    back_by = "POST"
    mask = "******"
    rules = {
        "flat_return": False,  # the query of older terminals
        "settling": 0,  # so many verifications are answered 202: not yet
        "tells_again": True,  # does the refusal with 110 tell the payment itself?
    }
    names = {
        "amount": ("amount", "Amount"),
        "order": ("clientRefId", "ClientRefId", "clientrefid"),
        "receipt": ("paymentRefId", "PaymentRefId", "refId", "refid"),
    }

    def urls(self):
        return [
            self.call("v3/pay", "token", self.token),
            self.call("v3/pay/verify", "verify", self.verify),
            self.call("v3/pay/reverse", "reverse", self.reverse),
            self.call("v1/report/<code>", "inquire", self.report, method="GET"),
            path("v3/pay/start/<token>", self.start),
        ]

    def refusal(self, call, code, text=""):
        code = int(code)
        if code == 401:
            return HttpResponse(status=401)
        status = 409 if code == VERIFIED_BEFORE else code if code >= 400 else 400
        problem = {"title": text or "Refused", "status": status, "metaData": {}}
        if code != status:
            problem["metaData"] = {"code": code, "errors": [{"message": text}]}
        return JsonResponse(problem, status=status)

    def alter(self, told, names, value):
        """On the way back the payment is a document within a field."""
        if isinstance(told, dict) and isinstance(told.get("data"), str):
            data = alterations.replaced(json.loads(told["data"]), names, value)
            return told | {"data": json.dumps(data)}
        return super().alter(told, names, value)

    def start(self, request, token):
        return entrance.enter(self, request, token)

    def new_token(self):
        return super().new_token()[:16]

    def new_receipt(self):
        return digits(9)

    def account(self, call):
        """The terminal that the bearer token belongs to."""
        said = call.request.headers.get("Authorization", "").removeprefix("Bearer ")
        found = next((one for one in self.terminals if one.knows(token=said)), None)
        if found is None:
            raise Refused(401)
        if not found.is_active:
            raise Refused(403, "sandbox: the account is closed")
        self.check_server(call, 403)
        return found

    def token(self, call):
        data, account = call.data, self.account(call)
        if data.get("items") or data.get("isBlocked"):
            raise Unspecified("shares and blocked payments are not played here")
        toman = reading.whole(data, "amount", wrong=400)
        asked = self.create(
            call,
            account,
            order_number=str(data.get("clientRefId") or "")[:100],
            amount=toman * TOMAN,
            callback_url=reading.address(data, "returnUrl", 2083, wrong=400),
            mobile=str(data.get("payerIdentity") or "")[:20],
            facts={"is_reversible": data.get("isReversible") is True},
            back_by="GET" if self.rule("flat_return") else "POST",
            duplicate=Refused(400),
        )
        return {
            "paymentCode": asked.token,
            "url": call.request.build_absolute_uri(f"pay/start/{asked.token}"),
            "amount": toman,
            "gatewayAmount": toman,
            "payerWage": 0,
            "businessWage": 0,
        }

    def way_back(self, paying):
        paid = paying.outcome == "success"
        if paying.back_by == "GET":
            return {
                "refid": paying.receipt_number,
                "code": paying.token,
                "clientrefid": paying.order_number,
                "cardnumber": paying.card_mask,
                "cardhashpan": paying.card_hash,
            }
        told = details(paying) if paid else named(paying)
        return {"status": int(paid), "errorCode": "", "data": json.dumps(told)}

    def paid(self, call):
        account = self.account(call)
        code = reading.text(call.data, "paymentCode", 100, wrong=400)
        receipt = str(reading.whole(call.data, "paymentRefId", wrong=400))
        paid = self.find(call, terminal=account.number, token=code)
        if paid is None or paid.receipt_number != receipt:
            raise Refused(404, "sandbox: no such payment")
        return paid

    def verify(self, call):
        paid = self.paid(call)
        if reading.whole(call.data, "amount", wrong=400) * TOMAN != paid.amount:
            raise Refused(400, "sandbox: another amount")
        if paid.verify_calls < self.rule("settling"):  # not counting this one
            return HttpResponse(status=202)
        if self.verified(paid, call.now):
            return after_verification(paid)
        if paid.state == State.VERIFIED:
            return self.verified_before(call, paid)
        raise Refused(400, f"sandbox: the payment is {paid.state}")

    def verified_before(self, call, paid):
        if not self.rule("tells_again"):
            raise Refused(VERIFIED_BEFORE)
        told = after_verification(paid).items()
        message = {name[0].upper() + name[1:]: value for name, value in told}
        data = {"code": VERIFIED_BEFORE, "message": message}
        return JsonResponse({"status": 409, "metaData": data}, status=409)

    def reverse(self, call):
        paid = self.paid(call)
        if not paid.facts["is_reversible"] or paid.state != State.VERIFIED:
            raise Refused(400, "sandbox: not to be reversed")
        if call.now >= paid.verified_at + self.reverse_within:
            raise Refused(400, "sandbox: too late to reverse")
        self.given_back(paid, call.now)
        return {**after_verification(paid), "reversedDate": utc(paid.ended_at)}

    def report(self, call):
        account = self.account(call)
        paying = self.find(call, terminal=account.number, token=call.data["code"])
        if paying is None:
            raise Refused(404, "sandbox: no such payment")
        return {
            "amount": paying.amount // TOMAN,
            "payDate": paying.paid_at and utc(paying.paid_at),
            "reqDate": utc(paying.created_at),
            "isPaid": paying.state in {State.PAID, State.VERIFIED},
            "description": None,
            "clientRefId": paying.order_number,
            "refId": paying.receipt_number or None,
            "wage": 0,
            "paymentStatus": REPORTS.get(paying.state, FAILED),
        }


def named(paying):
    return {"clientRefId": paying.order_number, "paymentCode": paying.token}


def details(paid):
    return {
        **named(paid),
        "paymentRefId": int(paid.receipt_number),
        "amount": paid.amount // TOMAN,
        "gatewayAmount": paid.amount // TOMAN,
        "cardNumber": paid.card_mask,
        "cardHashPan": paid.card_hash,
    }


def after_verification(paid):
    told = details(paid)
    code = {"code": told.pop("paymentCode"), "payedDate": utc(paid.paid_at)}
    return {**told, **code, "payerWage": 0, "businessWage": 0, "paypingVat": 0}


def utc(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


BANK = PayPing()
