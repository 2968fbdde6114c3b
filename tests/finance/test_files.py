"""The files of a report hold its rows, and nothing in them is guessed at."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import SecurityEvent
from finance import files, summary
from finance.admin import reports as page
from finance.reports import Line, Sums
from payment_portal.seats import Seats
from tests.finance.test_reports import AZAR, PAGE

KINDS = ["xlsx", "csv", "pdf"]


def address(kind):
    return reverse(f"admin:finance_report_{kind}")


@pytest.fixture
def browser(client_of, finance_officer):
    return client_of(finance_officer)


@pytest.fixture
def take(browser):
    """The bytes of a file: take("xlsx", **filter)."""

    def taken(kind, **asked):
        answer = browser.get(address(kind), {**AZAR, **asked})
        assert answer.status_code == 200
        assert answer["Content-Disposition"].endswith(f'2026-11-22.{kind}"')
        assert "no-store" in answer["Cache-Control"]
        return answer.getvalue()

    return taken


@pytest.fixture
def two(paid, library):
    """Two payments, one of a payer who is up to something."""
    first = paid("1405/09/01", 100_000, clock="00:05")
    formula = '=HYPERLINK("http://bad")'
    second = paid("1405/09/30", 250_000, subject=library, payer_name=formula)
    return first, second


def test_sheet_is_from_right_to_left_and_counts(take, two):
    book = openpyxl.load_workbook(BytesIO(take("xlsx")))
    rows, sums = book.worksheets
    assert rows.sheet_view.rightToLeft
    assert sums.sheet_view.rightToLeft
    lines = list(rows.values)
    second, first = lines[1:3]
    assert lines[0][:3] == ("شماره سفارش", "تاریخ", "ساعت")
    assert first[0] == two[0].order_number
    assert first[1:4] == ("1405/09/01", "00:05", "2026-11-22T00:05:00+03:30")
    assert (first[8], second[8]) == (100_000, 250_000)
    assert second[4] == two[1].payer_name  # a text, not what it would do
    assert rows["E2"].data_type == "s"
    assert rows["A2"].number_format == "@"
    assert (lines[3][0], lines[3][4], lines[3][8]) == ("جمع", "2 پرداخت", 350_000)
    assert list(sums.values)[1][1:] == (1, 250_000, 250_000)
    assert list(sums.values)[3] == ("جمع", 2, 350_000, 350_000)
    assert list(sums.values)[5][0] == "دوره: آذر ۱۴۰۵"


def test_sheet_opens_elsewhere_and_goes_on_in_the_next(take, two, monkeypatch):
    monkeypatch.setattr(files, "SHEET_ROWS", 1)
    book = CalamineWorkbook.from_filelike(BytesIO(take("xlsx", by="day")))
    assert book.sheet_names == ["پرداخت‌ها", "پرداخت‌ها ۲", "جمع‌ها"]
    assert len(book.get_sheet_by_index(0).to_python()) == 2
    assert len(book.get_sheet_by_index(1).to_python()) == 3


def test_text_has_its_mark_and_no_formula(take, two):
    text = take("csv").decode()
    assert text.startswith("\ufeffشماره سفارش")
    heading, second, first, foot = csv.reader(StringIO(text.removeprefix("\ufeff")))
    assert second[4] == f"'{two[1].payer_name}"
    assert first[0] == f"'{two[0].order_number}"  # twelve digits become 1.2E+11
    assert first[8] == "100000"
    assert (foot[0], foot[8]) == ("جمع", "350000")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+98", "'+98"),
        ("-5", "'-5"),
        ("@SUM", "'@SUM"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝HYPERLINK(1)", "'＝HYPERLINK(1)"),
        ("＋98", "'＋98"),
        ("－5", "'－5"),
        ("＠SUM", "'＠SUM"),
        ("0918", "'0918"),
        ("123456789012", "'123456789012"),
        ("12345", "12345"),
        ("خوابگاه", "خوابگاه"),
        (500, 500),
        (-5, -5),
    ],
)
def test_what_programs_guess_at(cell, safe):
    assert files.unguessed(cell) == safe


def test_same_filter_gives_the_same_rows(take, browser, two, paid, unpaid, library):
    unpaid("1405/09/05")
    paid("1405/10/05")
    asked = {"faculty": library.unit.faculty_id, "state": ""}
    shown = browser.get(PAGE, {**AZAR, **asked}).context["rows"]
    numbers = [payment.order_number for payment in shown]
    sheet = openpyxl.load_workbook(BytesIO(take("xlsx", **asked))).worksheets[0]
    assert [row[0] for row in sheet.values][1:-1] == numbers
    text = take("csv", **asked).decode().splitlines()
    assert [line.split(",")[0].strip("'") for line in text][1:-1] == numbers
    assert numbers == [two[1].order_number]


def test_sums_on_paper(take, two):
    paper = pypdf.PdfReader(BytesIO(take("pdf")))
    assert len(paper.pages) == 1
    assert "۳۵۰٬۰۰۰" in paper.pages[0].extract_text() or "۰۰۰٬۰۵۳" in (
        paper.pages[0].extract_text()
    )
    fonts = paper.pages[0]["/Resources"]["/Font"].values()
    assert all("Vazirmatn" in font.get_object()["/BaseFont"] for font in fonts)


def test_paper_holds_what_a_person_reads():
    lines = [Line(str(number), Sums(1, 10, 10)) for number in range(300)]
    kept = summary._most(lines)
    assert len(kept) == summary.MOST + 1
    assert sum(line.sums.amount for line in kept) == 3000


# ---- who may


@pytest.mark.parametrize("kind", KINDS)
def test_files_want_a_right_of_their_own(client_of, finance_officer, kind):
    group = finance_officer.groups.get()
    group.permissions.remove(group.permissions.get(codename="export"))
    browser = client_of(finance_officer)
    assert browser.get(address(kind)).status_code == 403
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert address(kind) not in page.content.decode()


def test_every_file_is_written_down(take, two, finance_officer):
    for kind in KINDS:
        take(kind)
    events = SecurityEvent.objects.filter(kind="exported").order_by("pk")
    assert {event.actor for event in events} == {finance_officer}
    told = [event.detail.split()[0] for event in events]
    assert told == ["report.xlsx", "report.csv", "report.pdf"]
    assert "day=1405%2F09%2F15" in events[0].detail


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_filter_gives_no_file(browser, kind):
    assert browser.get(address(kind), {"day": "1404/12/30"}).status_code == 400


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_one_too_many_is_told_to_come_again(browser, monkeypatch, kind):
    monkeypatch.setattr(page, "_seats", Seats(0))
    answer = browser.get(address(kind), AZAR, follow=True)
    assert answer.redirect_chain[-1][0].startswith(PAGE)
    assert "کمی بعد دوباره" in answer.content.decode()
    assert not SecurityEvent.objects.filter(kind="exported").exists()
