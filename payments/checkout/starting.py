"""To the bank: one submission makes one payment and asks for one token."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Subject
from debts.models import Debt
from payment_portal import persian
from payments.checkout.asking import first_look
from payments.checkout.steps import (
    RACES,
    Clock,
    ask,
    bank_of,
    close_call,
    code_of,
    line_to,
    open_call,
    order_of,
    racing,
    seat,
    traits_of,
    unpaid,
    warn_of_oddity,
)
from payments.gateways.base import Order, Redirect, Refused, Unknown
from payments.line import RecordedLine
from payments.models import GatewayCall, LostRace, Payment, PaymentEvent, Terminal
from payments.states import Reason, State

Cause = PaymentEvent.Cause


class NoBank(Exception):
    """No bank can be asked now: all are closed or silent, or too many payers wait.

    ``message`` is what an operator wrote for the payer, or nothing; ``busy`` means that
    a bank is open, and a moment later there may be a seat.
    """

    def __init__(self, message: str = "", *, busy: bool = False) -> None:
        super().__init__(message)
        self.message, self.busy = message, busy


class DebtTaken(Exception):
    """The debt is paid, changed or cancelled, or somebody is paying it just now."""


class SubmissionReused(Exception):
    """One submission was sent twice with different content."""


@dataclass(frozen=True)
class Draft:
    """What the payer confirmed. One submission key makes one payment."""

    payer: User | None  # none: somebody by a pay link, told by his mobile
    subject: Subject
    amount: int  # rial
    submission_key: str
    terminal_id: int | None = None  # the bank that the payer chose
    debt: Debt | None = None  # the subject is its own, the amount all or a part of it
    mobile: str = ""
    language: str = ""  # of whom no account tells it

    @property
    def payer_name(self) -> str:
        return self.payer.full_name if self.payer else ""

    @property
    def payer_mobile(self) -> str:
        return self.payer.mobile if self.payer else self.mobile

    def terminals(self) -> list[Terminal]:
        """Return the terminals that this may be paid through, best first."""
        serving = Terminal.objects.serving(self.subject)
        return [one for one in serving if one.takes(self.amount)]

    @property
    def faculty_title(self) -> str:
        return self.subject.unit.faculty.title

    @property
    def unit_title(self) -> str:
        return self.subject.unit.title

    @property
    def subject_title(self) -> str:
        return self.subject.title


def start(draft: Draft, *, clock: Clock = timezone.now) -> Payment:
    """Create the payment of a draft and ask a bank for a token.

    A bank that gives none is left for the next terminal, once: that is a new payment
    of the same submission. The same submission returns the same payment. Raises NoBank,
    SubmissionReused, DebtTaken.
    """
    began = time.monotonic()
    try:
        payment, mine = _attempt(draft, None, began, clock)
    except NoBank:
        known = _known(draft)
        if known is None:
            raise
        return known  # it needs no bank any more, so no seat either
    if mine and payment.state == State.UNPAID:
        with suppress(NoBank, DebtTaken):
            return _attempt(draft, payment, began, clock)[0]
    return payment


def _attempt(
    draft: Draft, failed: Payment | None, began: float, clock: Clock
) -> tuple[Payment, bool]:
    """Return the payment of the next attempt, and whether this caller made it."""
    with seat() as seated:
        if not seated:
            raise NoBank(busy=True)
        payment, call = _record(draft, failed, clock())
        if call is None:
            return payment, False
        left = settings.START_DEADLINE - timedelta(seconds=time.monotonic() - began)
        line = line_to(payment.terminal, min(left, settings.GATEWAY_DEADLINE))
        bank = bank_of(payment.terminal, line)
        answer = ask(lambda: bank.start(order_of(payment)))
    return _send_away(payment, call, line, answer, clock()), True


def try_out(
    terminal: Terminal, order: Order
) -> tuple[RecordedLine, Redirect | Refused | Unknown]:
    """Ask a terminal's bank for a token that nobody will use; nothing is stored."""
    line = line_to(terminal, settings.GATEWAY_WORKER_DEADLINE)
    return line, ask(lambda: bank_of(terminal, line).start(order))


def _record(
    draft: Draft, failed: Payment | None, now: datetime
) -> tuple[Payment, GatewayCall | None]:
    attempt = failed.attempt + 1 if failed else 1
    for _round in range(RACES):
        terminal = _terminal(draft, failed, now)
        try:
            with transaction.atomic(durable=True):
                payment = _create(draft, attempt, terminal, now)
                call = open_call(payment, GatewayCall.Operation.START, now)
                return payment, call
        except (IntegrityError, DebtTaken) as race:
            # Either the same submission was quicker, or a number was drawn twice.
            known = _known(draft)
            if known is not None and known.attempt >= attempt:
                return known, None
            if isinstance(race, DebtTaken):
                raise
    raise NoBank


