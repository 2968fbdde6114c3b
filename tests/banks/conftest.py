"""Every terminal of the demo in turn, at the sandbox's banks, over real HTTP."""

import secrets
from contextlib import suppress
from datetime import timedelta

import pytest
import requests
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payments import gateways, worker
from payments.checkout.steps import traits_of
from payments.management.commands.demo import TERMINALS
from payments.models import Payment, Terminal
from payments.states import State
from script.processes import bank_addresses, demo_secrets
from tests.environment import ON_POSTGRESQL
from tests.payer import WayBack

SOON = timedelta(minutes=3)


@pytest.fixture
def banks(sandbox, settings):
    """The addresses of the sandbox's banks, and short times to wait for them."""
    addresses = bank_addresses(sandbox.url)
    settings.GATEWAYS = {
        psp: chosen
        | {
            "OPTIONS": {
                name: addresses[f"{psp}_{name}".upper().replace("_BASE_URL", "_URL")]
                for name in chosen["OPTIONS"]
            }
        }
        for psp, chosen in project.GATEWAYS.items()
    }
    settings.GATEWAY_DEADLINE = timedelta(seconds=1)
    settings.GATEWAY_WORKER_DEADLINE = timedelta(seconds=2)
    settings.BREAKER_SILENCES = 1000
    return sandbox


def named(demo):
    return demo[2]


def one_of_each_kind():
    """Banks between which the code that uses the database makes a difference."""
    kinds = {}
    for demo in TERMINALS:
        bank = gateways.traits(demo[0])
        kind = (bank.can_inquire, bank.needs_settlement, bank.verify_names_order)
        kinds.setdefault((*kind, bank.reverse_window is None), demo)
    return list(kinds.values())


# Every bank on SQLite; drivers themselves touch no database.
CHOSEN = one_of_each_kind() if ON_POSTGRESQL else TERMINALS


@pytest.fixture(params=CHOSEN, ids=named)
def terminal(request, db):
    psp, merchant_number, alias, title = request.param
    return Terminal.objects.create(
        psp=psp, merchant_number=merchant_number, alias=alias, title=title
    )


class Customer:
    """Somebody who pays at one bank, with a browser that does what browsers do."""

    def __init__(self, browser, sandbox, terminal, subject):
        self.browser, self.sandbox, self.subject = browser, sandbox, subject
        self.terminal = terminal
        self.psp = terminal.psp

    @property
    def traits(self):
        return traits_of(self.terminal)

    @property
    def codes(self):
        return gateways.gateway(
            self.psp,
            None,
            alias=self.terminal.alias,
            merchant_number=self.terminal.merchant_number,
        ).codes

    def submit(self, amount="500,000"):
        """Confirm the form; the answer."""
        fields = {
            "faculty": self.subject.unit.faculty_id,
            "unit": self.subject.unit_id,
            "subject": self.subject.pk,
            "amount": amount,
            "submission_key": secrets.token_urlsafe(16),
        }
        return self.browser.post(reverse("payments:pay"), fields)

    def start(self, amount="500,000"):
        """Confirm the form; the new payment."""
        answer = self.submit(amount)
        assert answer.status_code == 303, answer.content.decode()
        return Payment.objects.get(public_id=answer["Location"].split("/")[2])

    def at_bank(self, payment, action="success"):
        """Follow the hand-over and act there; the way back, or None."""
        handover = WayBack(**payment.handover)
        return self.sandbox.pay_at(handover, action)

    def come_back(self, way, **changes):
        """Bring what the bank gave the browser, without any cookie of ours."""
        path = way.url.split("localhost:8000", 1)[1]
        path, _, query = path.partition("?")
        fields = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        fields |= way.fields | changes
        send = Client().post if way.method == "POST" else Client().get
        answer = send(path, fields)
        assert answer.status_code == 303, answer.content.decode()
        assert not answer.cookies
        return self.payment(path)

    def payment(self, path):
        return Payment.objects.get(callback_key=path.split("/")[2])

    def pay(self, amount="500,000", action="success"):
        """The whole way there and back."""
        payment = self.start(amount)
        return self.come_back(self.at_bank(payment, action))

    def see(self, payment):
        """The text of the result page."""
        answer = self.browser.get(payment.get_absolute_url())
        assert answer.status_code == 200
        return answer.content.decode()

    def fault(self, operation, kind, phase="before", **more):
        self.sandbox.fault(operation, kind, phase, psp=self.psp, **more)

    def secrets(self):
        """What stands in the environment and nobody else may know."""
        start = f"TERMINAL_{self.terminal.alias}_".upper().replace("-", "_")
        ends = ("PASSWORD", "KEY", "PIN", "PASS_PHRASE", "TOKEN")
        return [
            value
            for name, value in demo_secrets().items()
            if name.startswith(start) and name.endswith(ends)
        ]

    def falsify(self, kind):
        """Let every answer about a payment be wrong in one thing."""
        self.fault("verify", f"wrong_{kind}", times=20)
        with suppress(requests.HTTPError):  # not every bank has an inquiry
            self.fault("inquire", f"wrong_{kind}", times=20)

    def row(self, payment):
        """The payment as the bank's ledger has it."""
        return self.sandbox.transaction(payment.order_number)


@pytest.fixture
def customer(student, client_of, banks, terminal, dormitory):
    return Customer(client_of(student), banks, terminal, dormitory)


@pytest.fixture
def thief(other_student, client_of, banks, terminal, dormitory):
    return Customer(client_of(other_student), banks, terminal, dormitory)


def work(after=timedelta(0)):
    """One round of the worker, ``after`` some time has gone by."""
    moment = timezone.now() + after
    return worker.run_once(clock=lambda: moment)


def later(payment, after=SOON):
    """What the payment is once the worker has asked again, a little later."""
    work(after)
    payment.refresh_from_db()
    return payment


# ---- what the stories of all files share ---------------------------------------------

MONEY_IS_OURS = {"verified", "settled"}
MONEY_WENT_BACK = {"reversed", "auto_returned"}
# The call breaks before the bank has done its work, or after it.
BROKEN = [
    ("http500", "before"),
    ("reset", "before"),
    ("html", "before"),
    ("hang", "after"),
    ("reset", "after"),
    ("half", "after"),
    ("redirect", "after"),
]


def at(*psps):
    """Only at these banks, for the others have no such thing."""
    chosen = [demo for demo in CHOSEN if demo[0] in psps]
    return pytest.mark.parametrize("terminal", chosen, indirect=True, ids=named)


def money(customer, payment):
    """Where the bank believes the money to be."""
    state = customer.row(payment)["state"]
    if state in MONEY_IS_OURS:
        return "ours"
    return "back" if state in MONEY_WENT_BACK else state


def finished(payment):
    """The payment once everybody has stopped waiting for its payer."""
    for _round in range(3):
        if payment.state == State.AT_BANK:
            later(payment, timedelta(hours=2))
    return payment
