"""Which payments are found, among others that differ in one thing only."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from catalog.models import Subject
from payment_portal import persian
from payments.checkout import Draft
from payments.models import Payment
from tests.payments.test_guards import FACTS, make_payment

NOW = timezone.now()
NAME = persian.search_key("محمدی")
A_MOMENT, DAY = timedelta(microseconds=1), timedelta(days=1)


@pytest.fixture
def make(student, dormitory, terminal):
    """Make a payment that differs from all others as told: make(amount=1)."""

    def make(person=student, subject=dormitory, **changes):
        times = {"created_at": NOW} | changes
        return make_payment(person, subject, terminal, **times)

    return make


def paid(payment, **changes):
    facts = FACTS | {"state": "paid", "reference_number": payment.order_number}
    Payment.objects.filter(pk=payment.pk).update(**facts | changes)
    payment.refresh_from_db()
    return payment


def test_payer_reaches_his_own_and_what_is_nobodys(make, student, other_student):
    his, nobodys = make(), make(payer=None)
    make(other_student)
    assert set(Payment.objects.reached_by(student)) == {his, nobodys}
    assert set(Payment.objects.reached_by(AnonymousUser())) == {nobodys}


def test_payments_of_the_payer_of_a_draft(make, student, other_student, debt):
    draft = Draft(student, debt.subject, 1, "key")
    by_link = Draft(None, debt.subject, 1, "key", debt=debt)
    his, by_others = make(debt=debt), make(payer=None)
    make(other_student)
    assert set(Payment.objects.of_payer(draft)) == {his}
    assert set(Payment.objects.of_payer(by_link)) == set()
    Payment.objects.filter(pk=his.pk).update(state="unpaid", unpaid_reason="expired")
    linked = make(payer=None, debt=debt)
    assert set(Payment.objects.of_payer(by_link)) == {linked}
    assert by_others not in Payment.objects.of_payer(by_link)


def test_payment_that_holds_a_debt_for_too_long(make, debt):
    make(state="at_bank", token="1")
    held = make(debt=debt, state="at_bank", token="2")
    left = Payment.objects.left_at_bank
    assert [list(left(debt, NOW)), list(left(debt, NOW - A_MOMENT))] == [[held], []]
    Payment.objects.filter(pk=held.pk).update(state="checking")
    assert not left(debt, NOW).exists()


def test_like_is_what_was_paid_or_may_have_been_paid(make, student, dormitory):
    draft = Draft(student, dormitory, 500_000, "this-submission")
    like = [
        paid(make()),
        *(make(state=state) for state in ("started", "checking", "review")),
        make(state="at_bank", token="t"),
    ]
    other = Subject.objects.create(unit=dormitory.unit, title="شهریه")
    make(subject=other)
    make(amount=500_001)
    make(state="unpaid", unpaid_reason="cancelled")
    assert [one for one in Payment.objects.order_by("pk") if one.is_like(draft)] == like


def test_begun_since_is_what_the_same_payer_began(make, student, other_student):
    draft = Draft(student, make(other_student).subject, 500_000, "this-submission")
    first = make(created_at=NOW + A_MOMENT)
    last = make(created_at=NOW + 2 * A_MOMENT, state="unpaid", unpaid_reason="expired")
    make(created_at=NOW)
    make(created_at=NOW + A_MOMENT, submission_key="this-submission")
    assert list(Payment.objects.begun_since(draft, NOW)) == [last, first]


def test_who_reads_a_payment_alone_lets_others_refer_to_it():
    """Events and calls are added beside him; its terminal and payer are not locked."""
    query = Payment.objects.alone().query
    assert query.select_for_update
    assert query.select_for_no_key_update
    assert query.select_for_update_of == ["self"]


def test_money_that_the_bank_is_to_deposit(make):
    due = paid(make(), settlement="due", next_try_at=NOW)
    paid(make(), settlement="done", next_try_at=NOW)
    paid(make(), settlement="due", next_try_at=NOW + A_MOMENT)
    make(next_try_at=NOW)
    assert list(Payment.objects.to_settle(NOW)) == [due]
    assert Payment.objects.paid().count() == 3


def test_time_of_a_payment_is_when_it_was_paid(make):
    """Or else when it was begun."""
    begun = make(created_at=NOW)
    late = paid(make(created_at=NOW - DAY), paid_at=NOW + DAY)
    assert (begun.moment, late.moment) == (NOW, NOW + DAY)
    found = Payment.objects.since
    assert set(found(NOW)) == {begun, late}
    assert set(found(NOW + A_MOMENT)) == set(found(NOW + DAY)) == {late}
    assert set(Payment.objects.until(NOW)) == set()
    assert set(Payment.objects.until(NOW + DAY)) == {begun}


def test_newest_comes_first(make):
    old, first, second = make(created_at=NOW - DAY), make(), make()
    assert list(Payment.objects.latest_first()) == [second, first, old]


def test_payment_is_named_by_its_number_or_its_code(make):
    payment, _other = make(), make()
    for name in (f" {payment.order_number} ", payment.spaced_code.lower()):
        assert Payment.objects.named(name).get() == payment
    assert not Payment.objects.named("1").exists()


def test_payment_is_found_by_every_word_that_is_said_of_it(make):
    payment = paid(
        make(search_key=f"{NAME} 17700000"),
        tracking_number="track7",
        reference_number="ref8",
        masked_card="621986******0082",
    )
    other = make(search_key=f"{NAME} 12,500", masked_card="621986******1182")
    assert Payment.objects.matching("12,500").get() == other  # as a title may be
    words = ["17٬700٬000", "17700000", "track7", "ref8", "0082", payment.spaced_code]
    for word in words:
        assert Payment.objects.matching(word).get() == payment
    assert Payment.objects.matching("محمدی ref8").get() == payment
    assert not Payment.objects.matching("محمدی ref9").exists()
    assert not Payment.objects.matching("082").exists()  # too little of a card
    assert Payment.objects.matching(" ").count() == 2
