"""Vandar v3: decimal text for amounts, sentences for refusals, one yes per payment.

What its pages do not say is chosen by a rule, or answered with a text that begins with
"sandbox:". Not played: refunds from the wallet, limits to cards or national numbers,
and the choice of a port.
"""

import secrets
import string
from datetime import timedelta

from django.http import JsonResponse
from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

SENTENCES = {
    "api key": "وارد کردن api key الزامی است",
    "api_key": "api_key معتبر نیست",
    "IP": "IP پذیرنده معتبر نیست",
    "callback_url": "callback_url معتبر نیست",
    "amount": "amount نباید کوچکتر از 1000 باشد",
    "token": "token معتبر نیست",
    "told": "نتیجه تراکنش قبلا از طرف وندار اعلام گردیده.",
    "failed": "تراکنش با خطا مواجه شده است",
}
NOT_PLAYED = ("national_code", "valid_card_number", "port")
CODES = {
    State.PAID: (1, "Confirm requierd"),
    State.VERIFIED: (2, "Confirmed before"),
    State.AUTO_RETURNED: (3, "Expired"),
    State.EXPIRED: (3, "Expired"),
    State.CANCELLED: (4, "Failed"),
    State.FAILED: (4, "Failed"),
}
SIGNS = string.ascii_uppercase + string.digits
FEE = 12_000


class Vandar(Bank):
    psp = "vandar"
    title = "وندار"
    terminals = (
        Terminal("university", alias="vandar"),
        Terminal("closed", alias="vandar_off", title="درگاه بسته", is_active=False),
    )
    operations = ("token", "inquire", "verify")
    verify_within = timedelta(minutes=20)
    order_number_once = False
    back_by = "GET"
    mask = "******"
    rules = {
        "repeat_verify": 0,  # with a sentence; or 2
        "late_verify": 3,  # or 0, with a sentence
        "payer_carries_the_fee": False,
    }
    names = {
        "amount": ("amount",),
        "order": ("factorNumber",),
        "receipt": ("token",),
    }

    def urls(self):
        return [
            self.call("api/v3/send", "token", self.token),
            self.call("api/v3/transaction", "inquire", self.transaction),
            self.call("api/v3/verify", "verify", self.verify),
            path("v3/<token>", self.page),
        ]

    def refusal(self, call, code, text=""):
        status = int(code) if str(code).isdigit() else 0
        said = text or SENTENCES.get(str(code), SENTENCES["failed"])
        return JsonResponse({"status": status, "errors": [said]}, status=422)

    def page(self, request, token):
        return entrance.enter(self, request, token)

    def new_token(self):
        return "".join(secrets.choice(SIGNS) for _ in range(12))

    def new_receipt(self):
        return digits(12)  # transId

    def shop(self, call):
        """The terminal that this key belongs to."""
        key = reading.text(call.data, "api_key", 200, wrong="api key")
        shop = next((one for one in self.terminals if one.knows(api_key=key)), None)
        if shop is None or not shop.is_active:
            raise Refused("api_key")
        self.check_server(call, "IP")
        return shop

    def token(self, call):
        data, shop = call.data, self.shop(call)
        for name in NOT_PLAYED:
            if data.get(name):
                raise Unspecified(f"{name} is not played here")
        asked = self.create(
            call,
            shop,
            order_number=str(data.get("factorNumber") or "")[:100],
            amount=reading.whole(data, "amount", least=1000, wrong="amount"),
            callback_url=reading.registered_address(
                data, "callback_url", 255, wrong="callback_url"
            ),
            mobile=str(data.get("mobile_number") or "")[:20],
            facts={"description": str(data.get("description") or "")[:255]},
            duplicate=Refused("failed"),
        )
        return {"status": 1, "token": asked.token}

    def way_back(self, paying):
        status = "OK" if paying.outcome == "success" else "FAILED"
        return {"token": paying.token, "payment_status": status}

    def known(self, call):
        shop = self.shop(call)
        token = reading.text(call.data, "token", 200, wrong="token")
        paying = self.find(call, terminal=shop.number, token=token)
        if paying is None:
            raise Refused("token")
        return paying

    def verify(self, call):
        paid = self.known(call)
        if self.verified(paid, call.now):
            return {
                **self.told(paid),
                "amount": f"{self.asked(paid)}.00",
                "realAmount": self.asked(paid) - FEE,
                "wage": str(FEE),
                "cid": paid.card_hash.upper(),
                "message": "ok",
            }
        if paid.state == State.VERIFIED:
            raise Refused(self.rule("repeat_verify"), SENTENCES["told"])
        gone = paid.state in {State.AUTO_RETURNED, State.EXPIRED}
        raise Refused(self.rule("late_verify") if gone else "failed")

    def transaction(self, call):
        paying = self.known(call)
        if paying.state not in CODES:
            raise Refused("failed", "sandbox: the payer has not finished")
        code, message = CODES[paying.state]
        return {
            **self.told(paying),
            "amount": str(self.asked(paying)),
            "refnumber": paying.rrn or None,
            "trackingCode": paying.trace_no or None,
            "CID": paying.card_hash.upper() or None,
            "createdAt": local(paying.created_at),
            "code": code,
            "message": message,
        }

    def asked(self, paying):
        return paying.amount + FEE * self.rule("payer_carries_the_fee")

    def told(self, paying):
        return {
            "status": 1,
            "transId": int(paying.receipt_number or 0) or None,
            "factorNumber": paying.order_number or None,
            "mobile": paying.mobile or None,
            "description": paying.facts["description"],
            "cardNumber": paying.card_mask or None,
            "paymentDate": paying.paid_at and local(paying.paid_at),
        }


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


BANK = Vandar()
