"""A debt is paid once, by whoever of its payers is first, to the last rial."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from catalog.models import Subject
from debts import cancelling
from debts.models import Debt, DebtEvent
from payments import attention, checkout, invariants, notes
from payments.models import Claim, Payment
from payments.states import State
from tests.debtors import Debtor
from tests.debts.sheets import row
from tests.payments.conftest import SEES_ALL, work


def test_a_debt_is_paid_from_the_dashboard(debtor, debt):
    home = debtor.browser.get("/").content.decode()
    assert debt.get_absolute_url() in home
    assert "۸٬۰۰۰٬۰۰۰" in home
    payment = debtor.start()
    assert (payment.amount, payment.subject, payment.debt) == (
        *(8_000_000, debt.subject, debt),
    )
    debt.refresh_from_db()
    assert debt.in_payment == 1
    debtor.bring(payment, debtor.at_bank(payment))
    debt.refresh_from_db()
    assert payment.state == State.PAID
    assert (debt.state, debt.rest, debt.in_payment) == (Debt.State.PAID, 0, 0)
    event = debt.events.latest("pk")
    assert (event.kind, event.facts["payment"]) == (
        *(DebtEvent.Kind.PAID, payment.order_number),
    )
    assert (
        "این بدهی پرداخت شده است" in debtor.browser.get(debtor.address).content.decode()
    )
    assert debt.get_absolute_url() not in debtor.browser.get("/").content.decode()


def test_a_debt_that_was_not_paid_is_open_again(debtor, debt, store):
    other = store(row(شرح="جریمه")).debts.get()
    payment = debtor.start()
    debtor.bring(payment, debtor.at_bank(payment, "cancel"))
    for one in (debt, other):
        one.refresh_from_db()
        assert (one.state, one.in_payment) == (Debt.State.OPEN, 0)
    assert debt.get_absolute_url() in debtor.see(payment)
    assert debtor.start() != payment


def test_an_overdue_debt_is_marked(debtor, debt):
    Debt.objects.update(due_on="2020-01-01")
    assert "سررسید گذشته" in debtor.browser.get("/").content.decode()
    assert "سررسید گذشته" in debtor.browser.get(debtor.address).content.decode()


def test_a_strangers_debt_is_not_there(debt, client_of, other_student, payer):
    browser = client_of(other_student)
    assert browser.get(debt.get_absolute_url()).status_code == 404
    assert browser.post(f"{debt.get_absolute_url()}pay/", {}).status_code == 404


CHANGED = [
    {"amount": "1000000"},
    {"amount": "x"},
    {"subject": "1"},
    {"unit": "1"},
    {"seal": ""},
    {"seal": "other"},
]


@pytest.mark.parametrize("changes", CHANGED)
def test_a_changed_form_is_refused_and_noted(debtor, changes, caplog):
    assert debtor.send(**changes).status_code == 400
    assert "changed the form of debt" in caplog.text
    assert not Payment.objects.exists()


def test_the_seal_of_another_debt_opens_nothing(debtor, store):
    other = store(row(شرح="ارزان") | {"مبلغ (ریال)": "10,000"}).debts.get()
    cheap = Debtor(debtor.browser, debtor.bank, other).fields()
    assert debtor.send(seal=cheap["seal"]).status_code == 400


def test_a_debt_that_changed_meanwhile_is_shown_again(
    debtor,
    debt,
    store,
):
    fields = debtor.fields()
    store(row() | {"مبلغ (ریال)": "9,000,000"})
    answer = debtor.browser.post(f"{debtor.address}pay/", fields, follow=True)
    assert "بدهی تغییر کرده است" in answer.content.decode()
    assert not Payment.objects.exists()
    assert debtor.start().amount == 9_000_000


def test_a_debt_whose_subject_closed_meanwhile_is_not_paid(debtor, debt):
    fields = debtor.fields()
    Subject.objects.filter(pk=debt.subject_id).update(is_active=False)
    answer = debtor.browser.post(f"{debtor.address}pay/", fields)
    assert "این موضوع اکنون قابل پرداخت نیست" in answer.content.decode()
    assert not Payment.objects.exists()


def test_only_what_was_read_is_held(debt):
    unit = debt.unit
    other = Subject.objects.create(unit=unit, title="کارت دانشجویی", position=9)
    for changes in ({"subject": other}, {"amount": 9_000_000}):
        read = Debt.objects.get()
        Debt.objects.update(**changes)
        assert not read.hold()
    read = Debt.objects.get()
    assert read.hold()
    assert not read.hold()


def test_a_cancelled_debt_cannot_be_paid(debtor, debt, debts_clerk):
    fields = debtor.fields()
    cancelling.cancel(debt.batch, "اشتباه", debts_clerk, now=timezone.now())
    assert debtor.browser.post(f"{debtor.address}pay/", fields).status_code == 404


def test_a_second_click_goes_on_with_the_same_payment(debtor):
    fields = debtor.fields()
    payment = debtor.start()
    assert debtor.browser.post(f"{debtor.address}pay/", fields).status_code == 303
    again = debtor.browser.post(
        f"{debtor.address}pay/", fields | {"submission_key": "another"}
    )
    assert str(payment.public_id) in again["Location"]
    assert Payment.objects.count() == 1


def test_two_parents_do_not_pay_at_once(debtor, parent):
    fields = parent.fields()
    payment = debtor.start()
    answer = parent.browser.post(f"{parent.address}pay/", fields, follow=True)
    assert "شخص دیگری همین حالا" in answer.content.decode()
    assert Payment.objects.get() == payment
    checkout.cancel(payment)
    assert parent.start() != payment


def test_the_database_refuses_two_payments_at_the_bank(debtor, parent, debt):
    first = debtor.start()
    Debt.objects.update(in_payment=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            submission_key="other",
            subject=debt.subject,
            debt=debt,
            amount=debt.amount,
            terminal=first.terminal,
            created_at=timezone.now(),
        )


def test_a_payment_keeps_its_debt(debtor):
    payment = debtor.start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(debt=None)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_one_token(debtor, parent, bank):
    people, answers = [debtor, parent] * 5, []
    forms = [
        one.fields() | {"submission_key": f"key-{n}"} for n, one in enumerate(people)
    ]
    ready = Barrier(len(people))

    def send(who, form):
        browser = Client()
        browser.cookies = who.browser.cookies
        ready.wait()
        answers.append(browser.post(f"{who.address}pay/", form).status_code)
        connection.close()

    threads = [
        Thread(target=send, args=pair) for pair in zip(people, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(people)
    assert Payment.objects.count() == 1
    assert Debt.objects.get().in_payment == 1


@pytest.fixture
def late(debtor, parent):
    """A payment that was given up, whose payer paid; another has paid meanwhile."""
    payment = debtor.start()
    fields = debtor.at_bank(payment)
    checkout.cancel(payment)
    other = parent.start()
    parent.bring(other, parent.at_bank(other))
    assert other.state == State.PAID
    return payment, fields


def test_money_for_a_paid_debt_is_not_verified_and_goes_back(late, debtor, debt):
    payment, fields = late
    debtor.bring(payment, fields)
    assert payment.state == State.UNPAID
    claim = payment.claims.get()
    assert (claim.state, claim.code) == (Claim.State.REVIEW, notes.DEBT_PAID)
    assert any(
        item.payment == payment for item in attention.items(timezone.now(), SEES_ALL)
    )
    assert all(not finding.count for finding in invariants.check(timezone.now()))
    debt.refresh_from_db()
    assert debt.paid_amount == debt.amount


def test_what_comes_in_twice_all_the_same_is_not_swallowed(debtor, parent, debt, bank):
    payment = debtor.start()
    fields = debtor.at_bank(payment)
    checkout.cancel(payment)
    other = parent.start()
    others = parent.at_bank(other)
    # Both come back before the bank has confirmed either.
    bank.fault("verify", "http500", phase="before", times=2)
    debtor.bring(payment, fields)
    parent.bring(other, others)
    debt.refresh_from_db()
    assert debt.in_payment == 2
    work(after=timedelta(seconds=5))
    work(after=timedelta(seconds=5))
    assert Payment.objects.paid().count() == 2
    [item] = attention.items(timezone.now(), SEES_ALL)
    surplus = Payment.objects.get(events__note=notes.OVERPAID)
    assert item.payment == surplus
    assert surplus.events.get(note=notes.OVERPAID).code == "8000000"
    payers = {debtor.browser: payment, parent.browser: other}
    told = [
        "۸٬۰۰۰٬۰۰۰ ریال از این پرداخت"
        in browser.get(one.get_absolute_url()).content.decode()
        for browser, one in payers.items()
    ]
    assert sorted(told) == [False, True]
    debt.refresh_from_db()
    assert (debt.paid_amount, debt.in_payment) == (8_000_000, 0)
    assert all(not finding.count for finding in invariants.check(timezone.now()))


FINAL = [
    {"national_number": "1234567891"},
    {"state": "open", "paid_amount": 0},
    {"paid_amount": 1},
    {"amount": 9_000_000, "paid_amount": 9_000_000},
]


@pytest.mark.parametrize("changes", FINAL)
def test_what_was_paid_for_never_changes(debt, changes):
    Debt.objects.update(state="paid", paid_amount=8_000_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Debt.objects.update(**changes)


def test_debts_and_their_history_stay(debt):
    for rows in (debt.events.all(), Debt.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(IntegrityError), transaction.atomic():
        debt.events.update(kind="paid")


@pytest.fixture
def in_parts(debt):
    Debt.objects.update(least_part=1_000_000)
    debt.refresh_from_db()
    return debt


def test_seven_parts_make_the_whole_to_the_last_rial(debtor, in_parts):
    Debt.objects.update(amount=8_000_003)
    debtor.debt.refresh_from_db()
    for _ in range(6):
        payment = debtor.start(amount="1,142,857")
        debtor.bring(payment, debtor.at_bank(payment))
    in_parts.refresh_from_db()
    assert (in_parts.rest, in_parts.state) == (1_142_861, Debt.State.OPEN)
    assert "تاکنون پرداخت‌شده" in debtor.browser.get(debtor.address).content.decode()
    payment = debtor.start()
    debtor.bring(payment, debtor.at_bank(payment))
    in_parts.refresh_from_db()
    assert (in_parts.rest, in_parts.state) == (0, Debt.State.PAID)


@pytest.mark.parametrize("amount", ["999,999", "8,000,001", "7,500,000", "0", "x"])
def test_a_part_that_leaves_too_little_is_refused(debtor, in_parts, amount):
    answer = debtor.send(amount=amount)
    assert answer.status_code == 200
    assert "is-invalid" in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_debt_larger_than_a_bank_takes_is_paid_in_parts(debtor, in_parts):
    Debt.objects.update(amount=3_000_000_000)
    assert debtor.start(amount="2,000,000,000").amount == 2_000_000_000
    in_parts.refresh_from_db()
    with pytest.raises(ValidationError):
        in_parts.check_part(2_000_000_001)


def test_a_whole_debt_has_no_parts(debt):
    debt.check_part(8_000_000)
    with pytest.raises(ValidationError):
        debt.check_part(4_000_000)
