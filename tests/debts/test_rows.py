"""Each cell that cannot be meant is told with row, column, value and reason."""

from datetime import date

import pytest
from django.utils import timezone

from debts import judging, reading, writing
from debts.rows import Reader
from debts.sheets import Row
from tests.debts.sheets import DUE_ON, HEADINGS, NATIONAL, STUDENT, csv, row, xlsx

SHORTENED = "نشان داده است و رقم‌های آن از دست رفته است"
BAD = [
    ("شماره دانشجویی", "", "نوشته نشده است"),
    ("شماره دانشجویی", "4.01E+09", SHORTENED),
    ("شماره دانشجویی", "40a1", "۵ تا ۲۰ رقم"),
    ("شماره ملی", "", "نوشته نشده است"),
    ("شماره ملی", "12345679", "صفر"),
    ("شماره ملی", "1.23E+09", SHORTENED),
    ("شماره ملی", "0012345678", "رقم کنترل"),
    ("شماره ملی", "1111111111", "رقم کنترل"),
    ("شماره ملی", "123", "۱۰ رقم"),
    ("مبلغ (ریال)", "", "مبلغ را وارد کنید"),
    ("مبلغ (ریال)", "8E+06", SHORTENED),
    ("مبلغ (ریال)", "12.5", "اعشار"),
    ("مبلغ (ریال)", "-5000000", "رقم"),
    ("مبلغ (ریال)", "0", "۱۰٬۰۰۰"),
    ("مبلغ (ریال)", "800 تومان", "تومان"),
    ("مبلغ (ریال)", "=1+1", "فرمول"),
    ("مبلغ (ریال)", "2,000,000,001", "هر بار"),
    ("سررسید", "", "نوشته نشده است"),
    ("سررسید", "1409/07/31", "چنین روزی"),
    ("سررسید", "2030/04/20", "سال را شمسی"),
    ("سررسید", "1404/01/01", "گذشته"),
    ("شرح", "س" * 141, "۱۴۰"),
]


@pytest.mark.parametrize(("column", "value", "reason"), BAD)
def test_a_bad_cell_is_told_with_its_reason(verdict_on, column, value, reason):
    verdict = verdict_on(row(), row(شماره_دانشجویی="401999999") | {column: value})
    [rejected] = verdict.rejected
    [problem] = rejected.problems
    assert rejected.row.number == 3
    assert verdict.sheet.headings[problem.column] == column
    assert reason in problem.reason
    assert len(verdict.accepted) == 1


def test_everything_that_is_wrong_with_a_row_is_told_at_once(verdict_on):
    bad = row(مبلغ="x") | {"مبلغ (ریال)": "x", "سررسید": "x", "شماره ملی": "x"}
    del bad["مبلغ"]
    [rejected] = verdict_on(bad).rejected
    assert [one.column for one in rejected.problems] == [
        *("national_number", "amount", "due_on"),
    ]


GOOD = [
    ("شماره دانشجویی", "۴۰۱۱۲۳۴۵۶"),
    ("شماره دانشجویی", " 401-123-456 "),
    ("شماره ملی", "۰۰۱۲۳۴۵۶۷۹"),
    ("شماره ملی", "001-234567-9"),
    ("مبلغ (ریال)", "٨٬٠٠٠٬٠٠٠ ریال"),
    ("مبلغ (ریال)", "8000000"),
    ("سررسید", "۱۴۰۹/۱/۳۱"),
    ("سررسید", "14090131"),
    ("نام و نام خانوادگی", "علي محمدي"),
    ("شرح", "شهريه"),
]


@pytest.mark.parametrize(("column", "value"), GOOD)
def test_every_spelling_says_the_same(verdict_on, column, value):
    plain, spelled = verdict_on(row()), verdict_on(row() | {column: value})
    assert spelled.accepted == plain.accepted
    assert plain.total == 8_000_000


def test_numbers_of_a_spreadsheet_are_whole_or_refused(keep):
    cells = list(row().values())
    lines = [
        [int(STUDENT), cells[1], "", 8_000_000, DUE_ON, ""],
        [int(STUDENT), int(NATIONAL), "", 8_000_000.5, date(2030, 4, 20), ""],
        [4e17, cells[1], "", True, 14090131, ""],
    ]
    verdict = judging.judge(keep(xlsx(HEADINGS, *lines)), now=timezone.now())
    [good] = verdict.accepted
    assert (good.student_number, good.amount, good.due_on) == (
        *(STUDENT, 8_000_000, DUE_ON),
    )
    wrong = [[one.column for one in row.problems] for row in verdict.rejected]
    assert wrong == [["national_number", "amount"], ["student_number", "amount"]]


NO_NUMBERS = [float("nan"), float("inf"), float("-inf"), 1e300, -1e300, -5]
NO_DAYS = [date(1, 1, 1), date(900, 1, 1), date(2121, 1, 1), date.max]


@pytest.mark.parametrize("value", [*NO_NUMBERS, *NO_DAYS])
def test_cells_that_are_no_number_and_no_due_day_are_told(keep, value):
    reader = Reader(keep(csv(row())))
    columns = [*("student_number", "national_number", "amount", "due_on"), "mobile"]
    cells = dict.fromkeys(columns, value)
    problems = reader.read(Row(2, cells))
    assert [one.column for one in problems] == [
        *("student_number", "national_number", "mobile", "amount", "due_on"),
    ]
    assert all(writing.as_text(one.value) for one in problems)
    assert reading.plain(value) in [value, {"day": str(value)[:10]}]


def test_a_jalali_day_that_became_another_calendars_is_refused(keep):
    reader = Reader(keep(csv(row())))
    cells = {"due_on": date(1409, 1, 31), "student_number": STUDENT}
    cells |= {"national_number": NATIONAL, "amount": 8_000_000}
    [problem] = reader.read(Row(2, cells))
    assert "متن" in problem.reason


def test_a_subject_must_be_the_units(verdict_on, dormitory, foreign):
    lines = [row() | {"موضوع": text} for text in ("خوابگاه", "", foreign.title)]
    lines[1]["شرح"] = "دیگر"
    verdict = verdict_on(*lines)
    assert [one.subject for one in verdict.accepted] == [dormitory, dormitory]
    assert verdict.rejected[0].problems[0].column == "subject"


def test_a_row_without_a_text_has_the_title_of_the_sheet(verdict_on):
    [facts] = verdict_on(row(شرح="")).accepted
    assert facts.title == "نیمسال اول ۱۴۰۵"


def test_a_mobile_is_of_iran(verdict_on):
    good, bad = [row(شرح=text) | {"موبایل": text} for text in ("9181234567", "123")]
    verdict = verdict_on(good, bad)
    assert verdict.accepted[0].mobile == "+989181234567"
    assert verdict.rejected[0].problems[0].column == "mobile"
