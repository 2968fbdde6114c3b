"""The page of reports: what it shows, and to whom."""

import pytest
from django.urls import reverse

from accounts import roles
from finance import reports
from finance.forms import FilterForm
from finance.reports import SEE, Scope
from payment_portal import persian
from payments.models import Terminal
from tests.conftest import officer, tied
from tests.finance.conftest import moment

PAGE = reverse("admin:finance_report_changelist")
AZAR = {"period": "month", "day": "1405/09/15"}


@pytest.fixture
def see(client_of, finance_officer):
    """What the page holds for an officer of finance: see(**filter)."""
    browser = client_of(finance_officer)

    def seen(**asked):
        answer = browser.get(PAGE, {**AZAR, **asked})
        assert answer.status_code == 200
        return answer

    return seen


def sums(answer):
    return [(line.label, *line.sums) for line in answer.context["report"].lines]


def test_month_holds_its_days_and_no_other(see, paid):
    inside = [
        paid("1405/09/01", 100_000, clock="00:00"),
        paid("1405/09/30", 200_000, clock="23:59"),
    ]
    paid("1405/08/30", 400_000, clock="23:59")
    paid("1405/10/01", 800_000, clock="00:00")
    page = see()
    assert list(page.context["rows"]) == inside[::-1]
    assert page.context["report"].total == (2, 300_000, 300_000)
    assert "آذر ۱۴۰۵" in page.content.decode()
    assert "۳۰۰٬۰۰۰" in page.content.decode()


@pytest.mark.parametrize("year", [1399, 1403, 1408])
def test_last_day_of_a_leap_year_belongs_to_it(see, paid, year):
    paid(f"{year}/12/30", 100_000, clock="23:59")
    paid(f"{year + 1}/01/01", 200_000, clock="00:00")
    asked = {"period": "year", "day": f"{year}/01/01", "by": "month"}
    month = f"اسفند {persian.to_persian_digits(year)}"
    assert sums(see(**asked)) == [(month, 1, 100_000, 100_000)]


def test_amounts_narrow_page_and_files_alike(see, paid, client_of, finance_officer):
    for amount in (100_000, 200_000, 300_000):
        paid("1405/09/01", amount)
    asked = {"least": "۲۰۰٬۰۰۰", "most": "200,000"}
    page = see(**asked)
    assert page.context["report"].total == (1, 200_000, 200_000)
    assert "مبلغ از (ریال): <b>۲۰۰٬۰۰۰</b>" in page.content.decode()
    answer = client_of(finance_officer).get(f"{PAGE}report.csv", {**AZAR, **asked})
    assert len(b"".join(answer).decode().splitlines()) == 3  # headings and foot
    assert see(least="۲۰۰ تومان").context["form"].errors["least"]


def test_paid_payment_counts_when_it_was_paid(see, paid):
    paid("1405/09/01", created_at=moment("1405/08/30"))
    assert see().context["report"].total.payments == 1
    assert see(day="1405/08/01").context["report"].total.payments == 0


def test_only_what_is_paid_unless_one_asks_otherwise(see, paid, unpaid):
    paid("1405/09/02", 100_000)
    unpaid("1405/09/02", 900_000)
    assert see().context["report"].total == (1, 100_000, 100_000)
    assert see(state="").context["report"].total == (2, 1_000_000, 100_000)
    assert see(state="unpaid").context["report"].total == (1, 900_000, 0)


def test_sums_by_place_begin_with_the_greatest(see, paid, library, dormitory):
    paid("1405/09/02", 100_000)
    paid("1405/09/03", 300_000, subject=library)
    faculties = [
        ("دانشکده هنر", 1, 300_000, 300_000),
        ("دانشکده صنعت و معدن قروه", 1, 100_000, 100_000),
    ]
    assert sums(see(by="faculty")) == faculties
    assert sums(see(by="unit"))[0][0] == "کتابخانه (دانشکده هنر)"
    assert sums(see(by="subject"))[0][0].startswith("جریمه دیرکرد")
    assert sums(see(by="bank")) == [("سامان", 2, 400_000, 400_000)]
    assert sums(see(by="state")) == [("موفق", 2, 400_000, 400_000)]


def test_sums_by_day_do_not_hide_a_day_without_any(see, paid):
    paid("1405/09/02", 100_000)
    paid("1405/09/04", 200_000)
    days = [line[:2] for line in sums(see(by="day"))]
    assert days == [("۱۴۰۵/۰۹/۰۲", 1), ("۱۴۰۵/۰۹/۰۳", 0), ("۱۴۰۵/۰۹/۰۴", 1)]


def test_filter_by_place_and_terminal(see, paid, library, dormitory, terminal):
    paid("1405/09/02", 100_000)
    paid("1405/09/03", 300_000, subject=library)
    for asked in (
        {"faculty": library.unit.faculty_id},
        {"unit": library.unit_id},
        {"subject": library.pk},
        {"subject": library.pk, "terminal": terminal.pk},
    ):
        assert see(**asked).context["report"].total.amount == 300_000
    nowhere = {"faculty": dormitory.unit.faculty_id, "unit": library.unit_id}
    assert see(**nowhere).context["report"].total.payments == 0


