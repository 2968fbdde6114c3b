"""Sheets of every kind are read alike, and each bad one is refused with its reason."""

import io
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

from debts import looking, sheets
from tests.debts.sheets import HEADINGS, csv, row, xlsx

MADE = Path(__file__).parent / "made"  # by LibreOffice; see made/README
DEFLATED = zipfile.ZIP_DEFLATED


def refused(content):
    with pytest.raises(sheets.Unreadable) as caught:
        sheets.read(content)
    return str(caught.value)


def values(content):
    return [list(map(str, one.cells.values())) for one in sheets.read(content).rows]


PLAIN = values(csv(row()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files_are_read_in_every_encoding_of_excel(encoding, delimiter):
    # As a Persian Windows writes it; its code page has no other letter.
    spelled = {
        name.replace("ی", "ي"): text.replace("ی", "ي") for name, text in row().items()
    }
    content = csv(spelled, encoding=encoding, delimiter=delimiter)
    assert values(content) == PLAIN


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_sheets_of_libreoffice_are_read(kind):
    assert values((MADE / f"debts.{kind}").read_bytes()) == PLAIN


def test_columns_stand_in_any_order_and_under_any_of_their_names():
    plain = row()
    names = ["کد ملی", "مهلت پرداخت", "مبلغ", "شماره\u200cدانشجويي", "بابت"]
    texts = [plain[HEADINGS[at]] for at in (1, 4, 3, 0, 5)]
    sheet = sheets.read(csv(dict(zip(names, texts, strict=True))))
    assert sheet.rows[0].cells["national_number"] == plain["شماره ملی"]
    assert sheet.rows[0].cells["student_number"] == plain["شماره دانشجویی"]


def test_extra_columns_are_ignored_and_named():
    extra = {"ردیف": "1", "خطا": "x", "معدل": "17", **row(), "رنگ": "red"}
    sheet = sheets.read(csv(extra))
    assert sheet.ignored == ["معدل", "رنگ"]
    assert "رنگ" not in sheet.headings.values()


def test_a_title_may_stand_above_the_headings():
    lines = [["بدهی دانشجویان"], [], HEADINGS, list(row().values())]
    [read] = sheets.read(xlsx(*lines)).rows
    assert read.number == 4


def test_empty_rows_are_passed_over():
    lines = [HEADINGS, [], list(row().values()), ["", None, " "]]
    assert [one.number for one in sheets.read(xlsx(*lines)).rows] == [3]


def test_other_sheets_are_told_of():
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADINGS, list(row().values()))))
    book.create_sheet("دوم")
    output = io.BytesIO()
    book.save(output)
    assert sheets.read(output.getvalue()).other_sheets == 1


def test_a_missing_column_is_named():
    lacking = row()
    del lacking["سررسید"]
    assert "سررسید" in refused(csv(lacking))


def test_a_heading_that_comes_twice_is_named():
    assert "مبلغ" in refused(csv({**row(), "مبلغ": "1"}))


def test_amounts_in_toman_are_not_guessed():
    told = row()
    amount = told.pop("مبلغ (ریال)")
    text = refused(csv({**told, "مبلغ (تومان)": amount}))
    assert text == str(sheets.refusal("toman"))


def test_a_sheet_without_rows_is_refused():
    assert refused(xlsx(HEADINGS)) == str(sheets.refusal("empty"))


def test_a_sheet_without_headings_is_refused():
    assert refused(b"a,b\r\n1,2\r\n") == str(sheets.refusal("headings"))
    assert refused(b"") == str(sheets.refusal("headings"))


def test_more_rows_than_may_be_are_refused(settings):
    settings.SHEET_ROWS = 5
    assert refused(csv(*[row()] * 30)) == str(sheets.refusal("rows"))


