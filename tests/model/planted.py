"""Faults that the model must find, each planted into the product for one run."""

from dataclasses import replace

from django.db import connection, transaction
from django.db.models import F

from payments import checkout
from payments.checkout import checking, closing
from payments.checkout.outcomes import close_unpaid
from payments.checkout.steps import racing, unpaid
from payments.gateways import sep
from payments.gateways.base import Code, Kind, Refused, Unknown
from payments.models import Claim, Payment, PaymentEvent
from payments.states import Reason, State


def time_out_is_failure(monkeypatch):
    ask = checking.ask

    def ask_hastily(question):
        answer = ask(question)
        return Refused("time-out") if isinstance(answer, Unknown) else answer

    monkeypatch.setattr(checking, "ask", ask_hastily)


def lapsed_lease_is_failure(monkeypatch):
    def give_up(claim, clock):
        now = clock()
        with transaction.atomic(durable=True):
            claim.close(Claim.State.REJECTED, holds_receipt=False)
            claim.calls.filter(closed_at=None).update(closed_at=now, outcome="unknown")
            payment = Payment.objects.get(pk=claim.payment_id)
            close_unpaid(payment, Reason.DECLINED, now=now, cause="worker", away=True)
        return True

    monkeypatch.setattr(checkout, "release", give_up)


def amount_is_not_compared(monkeypatch):
    difference = checking._difference

    def look_away(claim, confirmation):
        ours = replace(confirmation, amount=claim.payment.amount, received=None)
        return difference(claim, ours)

    monkeypatch.setattr(checking, "_difference", look_away)


def receipt_is_not_unique(monkeypatch):
    with connection.cursor() as cursor:  # taken back with the test's transaction
        cursor.execute("DROP INDEX claim_receipt_held_once")


def cancel_beats_an_open_check(monkeypatch):
    @racing
    def close_anyhow(payment, state, reason, cause, now):
        payment.refresh_from_db()
        if payment.state in {state, State.CHECKING}:
            with transaction.atomic(durable=True):
                unpaid(payment, reason, now=now, cause=cause)

    monkeypatch.setattr(closing, "_close", close_anyhow)


def already_verified_is_failure(monkeypatch):
    monkeypatch.setitem(sep.VERIFY, "2", Code(Kind.NO))


def mover_moves_whatever_is_there(monkeypatch):
    def step(self, changes, *, now, cause, **event):
        with transaction.atomic():
            stored = Payment.objects.filter(pk=self.pk)
            stored.update(version=F("version") + 1, **changes)
            PaymentEvent.objects.create(
                payment=self,
                seq=stored.get().version,
                from_state=self.state,
                to_state=changes.get("state", self.state),
                cause=cause,
                at=now,
                **event,
            )
        self.refresh_from_db()

    monkeypatch.setattr(Payment, "_step", step)


PLANTED = [
    time_out_is_failure,
    lapsed_lease_is_failure,
    amount_is_not_compared,
    receipt_is_not_unique,
    cancel_beats_an_open_check,
    already_verified_is_failure,
    mover_moves_whatever_is_there,
]