def test_wrong_filter_is_told_and_shows_nothing(see):
    page = see(day="1404/12/30")
    assert "report" not in page.context
    assert "errors" in page.content.decode()
    assert "report" not in see(period="between", until="1405/01/01").context
    long = {"period": "between", "day": "1399/01/01", "until": "1405/01/01"}
    assert "report" not in see(**long, by="day").context
    assert "report" in see(**long, by="month").context


def test_page_after_page(see, paid, monkeypatch):
    monkeypatch.setattr("finance.admin.reports.ON_A_PAGE", 2)
    payments = [paid(f"1405/09/0{day}") for day in range(1, 6)]
    shown = [one for page in (1, 2, 3) for one in see(page=page).context["rows"]]
    assert shown == payments[::-1]


def test_rows_come_whole_in_pieces(paid, superuser, monkeypatch):
    monkeypatch.setattr(reports, "PIECE", 2)
    payments = [paid("1405/09/02") for _ in range(5)]  # all at the same moment
    report = form(superuser, **AZAR).report()
    assert [row.pk for row in report.rows()] == [one.pk for one in payments[::-1]]


def form(user, **asked):
    day = moment("1405/09/15").date()
    made = FilterForm(asked, scope=Scope.of(user, SEE), today=day)
    assert made.is_valid(), made.errors
    return made


def test_number_of_queries_does_not_grow(
    see, paid, library, django_assert_max_num_queries
):
    for _ in range(2):
        for day in ("1405/09/02", "1405/09/03"):
            paid(day)
            paid(day, subject=library)
    for by in ("subject", "day"):
        with django_assert_max_num_queries(13):  # two for the line in the log
            see(by=by)


# ---- who may


def test_who_may_not_see_payments_sees_no_report(client_of, clerk, student):
    assert client_of(clerk).get(PAGE).status_code == 403
    assert client_of(student).get(PAGE).status_code == 302


def test_officer_of_a_unit_sees_its_payments_only(
    client_of, paid, library, unit_officer, dormitory
):
    paid("1405/09/02", 100_000)
    paid("1405/09/03", 300_000, subject=library)
    browser = client_of(tied(unit_officer, unit=library.unit))
    own, far, common = (
        Terminal.objects.create(alias=alias, title=alias, psp="sep", merchant_number=no)
        for alias, no in (("own", "1"), ("far", "2"), ("common", "3"))
    )
    own.units.add(library.unit)
    far.subjects.add(dormitory)
    page = browser.get(PAGE, {**AZAR, "by": "unit"})
    assert page.context["report"].total.amount == 300_000
    offered = {name for _pk, name in page.context["form"].fields["terminal"].choices}
    assert {own.title, common.title} < offered
    assert far.title not in offered
    assert str(dormitory.unit.faculty) not in page.content.decode()
    foreign = browser.get(PAGE, {**AZAR, "unit": dormitory.unit_id})
    assert "report" not in foreign.context


def test_front_page_leads_to_the_reports(client_of, finance_officer, clerk):
    assert PAGE in client_of(finance_officer).get("/admin/").content.decode()
    assert PAGE not in client_of(clerk).get("/admin/").content.decode()


# ---- the front page


@pytest.fixture
def on_first_azar(time_machine):
    time_machine.move_to(moment("1405/09/01", "13:00"), tick=False)


def test_front_page_tells_today_month_and_year(
    client_of, superuser, paid, unpaid, on_first_azar
):
    paid("1405/09/01", 100_000)
    paid("1405/08/30", 200_000, clock="23:59")
    paid("1405/01/01", 400_000, clock="00:00")
    paid("1404/12/29", 800_000, clock="23:59")
    unpaid("1405/09/01")
    page = client_of(superuser).get("/admin/")
    incomes = [one[1:] for one in page.context["incomes"]]
    assert incomes == [(1, 100_000), (1, 100_000), (3, 700_000)]
    charted = [bar.line.sums.amount for bar in page.context["bars"]]
    assert charted == [0] * 29 + [200_000, 100_000]
    assert page.context["unknown"] == 0


def test_debts_on_the_front_page_are_for_who_sees_debts(client_of, debts_clerk, debt):
    sum_of_it = "۸٬۰۰۰٬۰۰۰"
    operator = officer("راهبر", "+989187770009", roles.OPERATOR)
    page = client_of(operator).get("/admin/")
    assert page.context["unknown"] == 0
    assert sum_of_it not in page.text
    page = client_of(debts_clerk).get("/admin/")
    assert sum_of_it in page.text
    assert PAGE not in page.text


def test_front_page_counts_what_is_open(client_of, superuser, debt, unpaid):
    unpaid("1405/09/01", state="checking", unpaid_reason="")
    page = client_of(superuser).get("/admin/")
    assert page.context["unknown"] == 1
    assert page.context["debts"] == (1, debt.amount)


def test_officer_of_a_unit_reads_figures_of_it(
    client_of, unit_officer, paid, library, on_first_azar
):
    paid("1405/09/01", 100_000)
    paid("1405/09/01", 300_000, subject=library)
    tied(unit_officer, faculty=library.unit.faculty)
    page = client_of(unit_officer).get("/admin/")
    assert {one.amount for one in page.context["incomes"]} == {300_000}
