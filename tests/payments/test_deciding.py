"""What officers write down, and what it takes until it moves money."""

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import SecurityEvent
from catalog.models import Subject, Unit
from payment_portal import persian
from payments import checkout
from payments.checkout import deciding
from payments.models import Claim, Decision
from payments.states import State
from tests.conftest import tied
from tests.payments.conftest import WORD_OF_THE_BANK
from tests.payments.test_guards import make_claim, make_payment

LIST = reverse("admin:attention")


@pytest.fixture
def write(review, client_of, finance_officer):
    """Fill in the form about the payment under review; its errors."""
    browser = client_of(finance_officer)
    address = reverse("admin:decide", args=[review.pk])

    def fill_in(**changes):
        answer = browser.post(address, WORD_OF_THE_BANK | changes)
        return answer.context["form"].errors if answer.status_code == 200 else {}

    fill_in.browser, fill_in.address = browser, address
    return fill_in


def record(payment, officer, **changes):
    words = WORD_OF_THE_BANK | {"recorded_by": officer, "recorded_at": timezone.now()}
    return Decision.objects.create(payment=payment, **words | changes)


def test_who_looks_at_what_is_to_be_decided_is_written_down(write, review):
    write.browser.get(write.address)
    seen = SecurityEvent.objects.get(kind="payment_seen")
    assert (seen.about, seen.detail) == (review.payer, review.order_number)


# ---- the numbers ---------------------------------------------------------------------


def test_officer_chooses_among_the_receipts_that_came(write, review):
    receipt = review.claims.get().receipt_number
    assert receipt in write.browser.get(write.address).content.decode()
    assert write(claim=receipt) == {}
    assert Decision.objects.get().receipt_number == receipt


def test_numbers_are_stored_as_the_bank_writes_them(write, review):
    receipt = review.claims.get().receipt_number
    typed = f"\u200f {persian.to_persian_digits(receipt)} "
    assert write(receipt_number=typed, reference_number="۹۹ ۰۰\u200c۱۱") == {}
    decision = Decision.objects.get()
    assert (decision.receipt_number, decision.reference_number) == (receipt, "990011")


@pytest.mark.parametrize("change", [str, str.upper, persian.to_persian_digits])
def test_receipt_that_paid_another_payment_is_refused(
    write, payer, review, second_officer, finance_officer, change
):
    other = payer.pay("700,000")
    receipt = change(other.claims.get().receipt_number)
    errors = write(receipt_number=receipt, is_unclaimed="on")
    assert other.order_number in str(errors["receipt_number"])
    assert not Decision.objects.exists()


def test_a_foreign_payment_that_holds_it_is_not_named(
    client_of, review, unit_officer, dormitory
):
    unit = Unit.objects.create(faculty=dormitory.unit.faculty, title="آموزش")
    subject = Subject.objects.create(unit=unit, title="شهریه")
    other = make_payment(review.payer, subject, review.terminal)
    make_claim(other, state="checking", holds_receipt=True, receipt_number="990099")
    decide = Permission.objects.get(codename="add_decision")
    unit_officer.groups.get().permissions.add(decide)
    browser = client_of(tied(unit_officer, unit=dormitory.unit))
    words = WORD_OF_THE_BANK | {"receipt_number": "990099", "is_unclaimed": "on"}
    answer = browser.post(reverse("admin:decide", args=[review.pk]), words)
    (told,) = answer.context["form"].errors["receipt_number"]
    assert told == "این رسید به پرداخت دیگری تعلق دارد."


def test_number_that_no_return_brought_needs_a_second_look(
    write, client_of, second_officer
):
    assert "is_unclaimed" in write(receipt_number="990099")
    assert write(receipt_number="990099", is_unclaimed="on") == {}
    page = client_of(second_officer).get(LIST).content.decode()
    assert "990099" in page
    assert "990011" in page
    assert "هیچ بازگشتی از این پرداخت آن را نیاورده است" in page


def test_number_that_a_return_brought_is_no_cause_for_doubt(
    write, review, client_of, second_officer
):
    write(claim=review.claims.get().receipt_number)
    page = client_of(second_officer).get(LIST).content.decode()
    assert review.claims.get().receipt_number in page
    assert "هیچ بازگشتی" not in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receipt_number": "رسید"}, "receipt_number"),
        ({"reference_number": "۹۹ الف"}, "reference_number"),
        ({"claim": "nobody's"}, "claim"),
        ({}, "receipt_number"),
    ],
)
def test_numbers_that_cannot_be_are_explained(write, changes, field):
    assert field in write(**changes)


