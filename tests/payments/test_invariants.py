"""Every way to break what must hold is named; a healthy database names nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from payments import checkout, invariants, triggers
from payments.models import (
    Claim,
    Decision,
    GatewayCall,
    PaymentEvent,
    Terminal,
)
from payments.states import EDGES, State
from tests.conftest import officer
from tests.payments.breaks import BREAKS, CHECKS, INDEXES
from tests.payments.conftest import work
from tests.payments.test_guards import raw


def minutes(count):
    return timedelta(minutes=count)


def broken(after=None):
    """What is broken now, or when that much time has gone by."""
    findings = invariants.check(timezone.now() + (after or timedelta()))
    return {one.number: one.order_numbers for one in findings if one.count}


# ---- payments ------------------------------------------------------------------------


@pytest.fixture
def at_bank(payer):
    return payer.start()


@pytest.fixture
def started(payer, monkeypatch):
    def die(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr("payments.gateways.sep.Sep.start", die)
        with pytest.raises(SystemExit):
            payer.start()
    return GatewayCall.objects.get(closed_at=None).payment


@pytest.fixture
def unknown(payer, bank):
    return lose_the_answer(payer, bank)


@pytest.fixture
def review(payer, bank):
    payment = lose_the_answer(payer, bank, "710,000")
    bank.fault("verify", "refuse", code="-6")
    work(after=timedelta(seconds=3))
    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    return payment


@pytest.fixture
def unsettled(paid):
    triggers.drop()
    raw("UPDATE payments_payment SET settlement = 'due'")
    return paid


@pytest.fixture
def for_a_debt(debt, debtor):
    """A payment that paid a debt."""
    payment = debtor.start()
    return debtor.bring(payment, debtor.at_bank(payment))


@pytest.fixture
def twice_paid(payer):
    return payer.pay(), payer.pay("600,000")


@pytest.fixture
def decided(review, finance_officer):
    """A payment that two officers found to be paid."""
    checkout.confirm(
        Decision.objects.create(
            payment=review,
            verdict="paid",
            receipt_number=review.claims.get().receipt_number,
            reference_number="990011",
            evidence="تلفن بانک",
            recorded_by=finance_officer,
            recorded_at=timezone.now(),
        ),
        officer("هیوا مرادی", "+989180000009", "امور مالی مرکزی"),
    )
    return review


def lose_the_answer(payer, bank, amount="700,000"):
    payment = payer.start(amount)
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", phase="after")
    return payer.bring(payment, fields)


# ---- a healthy database --------------------------------------------------------------


def test_nothing_is_broken_in_an_empty_database(db):
    assert broken() == {}


def test_nothing_is_broken_by_all_that_may_happen(
    payer, other_payer, bank, started, review, decided
):
    kinds = [decided.pk, started.pk]
    for number, action in enumerate(["success", "cancel", "low_balance", "twice"]):
        kinds.append(payer.pay(f"1{number}0,000", action).pk)
    invented_before_true(payer)
    cancelled_and_paid_after_all(payer)
    stolen(payer, other_payer)
    paid_twice_over(payer, bank)
    too_little(payer, bank)
    bank.fault("token", "http500")
    payer.start("230,000")
    lose_the_answer(payer, bank, "240,000")
    payer.start("250,000")
    assert broken() == {}

    for later in (5 / 60, 4, 36, 100, 24 * 60):
        work(after=minutes(later))
        assert broken(after=minutes(later)) == {}

    states = set(decided.__class__.objects.values_list("state", flat=True))
    assert states == {State.PAID, State.UNPAID}


def invented_before_true(payer):
    payment = payer.start("310,000")
    fields = payer.at_bank(payment)
    payer.bring(payment, fields | {"RefNum": "invented"})
    assert payer.bring(payment, fields).state == State.PAID


def cancelled_and_paid_after_all(payer):
    payment = payer.start("320,000")
    fields = payer.at_bank(payment)
    checkout.cancel(payment)
    assert payer.bring(payment, fields).state == State.PAID


def stolen(payer, other_payer):
    payment, other = payer.start("330,000"), other_payer.start("330,000")
    fields = payer.at_bank(payment)
    other_payer.bring(other, {"RefNum": fields["RefNum"]})  # names nothing of ours
    payer.bring(payment, fields)
    mine = {"State": "OK", "Token": other.token, "RefNum": fields["RefNum"]}
    assert other_payer.bring(other, mine).state == State.AT_BANK


def paid_twice_over(payer, bank):
    payment = payer.start("340,000")
    fields = payer.at_bank(payment)
    payer.bring(payment, fields)
    payer.bring(payment, fields | {"RefNum": "another"})
    assert payment.claims.filter(state=Claim.State.REVIEW).exists()


def too_little(payer, bank):
    payment = payer.start("350,000")
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    assert payer.bring(payment, fields).unpaid_reason == "reversed"


# ---- what is broken is named ---------------------------------------------------------


@pytest.fixture
def unguarded(db):
    """Take away what would refuse the worst; the test's own end brings it back."""

    def strip():
        if connection.vendor == "postgresql":
            raw("SET CONSTRAINTS ALL IMMEDIATE")  # or no table could be altered
        triggers.drop()
        for index in INDEXES:
            raw(f"DROP INDEX {index}")
        for table, name in CHECKS:
            if connection.vendor == "postgresql":
                raw(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        if connection.vendor == "sqlite":
            raw("PRAGMA ignore_check_constraints = ON")

    yield strip
    if connection.vendor == "sqlite":
        raw("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize(("number", "kind", "later", "deed"), BREAKS)
def test_what_is_broken_is_named(request, unguarded, number, kind, later, deed):
    request.getfixturevalue(kind)
    assert broken() == {}
    unguarded()
    for statement in deed:
        raw(statement)
    assert list(broken(after=minutes(later))) == [number]


def test_every_invariant_is_broken_once_at_least():
    assert {number for number, *_rest in BREAKS} == {
        invariant.number for invariant in invariants.INVARIANTS
    }


def test_finding_names_the_first_five(payer):
    orders = [payer.start(f"{number}00,000").order_number for number in range(1, 8)]
    findings = invariants.check(timezone.now() + minutes(96))
    [found] = [finding for finding in findings if finding.count]
    assert (found.count, found.order_numbers) == (7, orders[:5])


def test_bank_that_rests_may_answer_for_a_day(at_bank):
    day = minutes(24 * 60)
    Terminal.objects.update(resting_until=timezone.now() + day)
    assert broken(after=day) == {}
    assert broken(after=day + minutes(6)) == {"INV-10": [at_bank.order_number]}


def test_time_for_the_answer_follows_the_settings(at_bank, settings):
    settings.ABANDONED_AFTER = 100 * 60
    assert broken(after=minutes(100)) == {}
    settings.INQUIRE_UNTIL = minutes(120)
    assert broken(after=minutes(120)) == {}
    assert broken(after=minutes(126)) == {"INV-10": [at_bank.order_number]}


def test_message_for_a_payment_that_is_not_paid_is_named(at_bank, paid):
    values = {"token2": at_bank.order_number}
    told = Claim._meta.apps.get_model("accounts", "Message").objects
    facts = {"to": "x", "template": "payment-paid", "values": values, "key": "x"}
    told.queue(timezone.now(), channel="sms", **facts)
    assert broken() == {"INV-17": [at_bank.order_number]}


def test_late_settlement_with_an_alarm_is_seen_to(unsettled):
    unsettled.note("x", now=timezone.now(), cause="worker", is_alarm=True)
    assert broken(after=minutes(16)) == {}


# ---- moves ---------------------------------------------------------------------------


@pytest.mark.parametrize("old", [state for state in State if state != State.PAID])
@pytest.mark.parametrize("new", State)
def test_moves_outside_the_table_are_named(at_bank, old, new):
    PaymentEvent.objects.create(
        payment=at_bank,
        seq=3,
        from_state=old,
        to_state=new,
        cause="worker",
        at=timezone.now(),
    )
    wrong = old != new and new not in EDGES[old]
    assert ("INV-07" in broken()) == wrong


def test_notes_are_no_moves(paid):
    for number in range(3):
        paid.note(f"note {number}", now=timezone.now(), cause="worker")
    assert broken() == {}


# ---- a claim that is unknown while the bank answers others ---------------------------


@pytest.fixture
def forgotten(unknown):
    """A claim whose answer was lost three minutes ago, and nobody asked again."""
    triggers.drop()
    earlier = timezone.now() - minutes(3)
    Claim.objects.update(created_at=earlier)
    GatewayCall.objects.update(started_at=earlier, closed_at=earlier)
    assert broken() == {}
    return unknown


def test_claim_that_is_forgotten_while_the_bank_answers_is_named(
    forgotten, other_payer
):
    other_payer.pay("810,000")
    assert broken() == {"INV-09": [forgotten.order_number]}


def test_claim_is_not_forgotten_at_once(unknown, other_payer):
    other_payer.pay("810,000")
    assert broken() == {}


@pytest.mark.parametrize("order", [1, -1])
def test_bank_that_keeps_silent_now_and_then_does_not_answer(
    forgotten, other_payer, bank, order
):
    deeds = [
        lambda: other_payer.pay("810,000"),
        lambda: lose_the_answer(other_payer, bank, "820,000"),
    ]
    for deed in deeds[::order]:
        deed()
    assert broken() == {}


def test_answers_of_another_bank_say_nothing(forgotten, other_payer):
    triggers.drop()
    other = Terminal.objects.get()
    other.pk, other.alias, other.merchant_number = None, "other", "9999"
    other.save()
    raw("UPDATE payments_payment SET terminal_id = %s", other.pk)
    raw("UPDATE payments_claim SET merchant_number = '9999'")
    other_payer.pay("810,000")
    assert broken() == {}
