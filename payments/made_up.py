"""The rows that the life of one made-up payment leaves behind; see seeding."""

import random
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Message
from payments import gateways, notes
from payments.models import Claim, GatewayCall, Payment, PaymentEvent
from payments.states import Reason, Settlement, State

CARDS = ["603799", "610433", "627353", "589210", "502229", "621986"]
ENDS = {
    # what becomes of a payment: how often
    None: 880,
    Reason.CANCELLED: 60,
    Reason.DECLINED: 30,
    Reason.EXPIRED: 25,
    Reason.REFUSED: 5,
}
Cause = PaymentEvent.Cause
Call = GatewayCall.Operation


@dataclass
class Story:
    """One payment, and the rows that its life leaves behind."""

    payment: Payment
    now: datetime
    chance: random.Random
    events: list = field(default_factory=list)
    claim: Claim | None = None
    calls: list = field(default_factory=list)
    message: Message | None = None

    def __post_init__(self):
        ends = list(ENDS)
        self._event(State.STARTED, Cause.PAYER, "")
        (reason,) = self.chance.choices(ends, ENDS.values())
        self._call(Call.START, "no" if reason == Reason.REFUSED else "yes")
        if reason == Reason.REFUSED:
            self._unpaid(reason, Cause.BANK)
            return
        self.payment.token = secrets.token_hex(16)
        self._move(State.AT_BANK, Cause.BANK)
        self.now += timedelta(seconds=self.chance.uniform(40, 400))
        if reason == Reason.EXPIRED:
            self.now += timedelta(minutes=90)
            self._unpaid(reason, Cause.WORKER)
        elif reason:
            self._unpaid(reason, Cause.RETURN)
        else:
            self._paid()

    def _paid(self):
        payment, chance = self.payment, self.chance
        self.claim = self._claimed()
        self._move(State.CHECKING, Cause.RETURN)
        self._call(Call.VERIFY, "yes", claim=self.claim)
        payment.paid_at = self.now
        payment.reference_number = str(chance.randrange(10**11, 10**12))
        payment.tracking_number = str(chance.randrange(10**5, 10**6))
        last = chance.randrange(10**4)
        payment.masked_card = f"{chance.choice(CARDS)}******{last:04}"
        payment.settlement = Settlement.NOT_NEEDED
        self._move(State.PAID, Cause.RETURN)
        self.message = self._told()
        if gateways.traits(payment.terminal.psp).needs_settlement:
            self._call(Call.SETTLE, "yes", claim=self.claim)
            payment.settlement = Settlement.DONE
            self._event(State.PAID, Cause.BANK, State.PAID, note=notes.SETTLED)

    def _unpaid(self, reason, cause):
        self.payment.unpaid_reason = reason
        self._move(State.UNPAID, cause)

    def _move(self, state, cause):
        before, self.payment.state = self.payment.state, state
        self._event(state, cause, before)

    def _event(self, state, cause, before, **facts):
        self.payment.version = len(self.events) + 1
        event = PaymentEvent(
            payment=self.payment,
            seq=self.payment.version,
            from_state=before,
            to_state=state,
            cause=cause,
            at=self.now,
            **facts,
        )
        self.events.append(event)

    def _call(self, operation, outcome, claim=None):
        began, taken = self.now, int(self.chance.gammavariate(4, 90))
        self.now += timedelta(milliseconds=taken)
        call = GatewayCall(
            payment=self.payment,
            claim=claim,
            operation=operation,
            started_at=began,
            closed_at=self.now,
            outcome=outcome,
            milliseconds=taken,
        )
        self.calls.append(call)

    def _claimed(self):
        terminal = self.payment.terminal
        return Claim(
            payment=self.payment,
            receipt_number=secrets.token_urlsafe(24),
            psp=terminal.psp,
            merchant_number=terminal.merchant_number,
            source=Claim.Source.CALLBACK,
            state=Claim.State.CONFIRMED,
            holds_receipt=True,
            confirmed_amount=self.payment.amount,
            tries=1,
            window_ends_at=self.now + timedelta(minutes=30),
            created_at=self.now,
        )

    def _told(self):
        payment = self.payment
        return Message(
            channel=Message.Channel.SMS,
            to=payment.payer_mobile,
            template="payment-paid",
            values={
                "token": f"{payment.amount:,}",
                "token2": payment.order_number,
                "token3": payment.reference_number,
            },
            key=f"seed:{payment.order_number}",
            state=Message.State.SENT,
            tries=1,
            created_at=self.now,
            sent_at=self.now,
        )


@transaction.atomic
def store(stories):
    """All rows of some stories: payments first, for the others hang on them."""
    Payment.objects.bulk_create([story.payment for story in stories])
    claims = [story.claim for story in stories if story.claim]
    Claim.objects.bulk_create(claims)
    for model, rows in (
        (PaymentEvent, [row for story in stories for row in story.events]),
        (GatewayCall, [row for story in stories for row in story.calls]),
        (Message, [story.message for story in stories if story.message]),
    ):
        model.objects.bulk_create(rows)
