"""What payers, thieves, workers and time do, one deed at a time."""

import json
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from unittest import mock

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from catalog.models import Faculty, Subject, Unit
from payment_portal import outbound
from payments import checkout, worker
from payments.models import LostRace, Payment, Terminal
from tests.model.bank import Bank
from tests.model.between import Between
from tests.model.wire import Killed, Wire

BACK_FIELDS = {"State": "OK", "Status": "2"}


class World:
    """One example: a fresh university, bank and clock, all forgotten at the end."""

    def __init__(self, rules, look):
        self.look = look  # what everybody else may see while a bank is called
        self.now = timezone.now() + timedelta(days=1)  # messages are due at once
        self.bank = Bank(self.clock, rules)
        self.wire = Wire(self.bank, self.perform)
        self.drafts = []
        self._orders = {}  # of a submission, once it is stored
        self.brought = set()  # receipts of returns that match their payment
        self.phone = []  # the order number of every "paid" that arrived
        self.facts = {}  # what every payment was for when it was first seen

    def __enter__(self):
        with ExitStack() as stack:
            self._stay_uncommitted(stack)
            for place, name, stand_in in self._stand_ins():
                stack.enter_context(mock.patch.object(place, name, stand_in))
            self._furnish()
            self.between = Between(self.perform)
            stack.enter_context(connection.execute_wrapper(self.between))
            self._undo = stack.pop_all()
        return self

    def __exit__(self, *error):
        self._undo.close()

    def _stand_ins(self):
        yield outbound, "post_json", self._ask_bank
        yield outbound, "post_form", self._receive_sms
        yield worker, "_tidy", do_nothing  # a chore that touches no payment
        yield worker, "_tried", tried_openly

    def _stay_uncommitted(self, stack):
        block = transaction.atomic()
        block._from_testcase = True  # as TestCase does: durable blocks may stand in it
        stack.enter_context(block)
        stack.callback(transaction.set_rollback, True)  # noqa: FBT003

    def _furnish(self):
        self.payer = get_user_model().objects.create_user(
            mobile="+989181234567", full_name="علی محمدی", password=None
        )
        faculty = Faculty.objects.create(title="دانشکده صنعت و معدن قروه", position=1)
        unit = Unit.objects.create(faculty=faculty, title="امور دانشجویی", position=1)
        self.subjects = []
        for number in ("2015", "3030"):
            subject = Subject.objects.create(
                unit=unit, title=number, position=1, amount_rule="free"
            )
            terminal = Terminal.objects.create(
                alias=number, title=number, psp="sep", merchant_number=number
            )
            terminal.subjects.add(subject)
            self.subjects.append(subject)

    def clock(self):
        return self.now

    def _ask_bank(self, url, body, *, deadline, **headers):
        assert not self.between.inside, "a bank is called inside a transaction"
        self.look()
        return self.wire.post_json(url, body)

    def _receive_sms(self, url, data, *, deadline):
        if data["template"] == "payment-paid":
            self.phone.append(data["token2"])
        answer = {"return": {"status": 200}, "entries": [{"messageid": 1, "status": 5}]}
        return outbound.Answer(200, json.dumps(answer), {})

    # ---- deeds -----------------------------------------------------------------------

    def perform(self, deed):
        """Do what a tuple names, as a process of its own: if killed, nobody else is."""
        if deed == ("die",):
            raise Killed
        if deed:
            name, *details = deed
            with suppress(Killed):
                getattr(self, name)(*details)

    def submit(self, amount, subject, outcome=None):
        """Begin a payment, and perhaps go through with it at the bank."""
        key = f"submission-{len(self.drafts)}"
        draft = checkout.Draft(self.payer, self.subjects[subject], amount, key)
        self.drafts.append(draft)
        self._start(draft)
        if outcome:
            self.pay_at_bank(0, outcome)

    def submit_again(self, who, more=0):
        """Press the button once more, perhaps with another amount in the form."""
        draft = self._draft(who)
        changed = replace(draft, amount=draft.amount + more)
        try:
            again = self._start(changed)
        except checkout.SubmissionReused:
            stored = self.payment(who)
            assert stored.amount != changed.amount, "INV-22 refused as another"
        else:
            known = again is None or again == self.payment(who)
            assert known, "INV-22 one submission made two payments"
            same = again is None or again.amount == changed.amount
            assert same, "INV-22 a changed submission was taken for the first"

    def _start(self, draft):
        with suppress(checkout.NoBank):
            return checkout.start(draft, clock=self.clock)

    def pay_at_bank(self, who, outcome):
        if found := self._at_bank(who):
            self.bank.pay(found, outcome)

    def come_back(self, who):
        """Bring the true return, as often as anybody likes."""
        if fields := self._fields(who):
            self._bring(self.payment(who), fields)

    def come_back_tampered(self, who, other, name):
        """Bring a return in which one field is another payment's."""
        fields, theirs = self._fields(who), self._fields(who + other)
        if fields and theirs:
            self._bring(self.payment(who), fields | {name: theirs[name]})

    def bring_receipt(self, who, receipt):
        """Claim that some receipt, found or invented, pays this payment."""
        if found := self._at_bank(who):
            names = {"ResNum": found.order, "Token": found.token, "RefNum": receipt}
            self._bring(self.payment(who), BACK_FIELDS | names)

    def bring_receipt_of(self, who, other):
        found = self._at_bank(who + other)
        if found and found.receipt:
            self.bring_receipt(who, found.receipt)

    def _bring(self, payment, fields):
        ours = {
            "Token": payment.token,
            "ResNum": payment.order_number,
            "TerminalId": payment.terminal.merchant_number,
        }
        if all(fields.get(name, value) == value for name, value in ours.items()):
            self.brought.add(fields["RefNum"])
        checkout.receive(payment, fields, clock=self.clock)

    def cancel(self, who):
        if payment := self.payment(who):
            checkout.cancel(payment, clock=self.clock)

    def recheck(self, who):
        if payment := self.payment(who):
            checkout.look_again(payment, clock=self.clock)

    def work(self):
        return worker.run_once(clock=self.clock)

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    def _draft(self, who):
        """0 is who came last, 1 who came before him."""
        return self.drafts[-1 - who % len(self.drafts)]

    def payment(self, who):
        """The stored payment of a submission, if it got so far."""
        key = self._draft(who).submission_key
        stored = Payment.objects.select_related("terminal")
        return stored.filter(submission_key=key).first()

    def _at_bank(self, who):
        """What the bank knows of a submission, if it got so far."""
        key = self._draft(who).submission_key
        if key not in self._orders:
            orders = Payment.objects.values_list("order_number", flat=True)
            self._orders[key] = orders.filter(submission_key=key).first()
        if self._orders[key] is None:
            return self._orders.pop(key)
        return self.bank.of_order(self._orders[key])

    def _fields(self, who):
        found = self._at_bank(who)
        return found and self.bank.fields(found)


def do_nothing(now):
    """Stand in for what this test has no need of."""


def tried_openly(deed, *args, **kwargs):
    """Do a piece of the worker's round; what nobody foresaw is a find."""
    with suppress(LostRace):
        return int(deed(*args, **kwargs) or 0), False
    return 0, False
