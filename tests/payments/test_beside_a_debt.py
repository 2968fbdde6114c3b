"""Who owes for a subject and pays it by the free form is asked first."""

import pytest
from django.urls import reverse

from catalog.models import Subject
from debts.models import Debt
from payments.models import Payment
from tests.debtors import is_student
from tests.debts.sheets import row
from tests.payments.conftest import Payer

PAY, CONFIRM = reverse("payments:pay"), reverse("payments:confirm")
ASKED = "برای همین موضوع بدهی پرداخت‌نشده دارید"
A_ZERO = "تنها یک صفر فرق دارد"


@pytest.fixture
def owing(payer, student, debt):
    is_student(student)
    return payer


@pytest.fixture
def parking(dormitory):
    return Subject.objects.create(unit=dormitory.unit, title="پارکینگ", position=2)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_free_form_leads_to_the_debt(owing, debt):
    for address in (CONFIRM, PAY):
        page = text(owing.browser.post(address, owing.form()))
        assert ASKED in page
        assert f'btn-primary btn-big" href="{debt.get_absolute_url()}"' in page
        assert "پرداخت جدا از بدهی" in page
    assert not Payment.objects.exists()


def test_who_wants_to_pay_beside_it_may(owing, debt):
    page = owing.browser.post(CONFIRM, owing.form())
    answer = owing.browser.post(PAY, page.context["hidden"])
    assert answer.status_code == 303
    assert Payment.objects.get().debt is None
    debt.refresh_from_db()
    assert (debt.in_payment, debt.paid_amount) == (0, 0)


def test_the_answer_is_for_this_debt_only(owing, debt):
    answer = owing.browser.post(PAY, owing.form(beside="1"))
    assert ASKED in text(answer)


@pytest.mark.parametrize("amount", ["80,000,000", "800,000"])
def test_a_zero_away_from_a_debt_is_told_whatever_the_subject(owing, parking, amount):
    owing = Payer(owing.browser, owing.bank, parking)
    assert A_ZERO in text(owing.browser.post(CONFIRM, owing.form(amount)))
    assert A_ZERO not in text(owing.browser.post(CONFIRM, owing.form("8,000,000")))
    assert ASKED not in text(owing.browser.post(CONFIRM, owing.form("8,000,000")))


def test_of_several_debts_the_one_a_zero_away_is_told(owing, debt, store):
    store(row() | {"شرح": "جریمه", "سررسید": "1409/01/01", "مبلغ (ریال)": "900000"})
    page = text(owing.browser.post(CONFIRM, owing.form("800,000")))
    assert A_ZERO in page
    assert "شهریه</bdi>: ۸٬۰۰۰٬۰۰۰" in page


def test_what_is_left_of_a_debt_tells_the_zero(owing, debt):
    Debt.objects.update(paid_amount=1_000_000)
    page = text(owing.browser.post(CONFIRM, owing.form("700,000")))
    assert A_ZERO in page
    assert "۷٬۰۰۰٬۰۰۰" in page


def test_a_debt_that_is_cancelled_or_paid_asks_nothing(owing, debt):
    Debt.objects.update(state="paid", paid_amount=8_000_000)
    assert ASKED not in text(owing.browser.post(CONFIRM, owing.form()))


def test_the_debt_of_another_asks_nothing_and_shows_nothing(owing, other_payer, debt):
    page = text(other_payer.browser.post(CONFIRM, other_payer.form("80,000,000")))
    assert ASKED not in page
    assert debt.title not in page