def _terminal(draft: Draft, failed: Payment | None, now: datetime) -> Terminal:
    """Return the best terminal that may be asked: the payer's choice, if there is one.

    Never the one that has just failed.
    """
    serving = draft.terminals()
    found = [one for one in serving if one.is_open]
    if failed is not None:
        found = [one for one in found if one.pk != failed.terminal_id]
    if draft.subject.deposit_identifier:  # the treasury takes no money without it
        found = [one for one in found if traits_of(one).tells_identifier]
    for terminal in sorted(found, key=lambda one: one.pk != draft.terminal_id):
        if terminal.may_be_asked(now):
            return terminal
    closed = [one.closed_message for one in serving if not one.is_open]
    raise NoBank(next(filter(None, closed), ""))


def _known(draft: Draft) -> Payment | None:
    """Return the payment that this very submission has made already."""
    same = Payment.objects.filter(submission_key=draft.submission_key)
    known = same.order_by("-attempt").first()
    if known is not None:
        debt = draft.debt.pk if draft.debt else None
        what = (known.payer_mobile, known.subject_id, known.debt_id, known.amount)
        if what != (draft.payer_mobile, draft.subject.pk, debt, draft.amount):
            raise SubmissionReused
    return known


def _create(draft: Draft, attempt: int, terminal: Terminal, now: datetime) -> Payment:
    if draft.debt is not None and not draft.debt.hold():
        raise DebtTaken
    payment = drawn_up(draft, attempt, terminal, now)
    payment.save()
    PaymentEvent.objects.create(
        payment=payment, seq=1, to_state=State.STARTED, cause=Cause.PAYER, at=now
    )
    return payment


def drawn_up(draft: Draft, attempt: int, terminal: Terminal, now: datetime) -> Payment:
    """Return the payment of a draft, not stored yet."""
    subject = draft.subject
    payment = Payment(
        submission_key=draft.submission_key,
        attempt=attempt,
        payer=draft.payer,
        payer_name=draft.payer_name,
        payer_mobile=draft.payer_mobile,
        language=draft.language,
        subject=subject,
        debt=draft.debt,
        faculty_title=draft.faculty_title,
        unit_title=draft.unit_title,
        subject_title=draft.subject_title,
        deposit_identifier=subject.deposit_identifier,
        amount=draft.amount,
        terminal=terminal,
        created_at=now,
        next_try_at=now + settings.ORPHAN_AFTER,
    )
    payment.search_key = _search_key(payment)
    return payment


def _search_key(payment: Payment) -> str:
    facts = [
        payment.order_number,
        payment.payer_name,
        persian.local_mobile(payment.payer_mobile),
        payment.faculty_title,
        payment.unit_title,
        payment.subject_title,
        str(payment.amount),
    ]
    return " ".join(map(persian.search_key, facts))


@racing
def _send_away(
    payment: Payment,
    call: GatewayCall,
    line: RecordedLine,
    answer: Redirect | Refused | Unknown,
    now: datetime,
) -> Payment:
    """Store the answer to the token request.

    No answer is as harmless here as a no: nobody was given a token to pay with.
    """
    try:
        with transaction.atomic(durable=True):
            close_call(call, line, answer, now)
            if payment.state == State.STARTED:
                _go_on(payment, answer, now)
    except LostRace:
        # The answer took so long that the start was given up.
        payment.refresh_from_db()
        raise
    return payment


def _go_on(
    payment: Payment, answer: Redirect | Refused | Unknown, now: datetime
) -> None:
    if isinstance(answer, Redirect):
        facts = _facts(payment, answer, now)
        payment.move_to(State.AT_BANK, now=now, cause=Cause.BANK, facts=facts)
        return
    warn_of_oddity(payment, answer, now=now, cause=Cause.BANK)
    unpaid(payment, Reason.REFUSED, now=now, cause=Cause.BANK, code=code_of(answer))


def _facts(payment: Payment, redirect: Redirect, now: datetime) -> dict[str, object]:
    return {
        "token": redirect.token,
        "handover": {
            "url": redirect.url,
            "method": redirect.method,
            "fields": redirect.fields,
        },
        "next_try_at": now + first_look(payment),
    }
