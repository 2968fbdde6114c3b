"""SEP (Saman), generations 3.x and 4.1 of its manual.

A terminal speaks one of them: they differ in the way back and in the receipt call.
What the manuals leave open is answered with a text that begins with "sandbox:".
Not played: splitting, wage, and cards limited by the merchant; asking for them is
refused instead of silently ignored.
"""

import re
import secrets
from datetime import timedelta

from django.urls import path
from django.utils import timezone

from sandbox import entrance, reading
from sandbox.bank import Bank
from sandbox.models import State
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

TOKEN_ERRORS = {
    "5": "پارامترهای ارسال شده نامعتبر است.",
    "8": "آدرس سرور پذیرنده نامعتبر است.",
    "12": "شماره ترمینال یافت نشد.",
    "20": "ترمینال غیرفعال است.",
}
RESULTS = {
    0: "عملیات با موفقیت انجام شد",
    2: "درخواست تکراری است",
    5: "تراکنش برگشت خورده است",
    -2: "تراکنش یافت نشد",
    -6: "بیش از نیم ساعت از زمان اجرای تراکنش گذشته است",
    -100: "sandbox: the request is not JSON with RefNum and TerminalNumber",
    -104: "ترمینال ارسالی غیرفعال است",
    -105: "ترمینال ارسالی در سیستم موجود نیست",
    -106: "آدرس آی‌پی درخواست‌دهنده غیرمجاز است",
    -112: "sandbox: reversed before it was verified",
}
NOT_PLAYED = (
    "HashedCardNumber",
    "SettlementIBANInfo",
    "TxnRandomSessionKey",
    "Wage",
)
SHORTEST_TOKEN_LIFE, LONGEST_TOKEN_LIFE = 20, 3600  # minutes
RECEIPT_READABLE_FOR = timedelta(hours=1)
# outcome: (State, Status)
ENDINGS = {
    "success": ("OK", 2),
    "cancel": ("CanceledByUser", 1),
    "wrong_pin": ("Failed", 3),
    "low_balance": ("Failed", 3),
    "timeout": ("SessionIsNull", 4),
}


class Sep(Bank):
    psp = "sep"
    title = "پرداخت الکترونیک سامان (سپ)"
    terminals = (
        Terminal("2015"),
        Terminal("2041", rules={"generation": "4.1"}),
        Terminal("2099", title="پایانه غیرفعال", is_active=False),
    )
    operations = ("token", "inquire", "verify", "reverse")
    reverse_within = timedelta(minutes=50)  # of the payment
    both_methods = True
    rules = {
        "repeat_verify": 2,  # 0: as at the first time
        "late_repeat_verify": 2,  # after 30 minutes; may be -6
        "repeat_detail": True,  # does code 2 tell the amount?
    }
    names = {
        "amount": ("OrginalAmount", "AffectiveAmount", "Amount"),
        "order": ("ResNum",),
        "receipt": ("RefNum",),
        "terminal": ("TerminalNumber", "TerminalId", "MID"),
    }

    def urls(self):
        asked = "verifyTxnRandomSessionkey"
        return [
            path("onlinepg/onlinepg", self.onlinepg),
            path("OnlinePG/OnlinePG", self.onlinepg),
            path("OnlinePG/SendToken", self.send_token),
            self.call(f"{asked}/ipg/VerifyTransaction", "verify", self.verify),
            self.call(f"{asked}/ipg/ReverseTransaction", "reverse", self.reverse),
            self.call(f"{asked}/api/v2/ipg/payment/receipt", "inquire", self.receipt),
        ]

    def refusal(self, call, code, text=""):
        if call.operation == "token":
            text = text or TOKEN_ERRORS.get(str(code), "")
            return {"status": -1, "errorCode": str(code), "errorDesc": text}
        if call.operation == "inquire":
            return receipt_answer(None, int(code), text)
        return result(int(code))

    def onlinepg(self, request):
        """One address for two, as at the bank: JSON asks for a token, a form pays."""
        if request.content_type == "application/json":
            return self.perform(request, "token", self.token)
        by_get = request.POST.get("GetMethod", "").lower() == "true"
        changes = {"back_by": "GET"} if by_get else {}
        return entrance.enter(self, request, request.POST.get("Token", ""), **changes)

    def send_token(self, request):
        return entrance.enter(self, request, request.GET.get("token", ""))

    def new_receipt(self):
        """30 signs, always with the two that careless decoding destroys."""
        half = secrets.token_hex(7)
        return f"{half}/{secrets.token_hex(3).upper()}+{secrets.token_hex(4)}"

    def token(self, call):
        data = call.data
        for name in NOT_PLAYED:
            if data.get(name):
                raise Refused("5", f"sandbox: {name} is not played here")
        if str(data.get("action", "")).lower() != "token":
            raise Refused("5")
        self.check_server(call, "8")
        number = reading.text(data, "TerminalId", 20, wrong="5")
        terminal = self.open_terminal(number, unknown="12", closed="20")
        amount = reading.whole(data, "Amount", wrong="5")
        shares = government_rows(data, amount)
        asked = self.create(
            call,
            terminal,
            amount=amount,
            shares=shares,
            deposit_identifier=shares[0]["PurchaseId"] if shares else "",
            order_number=reading.text(data, "ResNum", 50, wrong="5"),
            callback_url=reading.address(data, "RedirectUrl", 2083, wrong="5"),
            mobile=str(data.get("CellNumber") or "")[:20],
            life=token_life(data),
            duplicate=Refused("5", "sandbox: this ResNum was used before"),
            back_by="GET" if speaks_4_1(terminal) else "POST",
        )
        return {"status": 1, "token": asked.token}

    def way_back(self, paying):
        state, status = ENDINGS[paying.outcome]
        if speaks_4_1(self.terminal_of(paying)):
            return {"Token": paying.token, "RefNum": paying.receipt_number}
        return {
            "MID": paying.terminal,
            "TerminalId": paying.terminal,
            "State": state,
            "Status": status,
            "RRN": paying.rrn,
            "RefNum": paying.receipt_number,
            "ResNum": paying.order_number,
            "TraceNo": paying.trace_no,
            "Amount": paying.amount,
            "Wage": "",
            "AffectiveAmount": paying.amount if status == 2 else "",
            "SecurePan": paying.card_mask,
            "HashedCardNumber": paying.card_hash,
            "Token": paying.token,
        }

    def verify(self, call):
        paid = self.known(call)
        if self.verified(paid, call.now):
            return result(0, paid)
        if paid.state == State.VERIFIED:
            return self.verified_again(paid, call.now)
        return result(5 if paid.state == State.REVERSED else -6)

    def verified_again(self, paid, now):
        late = now >= paid.paid_at + self.verify_within
        code = self.rule("late_repeat_verify" if late else "repeat_verify")
        tells = code == 0 or (code == 2 and self.rule("repeat_detail"))
        return result(code, paid if tells else None)

    def reverse(self, call):
        paid = self.known(call)
        too_late = call.now >= paid.paid_at + self.reverse_within
        if paid.state == State.VERIFIED and too_late:
            return result(-6)
        if self.given_back(paid, call.now):
            return result(0, paid)
        return result({State.REVERSED: 5, State.PAID: -112}.get(paid.state, -6))

    def known(self, call):
        receipt = reading.text(call.data, "RefNum", 500, wrong=-100)
        self.check_server(call, -106)
        number = reading.text(call.data, "TerminalNumber", 20, wrong=-100)
        terminal = self.open_terminal(number, unknown=-105, closed=-104)
        paid = self.find(call, terminal=terminal.number, receipt_number=receipt)
        if paid is None:
            raise Refused(-2)
        return paid

    def receipt(self, call):
        """What generation 4.1 asks before it verifies, by RefNum or by Token."""
        self.check_server(call, 8)
        terminal = self.open_terminal(
            call.data.get("TerminalNumber"), unknown=12, closed=20
        )
        if not speaks_4_1(terminal):
            raise Unspecified("terminal of generation 3.x asks for a receipt")
        known = {"receipt_number": "RefNum", "token": "Token"}
        asked = {
            field: str(call.data[name])
            for field, name in known.items()
            if call.data.get(name)
        }
        asked = asked and self.find(call, terminal=terminal.number, **asked)
        if not asked or not asked.entered_at:
            raise Refused(404)
        over = asked.verified_at or call.now >= asked.created_at + RECEIPT_READABLE_FOR
        if over or asked.state in {State.REVERSED, State.AUTO_RETURNED}:
            raise Refused(404)
        return receipt_answer(asked)


