"""Believable payments of some years, stored in bulk: to show and to measure with.

Each has the events, the claim, the calls and the message that it would have had, so
that the check of the money finds nothing amiss. Nobody can log in as their payers.
"""

import random
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Message, User
from catalog.models import AmountRule, Subject
from payment_portal import persian
from payments import gateways, notes
from payments.checkout.starting import Draft, drawn_up
from payments.models import Claim, GatewayCall, Payment, PaymentEvent, Terminal
from payments.states import Reason, Settlement, State

BATCH = 2500  # payments
PAYMENTS_A_PAYER = 25
YEARS = 4
DAY, LONGEST_LIFE = timedelta(days=1), timedelta(hours=2)
FIRST_MOBILE = 98_915_000_0000
NAMES = "زهرا علی فاطمه محمد سارا رضا مریم حسین هیوا ژیلا آرش نگین سیروان شیلان"
FAMILIES = "محمدی کریمی رستمی احمدی حسینی مرادی عزیزی صادقی قادری شریفی رحیمی"
CARDS = ["603799", "610433", "627353", "589210", "502229", "621986"]
# From Farvardin on: terms begin in Mehr and Bahman, and nobody is here at New Year.
SEASON = [4, 8, 8, 9, 6, 15, 25, 12, 8, 9, 22, 7]
HOURS = [
    *(2, 1, 0.3, 0.2, 0.2, 0.4, 1, 4, 8, 11, 12, 11),
    *(9, 8, 7, 6, 6, 6, 6, 7, 8, 8, 6, 4),
]
HOLIDAY, FRIDAY = 0.4, 4
GROWTH = 1.15  # from a year to the next
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


def seed(number, now, *, years=YEARS, chance=None):
    """Store so many payments, the oldest first; yields how many there are so far."""
    chance = chance or random.Random()  # noqa: S311  nothing secret is drawn
    people = payers(number // PAYMENTS_A_PAYER + 1, chance)
    subjects = list(Subject.objects.select_related("unit__faculty"))
    terminals = list(Terminal.objects.all())
    weights = [chance.paretovariate(1) for _ in subjects]  # a few are paid for by all
    taken = set(Payment.objects.values_list("order_number", flat=True))
    moments = spread(number, now, years, chance)
    for begin in range(0, number, BATCH):
        piece = moments[begin : begin + BATCH]
        chosen = chance.choices(subjects, weights, k=len(piece))
        stories = [
            Story(_payment(people, terminals, subject, at, chance, taken), at, chance)
            for subject, at in zip(chosen, piece, strict=True)
        ]
        store(stories)
        yield begin + len(piece)


def payers(number, chance=random):
    """Store so many people, beside those who are there."""
    before = User.objects.filter(mobile__startswith="+98915").count()
    nobodys = make_password(None)
    names, families = NAMES.split(), FAMILIES.split()
    people = [
        User(
            mobile=f"+{FIRST_MOBILE + before + one}",
            full_name=f"{chance.choice(names)} {chance.choice(families)}",
            password=nobodys,
        )
        for one in range(number)
    ]
    return User.objects.bulk_create(people, batch_size=BATCH)


def spread(number, now, years, chance):
    """Moments of the last years in their order, more of them when people pay more."""
    days = [now - day * DAY for day in range(365 * years, -1, -1)]
    weights = accumulate(_weight(day, number) for number, day in enumerate(days))
    drawn = chance.choices(days, cum_weights=list(weights), k=number)
    hours = chance.choices(range(24), HOURS, k=number)
    midnights = (persian.start_of_day(day.astimezone(persian.TEHRAN)) for day in drawn)
    moments = (
        midnight + timedelta(hours=hour, seconds=chance.random() * 3599)
        for midnight, hour in zip(midnights, hours, strict=True)
    )
    latest = now - LONGEST_LIFE
    return sorted(one if one < latest else one - DAY for one in moments)


def _weight(day, number):
    _year, month, _day = persian.jalali_parts(day)
    weekday = day.astimezone(persian.TEHRAN).weekday()
    usual = HOLIDAY if weekday == FRIDAY else 1
    return SEASON[month - 1] * usual * GROWTH ** (number / 365)


def _payment(people, terminals, subject, at, chance, taken):
    draft = Draft(
        payer=chance.choice(people),
        subject=subject,
        amount=_amount(subject, chance),
        submission_key=secrets.token_urlsafe(16),
    )
    payment = drawn_up(draft, 1, chance.choice(terminals), at)
    while payment.order_number in taken:  # no second chance in bulk
        payment = drawn_up(draft, 1, payment.terminal, at)
    taken.add(payment.order_number)
    payment.next_try_at = None
    return payment


def _amount(subject, chance):
    """Round ones, most of them nearer to the lowest."""
    if subject.amount_rule == AmountRule.FIXED:
        return subject.fixed_amount
    low, high = subject.limits
    if subject.amount_rule == AmountRule.FREE:
        low, high = 100_000, 30_000_000
    drawn = low + int((high - low) * chance.random() ** 3)
    return max(low, drawn // 50_000 * 50_000)


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