def test_two_receipts_at_once_are_explained(write, review):
    receipt = review.claims.get().receipt_number
    assert "receipt_number" in write(claim=receipt, receipt_number="990099")


def test_no_number_is_asked_where_no_money_came(write):
    assert write(verdict="never_paid", reference_number="") == {}


# ---- the second officer --------------------------------------------------------------


def test_second_officer_reads_who_recorded_what(write, review, client_of, request):
    write(claim=review.claims.get().receipt_number)
    second = client_of(request.getfixturevalue("second_officer"))
    page = second.get(LIST).content.decode()
    for fact in ("مریم رستمی", WORD_OF_THE_BANK["evidence"], "990011"):
        assert fact in page


def test_whoever_recorded_it_is_told_to_fetch_another(decision, finance_officer):
    with pytest.raises(checkout.CannotDecide, match="کارشناس دیگری"):
        checkout.confirm(decision, finance_officer)


def test_receipt_of_another_payment_is_refused_however_written(
    review, payer, finance_officer, second_officer
):
    receipt = payer.pay("700,000").claims.get().receipt_number
    decision = record(review, finance_officer, receipt_number=receipt.upper())
    with pytest.raises(checkout.CannotDecide, match="پرداخت دیگری"):
        checkout.confirm(decision, second_officer)


def test_receipt_that_another_payment_takes_at_that_moment_is_refused(
    review, payer, finance_officer, second_officer, monkeypatch
):
    receipt = payer.pay("700,000").claims.get().receipt_number
    decision = record(review, finance_officer, receipt_number=receipt)
    look, looks = deciding._must_be_free, []

    def look_too_early(decision):
        looks.append(decision)
        if len(looks) > 1:
            look(decision)

    monkeypatch.setattr(deciding, "_must_be_free", look_too_early)
    with pytest.raises(checkout.CannotDecide):
        checkout.confirm(decision, second_officer)
    review.refresh_from_db()
    assert review.state == State.REVIEW


def test_what_the_database_refuses_for_other_reasons_is_not_called_a_receipt(
    decision, finance_officer, second_officer
):
    decision.recorded_by = second_officer  # in memory only: the check is deceived
    with pytest.raises(IntegrityError):
        checkout.confirm(decision, finance_officer)


@pytest.mark.parametrize("state", [Claim.State.CHECKING, Claim.State.REVERSING])
def test_claim_that_the_bank_is_asked_about_is_not_decided(
    decision, second_officer, state
):
    decision.payment.claims.update(state=state)
    with pytest.raises(checkout.CannotDecide, match="یک دقیقه"):
        checkout.confirm(decision, second_officer)


@pytest.mark.parametrize("verdict", ["never_paid", "given_back"])
def test_payment_is_not_closed_while_the_bank_is_asked(
    review, finance_officer, second_officer, verdict
):
    make_claim(review, state="unknown", next_try_at=timezone.now())
    decision = record(review, finance_officer, verdict=verdict)
    with pytest.raises(checkout.CannotDecide, match="یک دقیقه"):
        checkout.confirm(decision, second_officer)
    decision.refresh_from_db()
    review.refresh_from_db()
    assert (decision.state, review.state) == ("open", State.REVIEW)
    assert review.claims.filter(state=Claim.State.REVIEW).exists()


def test_number_of_a_decision_is_no_word_of_the_bank(
    payer, review, finance_officer, second_officer
):
    # To this bank 5 means that it returned the money.
    decision = record(review, finance_officer, verdict="never_paid", pk=5)
    checkout.confirm(decision, second_officer)
    assert "بانک این پرداخت را نپذیرفت" in payer.see(review)


def test_money_that_comes_after_a_decision_is_judged_like_any_other(
    review, bank, payer, finance_officer, second_officer
):
    checkout.confirm(
        record(review, finance_officer, verdict="never_paid"), second_officer
    )
    bank.fault("verify", "wrong_amount", code="1000")
    receipt = payer.at_bank(payer.start("700,000"))["RefNum"]
    fields = {"State": "OK", "Status": "2", "Token": review.token, "RefNum": receipt}
    payer.bring(review, fields)
    assert (review.state, review.unpaid_reason) == (State.UNPAID, "reversed")
    assert review.claims.get(receipt_number=receipt).state == Claim.State.REVERSED
