"""A sheet of debts as somebody made it: its columns found, its cells still as typed."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from tempfile import TemporaryFile

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payment_portal import persian

READ_WITHIN = 60  # seconds
HEADINGS_WITHIN = 10  # rows: above them a sheet may have a title

# Columns, and the words with which people head them; the first is the template's.
COLUMNS = {
    "student_number": ["شماره دانشجویی", "کد دانشجویی", "ش دانشجویی"],
    "national_number": ["شماره ملی", "کد ملی", "کدملی", "شماره شناسایی ملی"],
    "full_name": ["نام و نام خانوادگی", "نام", "نام دانشجو", "نام کامل"],
    "mobile": ["تلفن همراه", "موبایل", "شماره همراه", "شماره موبایل", "همراه"],
    "subject": ["موضوع", "موضوع پرداخت", "موضوع پرداخت وجه"],
    "amount": ["مبلغ (ریال)", "مبلغ", "مبلغ به ریال", "مبلغ ریال", "مبلغ بدهی"],
    "due_on": ["سررسید", "تاریخ سررسید", "مهلت", "مهلت پرداخت"],
    "title": ["شرح", "توضیح", "توضیحات", "بابت"],
    "row_key": ["شناسه ردیف", "کد ردیف", "کلید ردیف"],
    "instalment": ["قسط", "شماره قسط"],
}
REQUIRED = ["student_number", "national_number", "amount", "due_on"]
REASON = "خطا"
NUMBERING = ["ردیف", "شماره ردیف"]


def _bare(text):
    """A heading without brackets, colons and stars."""
    key = persian.search_key(text)
    return "".join(sign for sign in key if sign.isalnum())


NAMES = {_bare(word): name for name, words in COLUMNS.items() for word in words}
SILENT = {_bare(word) for word in [REASON, *NUMBERING]}
TOMAN = _bare("تومان")

REFUSALS = {
    "bomb": _(
        "Unpacked, this file is larger than a sheet of debts can be. "
        "Copy the rows into an empty sheet and save that."
    ),
    "password": _("The sheet is protected by a password. Save it without one."),
    "damaged": _("The file is damaged or no sheet. Save it again as .xlsx or .csv."),
    "entities": _(
        "The file has parts that no spreadsheet program writes. "
        "Open it and save it again as .xlsx."
    ),
    "formula": _(
        "Cell %(cell)s holds a formula. Copy the sheet and paste its values only."
    ),
    "formulas": _("A cell holds a formula. Copy the sheet and paste its values only."),
    "columns": _("The sheet has too many columns. Delete what is not needed."),
    "rows": _("The sheet has more than %(most)s rows. Split it."),
    "empty": _("The sheet has no rows below its headings."),
    "headings": _("No row of the sheet has the headings of the template."),
    "missing": _("The sheet lacks these columns: %(columns)s."),
    "twice": _("Two columns have the same heading: %(column)s."),
    "toman": _("The heading of the amount says toman. Amounts are in rial."),
}


class Unreadable(Exception):
    """The sheet is refused whole; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as the spreadsheet program counts
    cells: dict  # by the names of COLUMNS


@dataclass(frozen=True)
class Sheet:
    rows: list
    headings: dict  # the words in the sheet, by the names of COLUMNS
    ignored: list = field(default_factory=list)  # headings that say nothing to us
    other_sheets: int = 0


def read(content):
    """Read the first sheet of a file. Raises Unreadable."""
    with TemporaryFile() as said:
        _ask(content, said)
        said.seek(0)
        # One by one: of a line only the columns are kept that say something to us.
        lines = map(json.loads, said)
        answer = next(lines)
        if "refusal" in answer:
            code, cell = answer["refusal"], answer["cell"]
            if code == "formula" and not cell:
                code = "formulas"
            raise refusal(code, cell=cell)
        return _sheet(lines, answer["sheets"] - 1)


def _sheet(lines, other_sheets):
    above = list(islice(lines, HEADINGS_WITHIN))
    place = _headings_at(above)
    columns, headings, ignored = _columns(above[place])
    below = chain(above[place + 1 :], lines)
    told = ({name: _cell(line, at) for name, at in columns.items()} for line in below)
    rows = [
        Row(number, cells)
        for number, cells in enumerate(told, place + 2)
        if any(cell != "" for cell in cells.values())
    ]
    if not rows:
        raise refusal("empty")
    return Sheet(rows, headings, ignored, other_sheets)


def refusal(code, **told):
    most = persian.to_persian_digits(f"{settings.SHEET_ROWS:,}".replace(",", "٬"))
    return Unreadable(REFUSALS[code] % {"most": most, **told})


def _ask(content, said):
    """Have a process of its own read the sheet, and say it in a file; see reading."""
    most = settings.SHEET_ROWS + HEADINGS_WITHIN
    command = [sys.executable, "-m", "debts.reading", str(most)]
    try:
        subprocess.run(  # noqa: S603 - our own module
            command,
            input=bytes(content),
            stdout=said,
            stderr=subprocess.DEVNULL,  # its last words may quote the sheet
            cwd=settings.BASE_DIR,
            env={},
            timeout=READ_WITHIN,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        # It wanted more memory, time or room than any sheet needs.
        raise refusal("bomb") from None


def _headings_at(lines):
    known = [
        sum(_bare(cell) in NAMES for cell in line if isinstance(cell, str))
        for line in lines
    ]
    if max(known, default=0) < 2:
        raise refusal("headings")
    return known.index(max(known))


def _columns(line):
    """Where each column stands, how it is headed, and which ones are not ours."""
    columns, headings, ignored = {}, {}, []
    for place, cell in enumerate(line):
        text = persian.clean(str(cell or ""))
        key = _bare(text)
        name = NAMES.get(key)
        if key.startswith(_bare("مبلغ")) and TOMAN in key:
            raise refusal("toman")
        if name in columns:
            raise refusal("twice", column=text)
        if name:
            columns[name], headings[name] = place, text
        elif key and key not in SILENT:
            ignored.append(text)
    missing = [COLUMNS[name][0] for name in REQUIRED if name not in columns]
    if missing:
        raise refusal("missing", columns="، ".join(missing))
    return columns, headings, ignored


def _cell(line, place):
    """A text, a number or a day; text in its one spelling, with Latin digits."""
    value = line[place] if place < len(line) else ""
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value.strip()
        return persian.clean(value)
    return "" if value is None else value