def changed(content, part, old, new, count=1):
    """A book with something else in one of its parts."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(output, "w", DEFLATED) as after,
    ):
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                assert old in text
                text = text.replace(old, new, count)
            after.writestr(name, text)
    return output.getvalue()


def added(content, name, text):
    output = io.BytesIO(content)
    with zipfile.ZipFile(output, "a", DEFLATED) as book:
        book.writestr(name, text)
    return output.getvalue()


GOOD = xlsx(HEADINGS, list(row().values()))
SHEET = "xl/worksheets/sheet1.xml"


def test_a_formula_is_refused_and_its_cell_named():
    text = refused(xlsx(HEADINGS, [*list(row().values())[:3], "=4*2", "x", "y"]))
    assert "D2" in text


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_formulas_of_libreoffice_are_refused(kind):
    text = refused((MADE / f"formula.{kind}").read_bytes())
    where = "formulas" if kind == "ods" else "formula"
    assert text == str(sheets.refusal(where, cell="D2"))


def utf16(text):
    return text.encode("utf-16-le").ljust(64, b"\0")


def test_a_password_is_told_of():
    # An .xlsx with a password is a container of another kind, like that of an .xls.
    old = (MADE / "debts.xls").read_bytes()
    at = old.index(utf16("Workbook"))
    name = utf16("EncryptedPackage") + struct.pack("<H", 34)
    locked = old[:at] + name + old[at + len(name) :]
    assert refused(locked) == str(sheets.refusal("password"))
    entry = b"<manifest:file-entry><manifest:encryption-data/>"
    book, part = (MADE / "debts.ods").read_bytes(), "META-INF/manifest.xml"
    locked = changed(
        book, part, b"<manifest:file-entry", entry + b"<manifest:file-entry"
    )
    assert refused(locked) == str(sheets.refusal("password"))


def test_a_bomb_is_not_unpacked():
    bomb = added(GOOD, "xl/media/a.xml", b" " * 60 * 2**20)
    assert len(bomb) < 100_000
    assert refused(bomb) == str(sheets.refusal("bomb"))


def test_a_bomb_that_lies_about_its_size_is_not_read():
    bomb = bytearray(added(GOOD, "xl/media/a.xml", b" " * 60 * 2**20))
    size = struct.pack("<I", 60 * 2**20)
    assert bomb.count(size) == 2
    small = bytes(bomb).replace(size, struct.pack("<I", 1000))
    assert refused(small) in {
        str(sheets.refusal("damaged")),
        str(sheets.refusal("bomb")),
    }


def test_a_cell_far_away_takes_no_memory():
    far = changed(GOOD, SHEET, b'r="A2"', b'r="XFD1048576"')
    assert refused(far) in {
        str(sheets.refusal("columns")),
        str(sheets.refusal("bomb")),
    }


def test_a_cell_far_below_takes_no_memory():
    far = changed(GOOD, SHEET, b'<row r="2"', b'<row r="1048576"')
    far = changed(far, SHEET, b'2"', b'1048576"', count=-1)
    assert refused(far) == str(sheets.refusal("rows"))


def test_many_small_parts_are_refused():
    many = io.BytesIO(GOOD)
    with zipfile.ZipFile(many, "a") as book:
        for number in range(600):
            book.writestr(f"x{number}", b"")
    assert refused(many.getvalue()) == str(sheets.refusal("bomb"))


def repeating(text, rows, columns):
    """A book of many cells with one text, which its file holds once."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        sheet = book.add_worksheet()
        lines = [HEADINGS, list(row().values()), *[["@@"] * columns] * rows]
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return changed(output.getvalue(), "xl/sharedStrings.xml", b"@@", text.encode())


@pytest.mark.parametrize(("letters", "rows"), [(400_000, 5), (32_000, 20)])
def test_what_cells_repeat_counts_in_each_of_them(letters, rows):
    bomb = repeating("ب" * letters, rows, 60)
    assert len(bomb) < 10_000
    assert not looking.is_long(bomb)
    assert refused(bomb) == str(sheets.refusal("bomb"))


def test_cells_longer_than_a_spreadsheet_has_are_refused():
    longest = repeating("ب" * 32_767, 1, 1)
    assert len(sheets.read(longest).rows) == 2
    longer = repeating("ب" * 32_768, 1, 1)
    assert refused(longer) == str(sheets.refusal("bomb"))


def test_columns_that_say_nothing_to_us_take_no_memory():
    silent = {f"ستون {number}": "هیچ چیز" for number in range(54)}
    content = csv(*[row() | silent] * 2000)
    tracemalloc.start()
    try:
        assert len(sheets.read(content).rows) == 2000
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_external_entities_are_refused(part):
    first = {SHEET: b"<worksheet", "xl/workbook.xml": b"<workbook"}
    start = first.get(part, b"<styleSheet")
    evil = changed(GOOD, part, start, ENTITY + start[1:])
    assert refused(evil) == str(sheets.refusal("entities"))


def test_entities_are_not_hidden_by_an_encoding():
    text = "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x []><worksheet/>"
    evil = added(GOOD, "xl/worksheets/sheet9.xml", text.encode("utf-16"))
    assert refused(evil) == str(sheets.refusal("entities"))


@pytest.mark.parametrize("length", [0, 3, 4, 30, 200, 1000, 3000])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_torn_file_is_refused(kind, length):
    torn = (MADE / f"debts.{kind}").read_bytes()[:length]
    with pytest.raises(sheets.Unreadable):
        sheets.read(torn)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_broken_file_is_refused_or_read(kind):
    whole = (MADE / f"debts.{kind}").read_bytes()
    for place in range(8, len(whole), max(1, len(whole) // 12)):
        broken = bytearray(whole)
        broken[place : place + 20] = b"\xff" * 20
        with suppress(sheets.Unreadable):
            assert sheets.read(bytes(broken)).rows
