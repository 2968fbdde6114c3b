"""What staff must look at, and what it takes two of them to decide."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from payments import attention, checkout
from payments.models import Acknowledgement, Claim, Decision
from payments.states import State
from tests.payments.conftest import SEES_ALL, WORD_OF_THE_BANK, work
from tests.payments.test_guards import make_claim, make_payment, raw

LIST = reverse("admin:attention")


def decide(browser, payment, **changes):
    receipt = payment.claims.get(state=Claim.State.REVIEW).receipt_number
    data = WORD_OF_THE_BANK | {"receipt_number": receipt} | changes
    return browser.post(reverse("admin:decide", args=[payment.pk]), data)


def test_list_shows_what_is_uncertain_and_why(review, client_of, finance_officer):
    page = client_of(finance_officer).get(LIST).content.decode()
    assert review.order_number in page
    assert reverse("admin:decide", args=[review.pk]) in page
    assert attention.count(timezone.now(), SEES_ALL) == 2  # the review, and its alarm


def test_unanswered_claim_appears_after_two_minutes(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    now = timezone.now()
    assert attention.items(now, SEES_ALL) == []
    [item] = attention.items(now + timedelta(minutes=3), SEES_ALL)
    assert item.payment == payment


def test_two_officers_make_it_paid(
    review, payer, client_of, finance_officer, second_officer
):
    receipt = review.claims.get().receipt_number
    waits = {"state": "unknown", "next_try_at": timezone.now()}
    for payment in (review, payer.start("700,000")):
        make_claim(payment, **waits)
    first, second = client_of(finance_officer), client_of(second_officer)
    assert decide(first, review).status_code == 302
    review.refresh_from_db()
    assert review.state == State.REVIEW

    confirm = reverse("admin:confirm", args=[Decision.objects.get().pk])
    assert confirm in second.get(LIST).content.decode()
    second.post(confirm)

    review.refresh_from_db()
    assert review.state == State.PAID
    assert review.reference_number == "990011"
    confirmed = Claim.objects.get(state=Claim.State.CONFIRMED)
    assert (confirmed.payment, confirmed.receipt_number) == (review, receipt)
    assert Claim.objects.filter(**waits).count() == 2
    event = review.events.get(to_state="paid")
    assert (event.cause, event.actor) == ("officer", second_officer)
    assert event.code == str(Decision.objects.get(recorded_by=finance_officer).pk)
    assert Message.objects.filter(template="payment-paid").count() == 1


@pytest.mark.parametrize(
    ("verdict", "reason"), [("never_paid", "declined"), ("given_back", "reversed")]
)
def test_two_officers_make_it_unpaid(
    review, client_of, finance_officer, second_officer, verdict, reason
):
    past = make_claim(review, state="reversed", code="given back before")
    decide(client_of(finance_officer), review, verdict=verdict, reference_number="")
    confirm = reverse("admin:confirm", args=[Decision.objects.get().pk])
    client_of(second_officer).post(confirm)
    review.refresh_from_db()
    assert (review.state, review.unpaid_reason) == (State.UNPAID, reason)
    past.refresh_from_db()
    assert (past.state, past.code) == (Claim.State.REVERSED, "given back before")
    claim = review.claims.get(state=Claim.State.REJECTED)
    assert (claim.holds_receipt, claim.next_try_at) == (False, None)
    assert claim.code == "decided by two officers"
    assert Message.objects.get().template == "payment-unpaid"


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_decides_alone(decision, finance_officer, client_of, superuser):
    finance_officer.is_superuser = superuser
    finance_officer.save()
    browser = client_of(finance_officer)
    confirm = reverse("admin:confirm", args=[decision.pk])
    assert confirm not in browser.get(LIST).content.decode()
    browser.post(confirm)
    decision.payment.refresh_from_db()
    assert decision.payment.state == State.REVIEW
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(
            "UPDATE payments_decision SET state = 'confirmed',"
            " closed_by_id = recorded_by_id, closed_at = recorded_at"
        )


def test_decision_is_withdrawn_by_whoever_recorded_it(
    decision, finance_officer, client_of, payer
):
    words = WORD_OF_THE_BANK | {"recorded_by": finance_officer, "receipt_number": "r"}
    other = Decision.objects.create(
        payment=payer.start("700,000"), recorded_at=timezone.now(), **words
    )
    client_of(finance_officer).post(reverse("admin:withdraw", args=[decision.pk]))
    decision.refresh_from_db()
    other.refresh_from_db()
    assert (decision.state, other.state) == ("withdrawn", "open")


def test_closed_decision_stays_closed(decision, second_officer):
    checkout.withdraw(decision, second_officer)
    with pytest.raises(checkout.CannotDecide):
        checkout.confirm(decision, second_officer)
    for change in ("evidence = 'x'", "state = 'open'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            raw(f"UPDATE payments_decision SET {change}")  # noqa: S608
    with pytest.raises(IntegrityError), transaction.atomic():
        raw("DELETE FROM payments_decision")


def test_receipt_of_another_payment_is_refused(
    review, payer, finance_officer, second_officer
):
    other = payer.pay("700,000")
    decision = Decision.objects.create(
        payment=review,
        receipt_number=other.claims.get().receipt_number,
        recorded_by=finance_officer,
        recorded_at=timezone.now(),
        **WORD_OF_THE_BANK,
    )
    with pytest.raises(checkout.CannotDecide):
        checkout.confirm(decision, second_officer)
    review.refresh_from_db()
    decision.refresh_from_db()
    assert (review.state, decision.state) == (State.REVIEW, "open")


def test_payment_that_found_its_truth_is_not_decided(decision, second_officer):
    payment = decision.payment
    payment.move_to(State.UNPAID, now=timezone.now(), cause="bank", reason="declined")
    with pytest.raises(checkout.CannotDecide):
        checkout.confirm(decision, second_officer)


@pytest.mark.parametrize(
    "changes", [{"evidence": ""}, {"reference_number": ""}, {"verdict": "perhaps"}]
)
def test_decision_without_its_facts_is_explained(
    review, client_of, finance_officer, changes
):
    answer = decide(client_of(finance_officer), review, **changes)
    assert answer.context["form"].errors
    assert not Decision.objects.exists()


def test_second_open_decision_is_explained(decision, client_of, finance_officer):
    answer = decide(client_of(finance_officer), decision.payment)
    assert answer.context["form"].non_field_errors()


def test_alarm_stays_until_somebody_says_what_it_was(payer, client_of, finance_officer):
    payment = payer.start()
    payer.bring(payment, {"State": "OK", "RefNum": "x", "Token": "of another"})
    event = payment.events.get(is_alarm=True)
    browser = client_of(finance_officer)
    seen = reverse("admin:alarm_seen", args=[event.pk])
    assert seen in browser.get(LIST).content.decode()

    browser.post(seen, {"note": " "})
    assert attention.count(timezone.now(), SEES_ALL) == 1
    browser.post(seen, {"note": "آزمایش دانشجو"})
    assert attention.count(timezone.now(), SEES_ALL) == 0
    assert event.acknowledgement.officer == finance_officer


@pytest.mark.parametrize(("who", "refusal"), [("student", 302), ("clerk", 403)])
def test_strangers_decide_nothing(request, decision, client_of, who, refusal):
    browser = client_of(request.getfixturevalue(who))
    for name, args in (
        ("attention", []),
        ("decide", [decision.payment_id]),
        ("confirm", [decision.pk]),
        ("withdraw", [decision.pk]),
        ("alarm_seen", [decision.payment.events.get(is_alarm=True).pk]),
    ):
        address = reverse(f"admin:{name}", args=args)
        ask = browser.get if name == "attention" else browser.post
        assert ask(address).status_code == refusal
    decision.refresh_from_db()
    assert decision.state == "open"


def test_money_that_officers_decided_about_is_not_given_back(
    review, bank, finance_officer, second_officer
):
    decision = Decision.objects.create(
        payment=review,
        receipt_number="as read on the telephone",
        recorded_by=finance_officer,
        recorded_at=timezone.now(),
        **WORD_OF_THE_BANK,
    )
    checkout.confirm(decision, second_officer)
    work(after=timedelta(hours=2))
    review.refresh_from_db()
    assert review.state == State.PAID
    assert bank.transaction(review.order_number)["state"] == "verified"


# ---- one row for what is one matter --------------------------------------------------


def nonsense(payer, payment, times):
    for _ in range(times):
        payer.bring(payment, {"State": "OK", "RefNum": "x", "Token": "of another"})


def test_alarms_of_one_payment_that_say_the_same_are_one_row(
    payer, client_of, finance_officer
):
    payment, other = payer.start(), payer.start("700,000")
    nonsense(payer, payment, 3)
    nonsense(payer, other, 1)
    newest, older = attention.items(timezone.now(), SEES_ALL)
    assert (newest.payment, newest.times) == (other, 1)
    assert (older.payment, older.times) == (payment, 3)
    assert attention.count(timezone.now(), SEES_ALL) == 2
    assert "۳ بار" in client_of(finance_officer).get(LIST).content.decode()


def test_who_sees_to_a_row_sees_to_all_its_alarms(payer, client_of, finance_officer):
    payment, other = payer.start(), payer.start("700,000")
    nonsense(payer, other, 1)
    nonsense(payer, payment, 2)
    [shown, _other] = attention.items(timezone.now(), SEES_ALL)
    nonsense(payer, payment, 1)  # after the page was drawn

    seen = reverse("admin:alarm_seen", args=[shown.event.pk])
    browser = client_of(finance_officer)
    for _ in range(2):
        browser.post(seen, {"note": "آزمایش"})

    assert Acknowledgement.objects.count() == 2
    left = {
        item.payment: item.times for item in attention.items(timezone.now(), SEES_ALL)
    }
    assert left == {payment: 1, other: 1}


def test_flood_does_not_hide_what_is_new(
    payer, client_of, finance_officer, monkeypatch
):
    monkeypatch.setattr(attention, "MOST", 2)
    payments = [payer.start(f"{number}00,000") for number in range(1, 6)]
    for payment in payments:
        nonsense(payer, payment, 1)
    page = client_of(finance_officer).get(LIST)
    shown = [item.payment for item in page.context["items"]]
    assert shown == [payments[4], payments[3]]
    assert "۳ مورد" in page.content.decode()


def test_list_asks_the_database_no_more_for_more_decisions(
    payer, student, dormitory, terminal, finance_officer, django_assert_num_queries
):
    def waiting():
        payment = make_payment(student, dormitory, terminal, state="review")
        make_claim(payment, receipt_number=f"r-{payment.pk}", state="review")
        words = WORD_OF_THE_BANK | {"receipt_number": f"r-{payment.pk}"}
        Decision.objects.create(
            payment=payment,
            recorded_by=finance_officer,
            recorded_at=timezone.now(),
            **words,
        )

    for count in (1, 5):
        for _ in range(count):
            waiting()
        with django_assert_num_queries(5):
            for item in attention.items(timezone.now(), SEES_ALL):
                assert item.decision.recorded_by.full_name
                assert not item.is_unclaimed
