"""What may happen to a call on its way to the bank and back."""

import json
from collections import deque
from dataclasses import dataclass

from payment_portal.outbound import Answer, NoAnswer

OPERATIONS = {
    "onlinepg": "token",
    "VerifyTransaction": "verify",
    "ReverseTransaction": "reverse",
}
# Fault -> whether the bank acts before the fault shows itself.
FAULTS = {
    "none": True,
    "refused": False,
    "lost before": False,
    "lost after": True,
    "server error after": True,
    "garbage after": True,
    "crash before": False,
    "crash after": True,
    "wrong code": False,
    "faulty set-up": False,
    "other amount": True,
}


class Killed(BaseException):
    """The process is gone, as by kill -9: nothing of the product may catch this."""


@dataclass(frozen=True)
class Call:
    """What happens to one call: its fault, and what others do in the meantime."""

    fault: str = "none"
    while_asked: tuple = ()  # a deed, see World.perform
    while_answered: tuple = ()


class Wire:
    """Stands where the portal posts to its bank."""

    def __init__(self, bank, perform):
        self.bank = bank
        self.perform = perform
        self.calls = deque()
        self.disturbed = set()  # receipts about which an answer did not arrive clearly
        self.orders = []  # order numbers that reached the bank

    def post_json(self, url, body):
        operation = OPERATIONS[url.rsplit("/", 1)[1]]
        call = self.calls.popleft() if self.calls else Call()
        self.perform(call.while_asked)
        fault = "refused" if self.bank.is_down else call.fault
        if fault not in {"none", "other amount"}:
            self.disturbed.add(body.get("RefNum"))
        if operation == "token" and fault != "refused":
            self.orders.append(body["ResNum"])
        content = self.bank.answer(operation, body) if FAULTS[fault] else None
        self.perform(call.while_answered)
        return self._answered(fault, operation, content)

    def _answered(self, fault, operation, content):
        if fault.startswith("crash"):
            raise Killed
        if fault == "refused":
            raise NoAnswer("ConnectionError", sent=False)
        if fault.startswith("lost"):
            raise NoAnswer("deadline", sent=True)
        if fault == "server error after":
            return Answer(503, "<h1>Service unavailable</h1>", {})
        text = json.dumps(content)
        if fault == "garbage after":
            text = text[:-2]
        elif fault in {"wrong code", "faulty set-up"}:
            text = json.dumps(_no(operation, fault))
        elif fault == "other amount" and operation == "verify":
            text = json.dumps(_falsified(content))
        return Answer(200, text, {})


def _no(operation, fault):
    """An answer that says nothing about the money."""
    if operation == "token":
        return {"status": -1, "errorCode": "8"}
    code = -77 if fault == "wrong code" else -106
    return {"TransactionDetail": None, "ResultCode": code, "Success": False}


def _falsified(content):
    detail = content["TransactionDetail"]
    told = detail and detail | {"OrginalAmount": 7_000, "AffectiveAmount": 7_000}
    return content | {"TransactionDetail": told}
