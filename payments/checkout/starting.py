"""To the bank: one submission makes one payment and asks for one token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Subject
from payment_portal import persian
from payments import gateways
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
    unpaid,
    warn_of_oddity,
)
from payments.gateways.base import Redirect, Refused, Unknown
from payments.line import RecordedLine
from payments.models import GatewayCall, Payment, PaymentEvent, Terminal
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


class SubmissionReused(Exception):
    """One submission was sent twice with different content."""


@dataclass(frozen=True)
class Draft:
    """What the payer confirmed. One submission key makes one payment."""

    payer: User
    subject: Subject
    amount: int  # rial
    submission_key: str

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
    """Create the payment of a draft and ask the bank for a token.

    The same submission returns the same payment. Raises NoBank, SubmissionReused.
    """
    known = _known(draft)
    if known is not None:
        return known  # it needs no bank any more, so no seat either
    with seat() as seated:
        if not seated:
            raise NoBank(busy=True)
        payment, call = _record(draft, clock())
        if call is None:
            return payment
        line = line_to(payment.terminal, settings.GATEWAY_DEADLINE)
        bank = bank_of(payment.terminal, line)
        answer = ask(lambda: bank.start(order_of(payment)))
    return _send_away(payment, call, line, answer, clock())


def _record(draft: Draft, now: datetime) -> tuple[Payment, GatewayCall | None]:
    for _round in range(RACES):
        known = _known(draft)
        if known is not None:
            return known, None
        terminal = _terminal(draft, now)
        try:
            with transaction.atomic(durable=True):
                payment = _create(draft, terminal, now)
                call = open_call(payment, GatewayCall.Operation.START, now)
                return payment, call
        except IntegrityError:
            # Either the same submission was quicker, or a number was drawn twice:
            # the next round sees which.
            continue
    raise NoBank


def _terminal(draft: Draft, now: datetime) -> Terminal:
    serving = Terminal.objects.serving(draft.subject)
    for terminal in serving.open().awake(now):
        if terminal.may_be_asked(now):
            return terminal
    closed = serving.filter(is_open=False).exclude(closed_message="").first()
    raise NoBank(closed.closed_message if closed else "")


def _known(draft: Draft) -> Payment | None:
    """Return the payment that this very submission has made already."""
    known = Payment.objects.filter(submission_key=draft.submission_key).first()
    if known is not None:
        what = (known.payer_id, known.subject_id, known.amount)
        if what != (draft.payer.pk, draft.subject.pk, draft.amount):
            raise SubmissionReused
    return known


def _create(draft: Draft, terminal: Terminal, now: datetime) -> Payment:
    subject, payer = draft.subject, draft.payer
    payment = Payment(
        submission_key=draft.submission_key,
        payer=payer,
        payer_name=payer.full_name,
        payer_mobile=payer.mobile,
        subject=subject,
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
    payment.save(force_insert=True)
    PaymentEvent.objects.create(
        payment=payment, seq=1, to_state=State.STARTED, cause=Cause.PAYER, at=now
    )
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
    payment = Payment.objects.select_related("terminal").get(pk=payment.pk)
    with transaction.atomic(durable=True):
        close_call(call, line, answer, now)
        if payment.state != State.STARTED:
            return payment  # the answer took so long that the start was given up
        if isinstance(answer, Redirect):
            payment.move_to(
                State.AT_BANK,
                now=now,
                cause=Cause.BANK,
                facts=_facts(payment, answer, now),
            )
        else:
            warn_of_oddity(payment, answer)
            unpaid(
                payment, Reason.REFUSED, now=now, cause=Cause.BANK, code=code_of(answer)
            )
    return payment


def _facts(payment: Payment, redirect: Redirect, now: datetime) -> dict[str, object]:
    return {
        "token": redirect.token,
        "handover": {
            "url": redirect.url,
            "method": redirect.method,
            "fields": redirect.fields,
        },
        "next_try_at": now + _abandoned_after(payment),
    }


def _abandoned_after(payment: Payment) -> timedelta:
    """How long nobody coming back means that nobody will."""
    if settings.ABANDONED_AFTER is not None:
        return timedelta(seconds=settings.ABANDONED_AFTER)
    return gateways.traits(payment.terminal.psp).token_life + timedelta(minutes=15)