def speaks_4_1(terminal):
    return terminal.rules.get("generation") == "4.1"


def government_rows(data, amount):
    """One government account with its identifier; other splits are not played."""
    rows = data.get("SettlementIbanInfo") or []
    if not rows and not data.get("TranType"):
        return []
    if data.get("TranType") != "Government" or not isinstance(rows, list):
        raise Refused("5")
    if len(rows) != 1 or not isinstance(rows[0], dict):
        raise Refused("5", "sandbox: one account is played here")
    row = {
        name: str(rows[0].get(name, "")) for name in ("IBAN", "Amount", "PurchaseId")
    }
    shapes = {"IBAN": r"IR\d{24}", "Amount": str(amount), "PurchaseId": r"\d{1,30}"}
    for name, shape in shapes.items():
        if not re.fullmatch(shape, row[name], re.ASCII):
            raise Refused("5", f"sandbox: {name} of the account")
    return [row]


def token_life(data):
    minutes = data.get("TokenExpiryInMin", SHORTEST_TOKEN_LIFE)
    if type(minutes) is not int or minutes > LONGEST_TOKEN_LIFE:
        raise Refused("5")
    return timedelta(minutes=max(minutes, SHORTEST_TOKEN_LIFE))


def result(code, paid=None):
    return {
        "TransactionDetail": paid and detail(paid),
        "ResultCode": code,
        "ResultDescription": RESULTS.get(code, ""),
        "Success": code == 0,
    }


def detail(paid):
    return {
        "RRN": paid.rrn,
        "RefNum": paid.receipt_number,
        "MaskedPan": paid.card_mask,
        "HashedPan": paid.card_hash,
        "TerminalNumber": int(paid.terminal),
        "OrginalAmount": paid.amount,
        "AffectiveAmount": paid.amount,
        "StraceDate": f"{timezone.localtime(paid.paid_at):%Y-%m-%d %H:%M:%S}",
        "StraceNo": paid.trace_no,
    }


def receipt_answer(asked, error=0, text=""):
    return {
        "Data": asked and receipt_data(asked),
        "HasError": bool(error),
        "ErrorCode": error,
        "ErrorMessage": text,
        "ValidationErrors": None,
    }


def receipt_data(asked):
    state, status = ENDINGS.get(asked.outcome, ("InProgress", 0))
    paid = asked.outcome == "success"
    return {
        "State": state,
        "Status": status,
        "TerminalId": int(asked.terminal),
        "Token": asked.token,
        "RefNum": asked.receipt_number if paid else None,
        "ResNum": asked.order_number if paid else None,
        "TraceNo": asked.trace_no if paid else None,
        "Amount": asked.amount if paid else 0,
        "AffectiveAmount": asked.amount if paid else 0,
        "Rrn": asked.rrn if paid else None,
        "HashedCardNumber": asked.card_hash if paid else None,
    }


BANK = Sep()
