"""What finance finds, and what nobody may touch."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from payment_portal import persian
from payments.models import Payment, Terminal

LIST = reverse("admin:payments_payment_changelist")


@pytest.fixture
def finance(finance_officer, client_of):
    return client_of(finance_officer)


def address(name, *args):
    return reverse(f"admin:payments_payment_{name}", args=args)


def test_finance_finds_a_payment_by_any_number(finance, payer):
    paid = payer.pay()
    payer.pay("700,000", action="cancel")
    terms = [
        paid.order_number,
        paid.tracking_number,
        paid.reference_number,
        paid.claims.get().receipt_number,
        paid.spaced_code,
        paid.verify_code.lower(),
        "۵۰۰۰۰۰",
        "۵۰۰٬۰۰۰",
        "500,000",
        "۵۰۰٬۰۰۰ خوابگاه",
        paid.masked_card,
        persian.to_persian_digits(paid.masked_card[-4:]),
    ]
    for term in terms:
        found = finance.get(LIST, {"q": term}).context["cl"].result_list
        assert [payment.pk for payment in found] == [paid.pk], term


@pytest.mark.parametrize(
    "term", ["علي محمدي", "0918 123 4567", "+989181234567", "۰۹۱۸۱۲۳۴۵۶۷", "خوابگاه"]
)
def test_finance_finds_a_payer_in_any_spelling(finance, paid, term):
    found = finance.get(LIST, {"q": term}).context["cl"].result_list
    assert [payment.pk for payment in found] == [paid.pk]


def test_finance_finds_a_payer_by_the_mobile_of_today(finance, paid, student):
    student.mobile = "+989187770005"
    student.save()
    for number in ("09187770005", "0918 123 4567"):
        found = finance.get(LIST, {"q": number}).context["cl"].result_list
        assert [payment.pk for payment in found] == [paid.pk], number
    page = finance.get(address("change", paid.pk)).content.decode()
    assert "09187770005" in page
    assert "09181234567" in page


def test_letters_of_a_bank_are_letters(finance, paid):
    body = paid.calls.get(operation="verify").body
    body.answer = (
        r'{"ResultDescription": "\u0639\u0645\u0644\u06cc\u0627\u062a \ud83d"}'
    )
    body.save()
    page = finance.get(address("change", paid.pk)).content.decode()
    assert "عملیات" in page


def test_list_joins_and_sorts_nothing_without_a_search(finance, paid):
    with CaptureQueriesContext(connection) as captured:
        finance.get(LIST)
    lists = [row["sql"] for row in captured if 'FROM "payments_payment"' in row["sql"]]
    assert lists
    assert not any("DISTINCT" in sql or " JOIN " in sql for sql in lists)


def test_finance_sees_everything_that_happened(finance, paid):
    page = finance.get(address("change", paid.pk)).content.decode()
    for text in (
        paid.order_number,
        paid.reference_number,
        "۵۰۰٬۰۰۰",
        "TransactionDetail",
        paid.claims.get().receipt_number,
    ):
        assert text in page, text
    assert page.count('class="badge paid"') == 1


def test_finance_downloads_the_receipt(finance, paid, payer):
    page = finance.get(address("change", paid.pk)).content.decode()
    receipt = address("receipt", paid.pk)
    assert receipt in page
    assert finance.get(receipt).content.startswith(b"%PDF")
    unpaid = payer.pay("700,000", action="cancel")
    assert finance.get(address("receipt", unpaid.pk)).status_code == 404


@pytest.mark.parametrize("who", ["finance_officer", "superuser"])
def test_nobody_touches_money(request, client_of, paid, who):
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(address("add")).status_code == 403
    assert browser.post(address("delete", paid.pk)).status_code == 403
    change = {"amount": "1", "state": "unpaid", "payer_name": "x"}
    assert browser.post(address("change", paid.pk), change).status_code == 403
    action = {"action": "delete_selected", "_selected_action": paid.pk, "post": "yes"}
    browser.post(LIST, action)
    stored = Payment.objects.get()
    assert (stored.state, stored.amount) == ("paid", 500_000)


@pytest.mark.parametrize("who", ["student", "clerk"])
def test_strangers_see_no_payment(request, client_of, paid, who):
    browser = client_of(request.getfixturevalue(who))
    for page in (LIST, address("change", paid.pk), address("receipt", paid.pk)):
        assert browser.get(page).status_code in {302, 403, 404}


def test_list_costs_the_same_for_many(finance, payer, django_assert_max_num_queries):
    for _ in range(3):
        payer.start()
    with django_assert_max_num_queries(11):  # two for the line in the log
        finance.get(LIST)


def test_filters_work_together(finance, paid):
    faculty = paid.subject.unit.faculty
    page = finance.get(
        LIST, {"state__exact": "paid", "subject__unit__faculty__id__exact": faculty.pk}
    )
    assert page.context["cl"].result_count == 1
    _state, months, *_rest = page.context["cl"].filter_specs
    chosen = list(months.choices(page.context["cl"]))[1]["query_string"]
    assert finance.get(LIST + chosen).context["cl"].result_count == 1


def test_terminal_keeps_its_number_once_used(superuser, client_of, paid):
    browser = client_of(superuser)
    page = reverse("admin:payments_terminal_change", args=[paid.terminal_id])
    data = {
        "alias": "elsewhere",  # where there are no secrets of its
        "title": "نام تازه",
        "position": "1",
        "merchant_number": "9",
    }
    browser.post(page, data)
    terminal = Terminal.objects.get()
    assert (terminal.title, terminal.merchant_number) == ("نام تازه", "2015")
    assert terminal.alias == "sep"
    assert terminal.is_open


@pytest.mark.parametrize(
    "query",
    [
        "/admin/payments/payment/?callback_key__startswith=a",
        "/admin/payments/payment/?payer__password__startswith=a",
        "/admin/accounts/user/?password__regex=^pbkdf2",
        "/admin/accounts/message/?values__contains=1",
    ],
)
def test_no_list_tells_what_it_does_not_show(finance, query):
    answer = finance.get(query)
    assert answer.status_code in {302, 400}
