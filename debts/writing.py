"""Sheets that the portal writes: the empty template, and the rows it rejected."""

from datetime import date
from io import BytesIO
from itertools import chain

import xlsxwriter
from django.utils.translation import gettext as _

from debts.sheets import COLUMNS, REASON
from payment_portal import persian

WIDTH = 22  # signs
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template():
    """An empty sheet with the headings, and a second one that explains them."""
    headings = [words[0] for words in COLUMNS.values()]
    return _book(headings, [], notes=notes())


def notes():
    """What stands in each column, by its heading."""
    return [
        (
            COLUMNS["student_number"][0],
            _("Required. As text, so that no zero is lost."),
        ),
        (
            COLUMNS["national_number"][0],
            _("Required. All 10 digits, as text, so that no zero is lost."),
        ),
        (COLUMNS["full_name"][0], _("For your own control.")),
        (
            COLUMNS["mobile"][0],
            _("Who has confirmed this mobile in the portal sees the debt at once."),
        ),
        (
            COLUMNS["subject"][0],
            _("Title of a subject of the unit; empty means the chosen one."),
        ),
        (COLUMNS["amount"][0], _("Required. Whole rials.")),
        (COLUMNS["due_on"][0], _("Required. Jalali day as text, like 1405/09/01.")),
        (
            COLUMNS["title"][0],
            _("What the student reads; empty means the batch's title."),
        ),
        (
            COLUMNS["row_key"][0],
            _("Your own key. With it a later sheet may also change the due date."),
        ),
        (
            COLUMNS["instalment"][0],
            _("As text, like 2 of 4, if each instalment has a row of its own."),
        ),
    ]


def rejected(verdict):
    """The rejected rows as they were, with the reasons in one more column."""
    headings = verdict.sheet.headings
    rows = _with_reasons(verdict.rejected, headings)
    return _book([*headings.values(), REASON], rows)


def _with_reasons(rejected, headings):
    for one in rejected:
        reasons = [
            f"{headings.get(problem.column, COLUMNS[problem.column][0])}: "
            f"{problem.reason}"
            for problem in one.problems
        ]
        cells = [as_text(one.row.cells[name]) for name in headings]
        yield [*cells, " ".join(reasons)]


def as_text(value):
    """The value as it can be typed: no program changes a text."""
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _day(day):
    try:
        return persian.latin_day(day)
    except ValueError:  # centuries that the Jalali calendar does not count
        return day.isoformat()


def _book(headings, rows, notes=()):
    output = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(output, options) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet(_("Debts"))
        sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, WIDTH, text)
        for number, row in enumerate(chain([headings], rows)):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text if number else bold)
        if notes:
            _explain(book, notes, bold)
    return output.getvalue()


def _explain(book, notes, bold):
    sheet = book.add_worksheet(_("Guide"))
    sheet.right_to_left()
    sheet.set_column(0, 0, WIDTH, bold)
    sheet.set_column(1, 1, 4 * WIDTH)
    for number, (heading, note) in enumerate(notes):
        sheet.write_string(number, 0, heading, bold)
        sheet.write_string(number, 1, note)
