"""A report as a sheet and as comma-separated values, however long it is.

Programs for spreadsheets guess at what a text may be: a number that loses its zeros, a
formula that runs. In a sheet every text is marked as one; in the other file, which has
no such mark, an apostrophe stands before whatever would be guessed at.
"""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from tempfile import TemporaryFile

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.reports import PIECE, Report
from payment_portal import persian
from payments.models import by_link
from payments.states import State

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"
SHEET_ROWS = 1_000_000  # a sheet has room for 1,048,576
# The wide signs begin a formula where people write Chinese or Japanese.
GUESSED_AT = re.compile(r"[=+\-@＝＋－＠\t\r\n]|0[0-9]|[0-9]{12,}\Z")
HEADINGS = [
    # heading, width of its column
    (gettext_lazy("Order number"), 15),
    (gettext_lazy("Date"), 11),
    (gettext_lazy("Time"), 7),
    (gettext_lazy("Date and time (ISO)"), 27),
    (gettext_lazy("Payer"), 24),
    (gettext_lazy("Faculty or centre"), 30),
    (gettext_lazy("Unit"), 26),
    (gettext_lazy("Subject of payment"), 30),
    (gettext_lazy("Amount (rial)"), 16),
    (gettext_lazy("State"), 12),
    (gettext_lazy("Terminal"), 22),
    (gettext_lazy("Reference number"), 20),
    (gettext_lazy("Tracking number"), 20),
]
PAYER, AMOUNT = 4, 8  # the places of their columns
SUM_HEADINGS = [
    (gettext_lazy("Payments"), 14),
    (gettext_lazy("Sum (rial)"), 20),
    (gettext_lazy("Of it paid (rial)"), 20),
]


@lru_cache(maxsize=5000)
def _day(day):
    return persian.latin_day(day)


def _payer(row):
    if row.payer_name or not row.debt_id:
        return row.payer_name
    return by_link(row.debt__full_name, row.debt__student_number)


def _lines(report: Report) -> Iterator[list]:
    """Each payment as it stands in a file: texts, and the amount as a number."""
    states = {state.value: str(state.label) for state in State}
    terminals = {pk: str(one) for pk, one in report.scope.terminals.items()}
    for row in report.rows():
        there = timezone.localtime(row.moment, persian.TEHRAN)
        yield [
            *(row.order_number, _day(there.date()), f"{there:%H:%M}"),
            there.isoformat(timespec="seconds"),
            *(_payer(row), row.faculty_title, row.unit_title, row.subject_title),
            *(row.amount, states[row.state], terminals[row.terminal_id]),
            *(row.reference_number, row.tracking_number),
        ]


def _foot(payments: int, amount: int) -> list:
    """The last line: what all lines above it come to."""
    line: list = [""] * len(HEADINGS)
    line[0], line[AMOUNT] = _("Sum"), amount
    line[PAYER] = _("%(payments)s payments") % {"payments": payments}
    return line


# ---- comma-separated values ----------------------------------------------------------


class _Echo:
    """What is written comes back at once."""

    def write(self, text: str) -> str:
        return text


def comma_separated(report: Report) -> Iterator[str]:
    """The file in pieces, made while they are sent."""
    write = csv.writer(_Echo()).writerow
    piece = [BYTE_ORDER_MARK, write([str(heading) for heading, _width in HEADINGS])]
    payments = amount = 0
    for line in _lines(report):
        payments, amount = payments + 1, amount + line[AMOUNT]
        piece.append(write(map(unguessed, line)))
        if len(piece) >= PIECE:
            yield "".join(piece)
            piece = []
    yield "".join([*piece, write(map(unguessed, _foot(payments, amount)))])


def unguessed(cell):
    """A text that no program takes for a formula or a number."""
    is_guessed_at = isinstance(cell, str) and GUESSED_AT.match(cell)
    return f"'{cell}" if is_guessed_at else cell


# ---- sheets --------------------------------------------------------------------------


def sheet(report: Report, told):
    """The report as an open file: its payments, then its sums and what was asked."""
    file = TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        formats = _Formats(book)
        _Payments(book, formats).write(_lines(report))
        _sums(book, formats, report, told)
    file.seek(0)
    return file


class _Formats:
    def __init__(self, book):
        self.text = book.add_format({"num_format": "@"})
        self.bold = book.add_format({"num_format": "@", "bold": True})
        self.rial = book.add_format({"num_format": "#,##0"})
        self.sum = book.add_format({"num_format": "#,##0", "bold": True})


def _page(book, title, headings, formats):
    page = book.add_worksheet(title)
    page.right_to_left()
    page.freeze_panes(1, 0)
    for place, (heading, width) in enumerate(headings):
        page.set_column(place, place, width)
        page.write_string(0, place, str(heading), formats.bold)
    return page


def _put(page, number, cells, text, figure):
    for place, cell in enumerate(cells):
        if isinstance(cell, int):
            page.write_number(number, place, cell, figure)
        elif cell:
            page.write_string(number, place, cell, text)


class _Payments:
    """As many sheets as the payments need, each with its headings."""

    def __init__(self, book, formats):
        self.book, self.formats, self.sheets = book, formats, 0

    def write(self, lines):
        formats = self.formats
        page, number, payments, amount = self._next(), 0, 0, 0
        for line in lines:
            if number == SHEET_ROWS:
                page, number = self._next(), 0
            number, payments, amount = number + 1, payments + 1, amount + line[AMOUNT]
            _put(page, number, line, formats.text, formats.rial)
        foot = _foot(payments, amount)
        _put(page, number + 1, foot, formats.bold, formats.sum)

    def _next(self):
        self.sheets += 1
        title = _("Payments")
        if self.sheets > 1:
            title = f"{title} {persian.to_persian_digits(self.sheets)}"
        return _page(self.book, title, HEADINGS, self.formats)


def _sums(book, formats, report, told):
    headings = [(report.by.label, 60), *SUM_HEADINGS]
    page = _page(book, _("Sums"), headings, formats)
    number = 0
    for number, line in enumerate(report.lines, 1):
        _put(page, number, [line.label, *line.sums], formats.text, formats.rial)
    _put(page, number + 1, [_("Sum"), *report.total], formats.bold, formats.sum)
    for place, (label, value) in enumerate(told, number + 3):
        _put(page, place, [f"{label}: {value}"], formats.text, formats.rial)
