"""What all banks share; each bank is one small module of ``sandbox.banks``.

A bank says what it is called, what it is asked at which address, and how it answers.
Tokens, the pay page, deadlines, the ledger and faults are the same for all.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from sandbox import alterations, clock, faults, reading
from sandbox.models import Rule, State, Transaction
from sandbox.reading import Refused, Unspecified
from sandbox.terminals import Terminal

COMMON_RULES = {"registered_server": ""}  # another address than this is refused
# The payer comes back by GET instead of POST, or the reverse.
RULES_OF_BOTH_METHODS = {"other_method": False}
UNSETTLED = {"settled": State.SETTLED, "returned": State.AUTO_RETURNED}


@dataclass
class Call:
    """One request of a merchant's server."""

    request: HttpRequest
    operation: str
    data: dict
    now: datetime
    wire: str = ""  # the operation's name on the wire, where it has one


class Bank:
    psp: str
    title: str
    terminals: tuple[Terminal, ...]
    operations: tuple[str, ...]  # of faults.OPERATIONS

    token_life = timedelta(minutes=20)
    page_open_for = timedelta(minutes=10)  # between entering the pay page and paying
    verify_within = timedelta(minutes=30)  # else the money goes back to the card
    reverse_within: timedelta | None = None
    settle_within: timedelta | None = None  # then the rule "unsettled" says what

    order_number_once = True
    back_by = "POST"
    both_methods = False  # whether its return may come by the other method too
    mask = "****"  # between the first six and the last four digits of a card
    rules: ClassVar[dict] = {}  # what its manuals leave open, and what is usual
    # amount, order, receipt, terminal: their names in answers and in the way back
    names: ClassVar[dict[str, tuple[str, ...]]] = {}

    # ---- what each bank says itself --------------------------------------------------

    def urls(self):
        """Its addresses below /<psp>/."""
        raise NotImplementedError

    def way_back(self, paying):
        """The fields that the payer's browser brings to the merchant."""
        raise NotImplementedError

    def refusal(self, call, code, text=""):
        """What it answers when it says no: a value for ``answer``, or a response."""
        raise NotImplementedError

    # ---- what may be otherwise -------------------------------------------------------

    def answer(self, call, told):
        """What the work returned as an HTTP answer."""
        if isinstance(told, HttpResponse):
            return told
        return JsonResponse(told, safe=False)

    def unspecified(self, call, text):
        return JsonResponse({"error": f"sandbox: {text}"}, status=501)

    def no_answer(self):
        """What faults mangle when the work was not done."""
        return HttpResponse(b'{"Success": true}', content_type="application/json")

    def alter(self, told, names, value):
        return alterations.replaced(told, names, value)

    def read(self, request):
        get = request.method == "GET"
        return request.GET.dict() if get else reading.json_object(request)

    def new_token(self):
        return uuid.uuid4().hex

    def new_receipt(self):
        return digits(12)

    # ---- operations ------------------------------------------------------------------

    def call(self, route, operation, work, method="POST"):
        """An address for one operation; ``work(call)`` returns what is answered."""

        def view(request, **parts):
            return self.perform(request, operation, work, **parts)

        return path(route, require_http_methods([method])(view))

    def perform(self, request, operation, work, *, data=None, wire="", **parts):
        """Do an operation, unless it is ordered to fail, and answer."""
        data = self.read(request) if data is None else data
        call = Call(request, operation, data | parts, clock.strike(), wire)
        return faults.answer(self, call, lambda: self.work_out(call, work))

    def work_out(self, call, work):
        try:
            return work(call)
        except Refused as no:
            return self.refusal(call, no.code, no.text)
        except Unspecified as gap:
            return self.unspecified(call, str(gap))

    def rule(self, name):
        chosen = Rule.objects.filter(psp=self.psp, name=name).first()
        return chosen.value if chosen else self.all_rules[name]

    @property
    def all_rules(self):
        both = RULES_OF_BOTH_METHODS if self.both_methods else {}
        return COMMON_RULES | both | self.rules

    def check_server(self, call, wrong):
        """Refuse a server whose address the merchant has not registered."""
        registered = self.rule("registered_server")
        if registered and call.request.META["REMOTE_ADDR"] != registered:
            raise Refused(wrong)

    def open_terminal(self, number, *, unknown, closed):
        """The open terminal of this number."""
        found = next((one for one in self.terminals if one.number == str(number)), None)
        if found is None:
            raise Refused(unknown)
        if not found.is_active:
            raise Refused(closed)
        return found

    def create(self, call, terminal, *, duplicate, life=None, **fields):
        """A new transaction: give order_number, amount (rial) and callback_url.

        ``duplicate`` is the Refused with which a used order number is answered.
        """
        until = call.now + (life or self.token_life)
        asked = Transaction(
            psp=self.psp,
            terminal=terminal.number,
            merchant=terminal.title,
            once=self.order_number_once,
            token=self.new_token(),
            page_key=uuid.uuid4().hex,
            created_at=call.now,
            expires_at=until,
            due_at=until,
            due_state=State.EXPIRED,
            **{"back_by": self.back_by, **fields},
        )
        try:
            with transaction.atomic():
                asked.save()
        except IntegrityError:
            raise duplicate from None
        return asked

    def find(self, call, **known):
        """The transaction about which the merchant asks, or None."""
        found = Transaction.objects.filter(psp=self.psp, **known).first()
        if found and call.operation != "token":
            found.count(call.operation)
        return found

    def verified(self, paid, now):
        """Mark it verified; False if it did not wait for that."""
        due_state = UNSETTLED.get(self.rule("unsettled")) if self.settle_within else ""
        due_at = now + self.settle_within if due_state else None
        return paid.move(
            State.PAID,
            state=State.VERIFIED,
            verified_at=now,
            due_at=due_at,
            due_state=due_state or "",
        )

    def settled(self, paid, now):
        """Mark it settled; False if it was not verified, or not only that."""
        return paid.move(State.VERIFIED, state=State.SETTLED, settled_at=now)

    def given_back(self, paid, now, state=State.VERIFIED):
        """Mark it reversed; False if it was in another state."""
        return paid.move(state, state=State.REVERSED, ended_at=now)

    def terminal_of(self, paying):
        return next(one for one in self.terminals if one.number == paying.terminal)

    def back_method(self, paying):
        if not (self.both_methods and self.rule("other_method")):
            return paying.back_by
        return {"POST": "GET", "GET": "POST"}[paying.back_by]


def digits(length):
    """A random number of so many digits, as text."""
    least = 10 ** (length - 1)
    return str(least + secrets.randbelow(9 * least))
