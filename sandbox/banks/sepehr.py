"""Sepehr (Mabna, Bank Saderat), REST, manual 3.0.

What the manual does not say is answered with status 501 and a text that begins with
"sandbox:", or chosen by a rule. Not played: split, bills and top-ups.
"""

from datetime import timedelta

from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank, digits
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

NOT_FOUND, REVERSED, GENERAL, IMPOSSIBLE, SERVER, NOT_ENABLED = range(-1, -7, -1)
WRONG_SERVER_AT_TOKEN = -2
TEXTS = {
    NOT_FOUND: "تراکنش پیدا نشد",
    REVERSED: "تراکنش پیش‌تر برگشت خورده است",
    GENERAL: "خطای عمومی",
    IMPOSSIBLE: "امکان انجام درخواست برای این تراکنش نیست",
    SERVER: "نشانی سرور نامعتبر است",
    NOT_ENABLED: "سرویس برگشت تراکنش برای پذیرنده فعال نیست",
}
# outcome: respcode; the manual has none for a payment that failed
RESPCODES = {"success": "0", "cancel": "-1", "timeout": "-2"}


class Sepehr(Bank):
    psp = "sepehr"
    title = "پرداخت الکترونیک سپهر"
    terminals = (
        Terminal("99000001", alias="sepehr"),
        Terminal("99000009", title="پایانه غیرفعال", is_active=False),
    )
    operations = ("token", "verify", "reverse")
    reverse_within = timedelta(minutes=30)  # of the Advice
    both_methods = True
    mask = "******"
    rules = {
        "token_name": "Accesstoken",  # AccessToken in the manual
        "yes": "OK",  # or Ok
        "rollback_enabled": True,
        "failed_respcode": "-1",
    }
    names = {
        "amount": ("ReturnId", "amount"),
        "order": ("invoiceid",),
        "receipt": ("digitalreceipt",),
        "terminal": ("terminalid",),
    }

    def urls(self):
        return [
            self.call("V1/PeymentApi/GetToken", "token", self.token),
            self.call("V1/PeymentApi/Advice", "verify", self.advice),
            self.call("V1/PeymentApi/Rollback", "reverse", self.rollback),
            path("page/Pay", self.page),
            path("page/Mpay", self.page),
        ]

    def refusal(self, call, code, text=""):
        if call.operation == "token":
            return {"Status": int(code), self.rule("token_name"): ""}
        return result("NOK", int(code), text or TEXTS.get(int(code), ""))

    def page(self, request):
        """The form's nationalCode is kept as the payer sends it: an identifier."""
        changes = {"deposit_identifier": request.POST.get("nationalCode", "")[:50]}
        if request.POST.get("getMethod") == "1":
            changes["back_by"] = "GET"
        token = request.POST.get("token", "")
        if request.POST.get("TerminalID") not in {one.number for one in self.terminals}:
            token = ""
        return entrance.enter(self, request, token, **changes)

    def new_receipt(self):
        return digits(20)

    def token(self, call):
        data = call.data
        self.check_server(call, WRONG_SERVER_AT_TOKEN)
        terminal = self.open_terminal(
            data.get("terminalID"), unknown=GENERAL, closed=GENERAL
        )
        payload = str(data.get("Payload") or "")
        if len(payload) > 500:
            raise Refused(GENERAL)
        if "SList" in payload:
            raise Unspecified("split is not played here")
        asked = self.create(
            call,
            terminal,
            amount=reading.whole(data, "Amount", least=1000, wrong=GENERAL),
            order_number=reading.text(data, "invoiceID", 100, wrong=GENERAL),
            callback_url=reading.address(data, "callbackURL", 500, wrong=GENERAL),
            mobile=str(data.get("CellNumber") or "")[:20],
            facts={"payload": payload},
            duplicate=Refused(GENERAL),
        )
        return {"Status": 0, self.rule("token_name"): asked.token}

    def way_back(self, paying):
        paid = paying.outcome == "success"
        moment = timezone.localtime(paying.paid_at) if paid else None
        return {
            "respcode": RESPCODES.get(paying.outcome, self.rule("failed_respcode")),
            "respmsg": paying.message,
            "amount": paying.amount,
            "invoiceid": paying.order_number,
            "payload": paying.facts["payload"],
            "terminalid": paying.terminal,
            "tracenumber": paying.trace_no,
            "rrn": paying.rrn,
            "datePaid": f"{moment:%Y/%m/%d %H:%M:%S}" if moment else "",
            "digitalreceipt": paying.receipt_number,
            "issuerbank": "",
            "cardnumber": paying.card_mask,
        }

    def advice(self, call):
        """Yes at the first time, Duplicate from then on; the amount with both."""
        paid = self.paid(call)
        if self.verified(paid, call.now):
            return result(self.rule("yes"), paid.amount)
        if paid.state == State.VERIFIED:
            return result("Duplicate", paid.amount)
        raise Refused(REVERSED if paid.state == State.REVERSED else IMPOSSIBLE)

    def rollback(self, call):
        paid = self.paid(call)
        if not self.rule("rollback_enabled"):
            raise Refused(NOT_ENABLED)
        if paid.state in {State.REVERSED, State.AUTO_RETURNED}:
            raise Refused(REVERSED)
        in_time = paid.verified_at and call.now < paid.verified_at + self.reverse_within
        if in_time and self.given_back(paid, call.now):
            return result(self.rule("yes"), paid.amount)
        raise Refused(IMPOSSIBLE)

    def paid(self, call):
        self.check_server(call, SERVER)
        number = reading.text(call.data, "Tid", 8, wrong=GENERAL)
        terminal = self.open_terminal(number, unknown=GENERAL, closed=GENERAL)
        receipt = reading.text(call.data, "digitalreceipt", 50, wrong=NOT_FOUND)
        paid = self.find(call, terminal=terminal.number, receipt_number=receipt)
        if paid is None:
            raise Refused(NOT_FOUND)
        return paid


def result(status, return_id, text=""):
    return {"Status": status, "ReturnId": return_id, "Message": text}


BANK = Sepehr()
