"""A SEP bank without a wire: a ledger, its windows, and the answers of the manual."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

TOKEN_LIFE = timedelta(minutes=20)
PAGE_OPEN_FOR = timedelta(minutes=10)  # after the token was shown in time
VERIFY_WITHIN = timedelta(minutes=30)  # else the money goes back by itself
REVERSE_WITHIN = timedelta(minutes=50)

STATES = {  # what the ledger says -> State and Status of the return
    "paid": ("OK", "2"),
    "verified": ("OK", "2"),
    "reversed": ("OK", "2"),
    "returned": ("OK", "2"),
    "cancelled": ("CanceledByUser", "1"),
    "declined": ("Failed", "3"),
    "late": ("SessionIsNull", "4"),
}


@dataclass(frozen=True)
class Rules:
    """What the manuals leave open: how a repeated verify is answered."""

    repeat: int = 2  # 0: as at the first time
    late_repeat: int = 2  # past the window; may be -6
    repeat_tells: bool = True  # does code 2 tell the amount?


@dataclass
class Transaction:
    """One token and all that became of it: the truth about the money."""

    merchant: str
    order: str
    amount: int
    token: str
    created_at: datetime
    state: str = "created"
    receipt: str = ""
    paid_at: datetime | None = None


@dataclass
class Bank:
    clock: object
    rules: Rules
    ledger: list = field(default_factory=list)
    verified: list = field(default_factory=list)  # receipts, as they were asked about
    is_down: bool = False

    # ---- the payer's side ------------------------------------------------------------

    def pay(self, found, outcome):
        """Do what the payer does on the bank's page, if it still is open."""
        if found.state != "created":
            return
        now = self.clock()
        if now >= found.created_at + TOKEN_LIFE + PAGE_OPEN_FOR:
            outcome = "late"
        found.state = outcome
        if outcome == "paid":
            found.paid_at = now
            found.receipt = f"Ref/{len(self.ledger)}+{self.ledger.index(found)}="

    def fields(self, found):
        """What the payer's browser brings back, or nothing before he has acted."""
        if found.state not in STATES:
            return None
        state, status = STATES[found.state]
        return {
            "MID": found.merchant,
            "TerminalId": found.merchant,
            "State": state,
            "Status": status,
            "RefNum": found.receipt,
            "ResNum": found.order,
            "Token": found.token,
            "Amount": str(found.amount),
        }

    def of_order(self, order):
        return next((one for one in self.ledger if one.order == order), None)

    def of_receipt(self, receipt):
        return next((one for one in self.ledger if one.receipt == receipt != ""), None)

    # ---- the merchant's side ---------------------------------------------------------

    def answer(self, operation, body):
        """Do what is asked and return the JSON answer as an object."""
        self.pass_time()
        return getattr(self, operation)(body)

    def pass_time(self):
        """Give back what nobody verified in time."""
        for one in self.ledger:
            if one.state == "paid" and self.clock() >= one.paid_at + VERIFY_WITHIN:
                one.state = "returned"

    def token(self, body):
        if self.of_order(body["ResNum"]):
            return {"status": -1, "errorCode": "5", "errorDesc": "ResNum used before"}
        new = Transaction(
            merchant=str(body["TerminalId"]),
            order=body["ResNum"],
            amount=body["Amount"],
            token=f"token-{len(self.ledger)}",
            created_at=self.clock(),
        )
        self.ledger.append(new)
        return {"status": 1, "token": new.token}

    def verify(self, body):
        self.verified.append(body["RefNum"])
        found = self._find(body)
        if found is None:
            return result(-2)
        if found.state == "paid":
            found.state = "verified"
            return result(0, found)
        if found.state != "verified":
            return result(5 if found.state == "reversed" else -6)
        late = self.clock() >= found.paid_at + VERIFY_WITHIN
        code = self.rules.late_repeat if late else self.rules.repeat
        tells = code == 0 or (code == 2 and self.rules.repeat_tells)
        return result(code, found if tells else None)

    def reverse(self, body):
        found = self._find(body)
        if found is None:
            return result(-2)
        if found.state != "verified":
            return result({"reversed": 5, "paid": -112}.get(found.state, -6))
        if self.clock() >= found.paid_at + REVERSE_WITHIN:
            return result(-6)
        found.state = "reversed"
        return result(0, found)

    def _find(self, body):
        found = self.of_receipt(body["RefNum"])
        return (
            found if found and found.merchant == str(body["TerminalNumber"]) else None
        )


def result(code, paid=None):
    detail = paid and {
        "RRN": f"9{paid.token[6:]:0>11}",
        "RefNum": paid.receipt,
        "MaskedPan": "621986****8080",
        "HashedPan": "",
        "TerminalNumber": int(paid.merchant),
        "OrginalAmount": paid.amount,
        "AffectiveAmount": paid.amount,
        "StraceDate": "",
        "StraceNo": f"{paid.token[6:]:0>6}",
    }
    return {"TransactionDetail": detail, "ResultCode": code, "Success": code == 0}
