"""A catalogue that comes from a sheet."""

from datetime import datetime
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from catalog import importing
from catalog.models import Faculty, Subject, Unit

pytestmark = pytest.mark.django_db
HEADINGS = list(importing.HEADINGS.values())
RENT = ["معاونت دانشجویی", "خوابگاه‌ها", "اجاره‌بها"]


@pytest.fixture
def sheet(tmp_path):
    """Write rows below headings: sheet(row, …)."""

    def write(*rows, headings=HEADINGS):
        file = tmp_path / "catalog.xlsx"
        with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
            page = book.add_worksheet()
            for number, row in enumerate([headings, *rows]):
                page.write_row(number, 0, row)
        return file

    return write


def told(file, **options):
    out = StringIO()
    call_command("import_catalog", file, stdout=out, **options)
    return out.getvalue()


def test_rows_become_a_catalogue(sheet):
    file = sheet(
        [*RENT, "", 3_000_000, 60_000_000],
        ["معاونت دانشجويي", "خوابگاه ها", "کارت المثنی", "۱٬۵۰۰٬۰۰۰"],
        [],
        ["دانشکده علوم", "آموزش", "شهریه", "", "", "", "۱۴۰۵/۰۷/۰۱ ۰۸:۰۰"],
        ["دانشکده علوم", "آموزش", "وام", "", "", "", datetime(2026, 9, 23)],  # noqa: DTZ001
    )
    assert told(file).startswith("4 موضوع ایجاد شد")
    assert Faculty.objects.count() == Unit.objects.count() == 2
    rent, card = Unit.objects.get(title="خوابگاه‌ها").subjects.in_order()
    assert rent.limits == (3_000_000, 60_000_000)
    assert (card.amount_rule, card.fixed_amount) == ("fixed", 1_500_000)
    fee, loan = Subject.objects.filter(unit__title="آموزش").in_order()
    assert fee.amount_rule == "free"
    assert fee.opens_at.isoformat() == "2026-09-23T04:30:00+00:00"
    assert loan.opens_at.isoformat() == "2026-09-22T20:30:00+00:00"


def test_the_same_sheet_again_changes_nothing(sheet):
    file = sheet([*RENT, "", 3_000_000, 60_000_000])
    told(file)
    Subject.objects.update(position=7, is_active=False)
    assert "1 بدون تغییر" in told(file)
    assert Subject.objects.get().position == 7
    assert not Subject.objects.get().is_active
    changed = sheet([*RENT, 5_000_000])
    assert "1 تغییر کرد" in told(changed)
    assert Subject.objects.get().fixed_amount == 5_000_000
    assert Subject.objects.get().min_amount is None


def test_a_dry_run_stores_nothing(sheet):
    out = told(sheet(RENT), dry_run=True)
    assert "1 موضوع" in out
    assert "چیزی ذخیره نشد" in out
    assert not Faculty.objects.exists()


def test_what_is_wrong_is_told_row_by_row_and_nothing_stored(sheet):
    file = sheet(
        RENT,
        ["", "خوابگاه‌ها", "الف"],
        [*RENT[:2], "ب", "۱۵۰ تومان"],
        [*RENT[:2], "پ", "", 500_000],
        [*RENT[:2], "ت", 100_000, "", "", "", "", "الف۱"],
    )
    with pytest.raises(CommandError) as wrong:
        told(file)
    said = str(wrong.value).splitlines()[1:]
    assert said[0] == "ردیف ۳: «دانشکده یا مرکز» خالی است"
    assert said[1].startswith("ردیف ۴: مبلغ ثابت (ریال): مبلغ را به ریال")
    assert said[2].startswith("ردیف ۵: بیشترین مبلغ (ریال): ")
    assert said[3].startswith("ردیف ۶: شناسه واریز: ")
    assert not Faculty.objects.exists()


def test_files_that_are_no_catalogue(sheet, tmp_path):
    with pytest.raises(
        CommandError, match="این ستون‌ها در فایل نیست: واحد، موضوع پرداخت"
    ):
        told(sheet(["الف"], headings=["دانشکده یا مرکز"]))
    (tmp_path / "text.xlsx").write_text("no sheet")
    for file in ("text.xlsx", "nowhere.xlsx"):
        with pytest.raises(CommandError, match="چیزی ذخیره نشد"):
            told(tmp_path / file)


def test_the_template_can_be_imported(tmp_path):
    told(tmp_path / "new.xlsx", template=True)
    told(tmp_path / "new.xlsx")
    assert Subject.objects.get().max_amount == 60_000_000
