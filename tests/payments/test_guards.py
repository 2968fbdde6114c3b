"""What the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from payments import triggers
from payments.models import (
    Claim,
    GatewayCall,
    IllegalMove,
    LostRace,
    Payment,
    Terminal,
)
from payments.states import EDGES, Reason, State

NOW = timezone.now


@pytest.fixture
def payment(student, dormitory, terminal):
    return make_payment(student, dormitory, terminal)


def make_payment(person, subject, terminal, **changes):
    values = {
        "submission_key": f"key-{Payment.objects.count()}",
        "payer": person,
        "payer_name": person.full_name,
        "payer_mobile": person.mobile,
        "subject": subject,
        "faculty_title": "دانشکده",
        "unit_title": "واحد",
        "subject_title": "خوابگاه",
        "amount": 500_000,
        "terminal": terminal,
        "created_at": NOW(),
    }
    return Payment.objects.create(**values | changes)


def make_claim(payment, **changes):
    values = {
        "payment": payment,
        "receipt_number": "receipt",
        "psp": "sep",
        "merchant_number": "2015",
        "source": "callback",
        "window_ends_at": NOW(),
        "created_at": NOW(),
    }
    return Claim.objects.create(**values | changes)


FACTS = {
    "paid_at": NOW(),
    "reference_number": "1",
    "tracking_number": "2",
    "settlement": "not_needed",
}


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -1},
        {"state": "rich"},
        {"state": "unpaid"},
        {"unpaid_reason": "cancelled"},
        {"state": "unpaid", "unpaid_reason": "whim"},
        {"state": "at_bank"},
        {"paid_at": NOW()},
        {"settlement": "due"},
        {"state": "paid", **FACTS, "paid_at": None},
        {"state": "paid", **FACTS, "reference_number": ""},
        {"state": "paid", **FACTS, "tracking_number": ""},
        {"state": "paid", **FACTS, "settlement": ""},
        {"state": "paid", **FACTS, "settlement": "perhaps"},
    ],
)
def test_payment_that_must_not_be(payment, changes):
    columns = ", ".join(f"{name} = %s" for name in changes)
    refused(
        lambda: raw(f"UPDATE payments_payment SET {columns}", *changes.values())  # noqa: S608
    )


@pytest.mark.parametrize(
    "field",
    ["order_number", "callback_key", "submission_key", "verify_key", "verify_code"],
)
def test_number_that_is_used_twice(payment, student, dormitory, terminal, field):
    twin = {field: getattr(payment, field)}
    refused(lambda: make_payment(student, dormitory, terminal, **twin))


def test_token_that_is_used_twice(payment, student, dormitory, terminal):
    Payment.objects.update(token="t")
    refused(lambda: make_payment(student, dormitory, terminal, token="t"))


def test_claims_that_must_not_be(payment, student, dormitory, terminal):
    make_claim(payment, state="confirmed", holds_receipt=True)
    other = make_payment(student, dormitory, terminal)
    for claim in (
        {"payment": payment},
        {"payment": payment, "receipt_number": "b", "state": "new", "psp": "sep"}
        | {"state": "confirmed", "holds_receipt": True},
        {"payment": other, "holds_receipt": True},
        {"payment": other, "receipt_number": "c", "state": "confirmed"},
        {"payment": other, "receipt_number": "d", "state": "sure"},
        {"payment": other, "receipt_number": ""},
    ):
        refused(lambda claim=claim: make_claim(**claim))
    # The same receipt number at another terminal is another receipt.
    make_claim(other, merchant_number="2016", holds_receipt=True)


def test_events_are_never_changed(payment):
    payment.note("something", now=NOW(), cause="worker")
    refused(lambda: raw("UPDATE payments_paymentevent SET note = 'else'"))
    refused(lambda: raw("DELETE FROM payments_paymentevent"))


def test_event_number_is_used_once(payment):
    payment.note("something", now=NOW(), cause="worker")
    twin = payment.events.get()
    twin.pk = None
    refused(twin.save)


def test_bank_call_is_closed_once(payment):
    call = GatewayCall.objects.create(
        payment=payment, operation="start", started_at=NOW()
    )
    calls = GatewayCall.objects.filter(pk=call.pk)
    refused(lambda: calls.update(code="x"))
    refused(lambda: calls.update(closed_at=NOW()))
    calls.update(closed_at=NOW(), outcome="yes")
    refused(lambda: calls.update(closed_at=NOW(), outcome="no"))
    refused(lambda: raw("DELETE FROM payments_gatewaycall"))


@pytest.mark.parametrize(
    "change",
    [
        "public_id = '8f14e45f-ceea-467f-a8f4-2f8f1b0f4c11'",
        "order_number = '1'",
        "callback_key = 'x'",
        "verify_key = 'x'",
        "verify_code = 'x'",
        "submission_key = 'x'",
        "attempt = 2",
        "amount = 1",
        "payer_id = NULL",
        "payer_name = 'x'",
        "payer_mobile = 'x'",
        "subject_id = NULL",
        "faculty_title = 'x'",
        "unit_title = 'x'",
        "subject_title = 'x'",
        "deposit_identifier = 'x'",
        "search_key = 'x'",
        "terminal_id = NULL",
        "created_at = '2020-01-01 00:00:00+00:00'",
    ],
)
def test_what_a_payment_is_for_never_changes(payment, change):
    with pytest.raises(IntegrityError, match="what a payment is for never changes"):
        raw(f"UPDATE payments_payment SET {change}")  # noqa: S608


@pytest.mark.parametrize(
    "change",
    [
        "state = 'rejected'",
        "payment_id = NULL",
        "psp = 'x'",
        "merchant_number = 'x'",
        "receipt_number = 'x'",
        "holds_receipt = FALSE",
        "confirmed_amount = 1",
        "confirmed_amount = NULL",
    ],
)
def test_confirmed_claim_is_final(payment, change):
    make_claim(payment, state="confirmed", holds_receipt=True, confirmed_amount=500_000)
    with pytest.raises(IntegrityError, match="a confirmed claim is the proof"):
        raw(f"UPDATE payments_claim SET {change}")  # noqa: S608


def test_claim_is_never_deleted(payment):
    make_claim(payment)
    refused(lambda: raw("DELETE FROM payments_claim"))


def test_payment_is_never_deleted(payment):
    refused(lambda: raw("DELETE FROM payments_payment"))


def test_paid_is_final(payment):
    Payment.objects.update(state="paid", **FACTS)
    for change in ({"state": "checking"}, {"reference_number": "3"}):
        refused(lambda change=change: Payment.objects.update(**change))


def test_terminal_keeps_its_number_after_its_first_payment(payment):
    refused(lambda: Terminal.objects.update(merchant_number="9"))
    Terminal.objects.update(is_open=False)
    free = Terminal.objects.create(alias="b", title="b", psp="sep", merchant_number="1")
    Terminal.objects.filter(pk=free.pk).update(merchant_number="2")
    refused(
        lambda: Terminal.objects.create(alias="c", psp="sep", merchant_number="2015")
    )


def test_every_trigger_is_there_after_all_migrations(db):
    assert {trigger.name for trigger in triggers.TRIGGERS} <= triggers.existing()


# ---- the table of edges --------------------------------------------------------------

FACTS_OF = {
    State.AT_BANK: {"token": "t"},
    State.UNPAID: {"unpaid_reason": Reason.DECLINED},
    State.PAID: FACTS,
}


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_only_the_edges_of_the_table_exist(payment, old, new):
    stored = Payment.objects.filter(pk=payment.pk)
    stored.update(state=old, **FACTS_OF.get(old, {}))
    payment.refresh_from_db()
    more = dict(FACTS_OF.get(new, {}))
    reason = more.pop("unpaid_reason", "")

    def move():
        payment.move_to(new, now=NOW(), cause="worker", reason=reason, facts=more)

    if new in EDGES[old]:
        move()
        assert stored.get().state == payment.state == new
        event = payment.events.get()
        assert (event.from_state, event.to_state, event.seq) == (old, new, 2)
    else:
        with pytest.raises(IllegalMove):
            move()
        assert stored.get().state == old
        assert not payment.events.exists()


def test_one_hand_moves_a_payment_step_by_step(payment):
    payment.move_to(State.AT_BANK, now=NOW(), cause="bank", facts={"token": "t"})
    payment.note("something", now=NOW(), cause="bank")
    payment.move_to(State.UNPAID, now=NOW(), cause="payer", reason="cancelled")
    stored = Payment.objects.get()
    assert (stored.state, stored.version, stored.token) == ("unpaid", 4, "t")
    assert (payment.state, payment.version, payment.token) == ("unpaid", 4, "t")
    events = stored.events.order_by("seq")
    assert list(events.values_list("seq", "from_state", "to_state")) == [
        (2, "started", "at_bank"),
        (3, "at_bank", "at_bank"),
        (4, "at_bank", "unpaid"),
    ]


def test_loser_of_a_race_moves_nothing(payment):
    stale = Payment.objects.get(pk=payment.pk)
    payment.move_to(State.UNPAID, now=NOW(), cause="worker", reason="refused")
    with pytest.raises(LostRace), transaction.atomic():
        stale.move_to(
            State.AT_BANK, now=NOW(), cause="bank", facts={"token": "too late"}
        )
    assert payment.events.count() == 1


def test_lease_is_won_once(payment):
    claim = make_claim(payment, next_try_at=NOW())
    twin = Claim.objects.get(pk=claim.pk)
    later = NOW() + timedelta(seconds=1)
    assert claim.take(now=later, lease=timedelta(seconds=30))
    assert not twin.take(now=later, lease=timedelta(seconds=30))
    assert not twin.close(Claim.State.REJECTED)
    assert claim.close(Claim.State.REJECTED)


@pytest.mark.parametrize(
    "meanwhile", [{"tries": 1}, {"state": "reversing"}, {"next_try_at": None}]
)
def test_lease_of_a_claim_that_changed_meanwhile_is_not_won(payment, meanwhile):
    claim = make_claim(payment, next_try_at=NOW())
    Claim.objects.update(**meanwhile)
    assert not claim.take(now=NOW(), lease=timedelta(seconds=30))
    assert claim.lease_until is None


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"min_amount": 0}, "terminal_smallest_amount_positive"),
        ({"min_amount": 2, "max_amount": 1}, "terminal_amounts_in_order"),
        ({"fault": "code 8"}, "terminal_with_fault_closed"),
        ({"merchant_number": ""}, "terminal_has_psp_and_merchant_number"),
    ],
)
def test_terminal_that_must_not_be(terminal, changes, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Terminal.objects.filter(pk=terminal.pk).update(**changes)


def test_submission_makes_one_payment_an_attempt(payment, student, dormitory, terminal):
    again = {"submission_key": payment.submission_key}
    with pytest.raises(IntegrityError), transaction.atomic():
        make_payment(student, dormitory, terminal, **again)
    assert make_payment(student, dormitory, terminal, attempt=2, **again)
