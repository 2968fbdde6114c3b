"""What a step stores stays, whatever comes later: none is part of something larger."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from payments import checkout
from payments.checkout import asking, checking, reversing, settling, starting, steps
from payments.gateways.base import Refused
from payments.models import Claim, Decision, GatewayCall, Payment, PaymentEvent
from tests.payments.conftest import WORD_OF_THE_BANK
from tests.payments.test_guards import make_claim, make_payment


class World:
    """A payment at the bank, a claim of it, and the bank's answer to a call."""

    def __init__(self, student, subject, terminal, officer):
        self.now = now = timezone.now()
        self.draft = checkout.Draft(student, subject, 500_000, "another-key")
        self.payment = make_payment(
            student, subject, terminal, state="at_bank", token="t", next_try_at=now
        )
        self.claim = make_claim(self.payment, state="unknown", next_try_at=now)
        self.decision = Decision.objects.create(
            payment=self.payment,
            receipt_number="receipt",
            recorded_by=officer,
            recorded_at=now,
            **WORD_OF_THE_BANK,
        )
        call = steps.open_call(self.payment, "verify", now, self.claim)
        line = steps.line_to(terminal, timedelta(seconds=1))
        self.answered = call, line, Refused("5")

    def stored(self):
        kinds = [Payment, PaymentEvent, Claim, GatewayCall, Decision]
        return [list(kind.objects.order_by("pk").values()) for kind in kinds]


@pytest.fixture
def world(student, dormitory, terminal, finance_officer):
    return World(student, dormitory, terminal, finance_officer)


def _came_back(world):
    fields = {"State": "OK", "Status": "2", "RefNum": "r", "Token": "t"}
    checkout.receive(world.payment, fields)


def _told_to_deposit(world):
    settling._conclude(world.payment.pk, *world.answered, world.now)


STEPS = {
    "a start": lambda world: checkout.start(world.draft),
    "its answer": lambda world: starting._send_away(
        world.payment, *world.answered, world.now
    ),
    "a return": _came_back,
    "a check": lambda world: checkout.check(world.claim, cause="worker"),
    "the bank's word": lambda world: checking._conclude(
        world.claim, *world.answered, "worker", world.now
    ),
    "money on its way back": lambda world: reversing._conclude(
        world.claim, *world.answered, "worker", world.now
    ),
    "an inquiry": lambda world: asking._take(world.payment, world.now),
    "what became of an order": lambda world: asking._conclude(
        world.payment.pk, *world.answered, world.now
    ),
    "a word to deposit": lambda world: checkout.settle(world.payment),
    "its answer, too": _told_to_deposit,
    "the payer's end": lambda world: checkout.cancel(world.payment),
    "a check that was cut off": lambda world: checkout.release(world.claim),
    "silence": lambda world: checkout.leave_to_staff(world.claim),
    "a decision": lambda world: checkout.confirm(world.decision, world.payment.payer),
    "a decision taken back": lambda world: checkout.withdraw(
        world.decision, world.payment.payer
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_step_inside_a_transaction_is_refused_and_stores_nothing(world, name):
    before = world.stored()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        STEPS[name](world)
    assert world.stored() == before
