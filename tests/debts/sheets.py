"""Sheets as people make them."""

from datetime import date
from io import BytesIO

import openpyxl

from payment_portal import persian

HEADINGS = [
    *("شماره دانشجویی", "شماره ملی", "نام و نام خانوادگی"),
    *("مبلغ (ریال)", "سررسید", "شرح"),
]
STUDENT, NATIONAL = "401123456", "0012345679"
OTHER_STUDENT, OTHER_NATIONAL = "401654321", "1234567891"
DUE = "1409/01/31"
DUE_ON = date(2030, 4, 20)


def row(**changes):
    """A good row, as text."""
    cells = dict(
        zip(
            HEADINGS,
            [STUDENT, NATIONAL, "علی محمدی", "8,000,000", DUE, "شهریه"],
            strict=True,
        )
    )
    return cells | {name.replace("_", " "): value for name, value in changes.items()}


def csv(*rows, encoding="utf-8", delimiter=","):
    """The rows as a text file, headed by the first row's names."""
    lines = [list(rows[0]), *[[one[name] for name in rows[0]] for one in rows]]
    text = "\r\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line)
        for line in lines
    )
    return text.encode(encoding)


def xlsx(*lines):
    """The lines as a book of openpyxl; its cells keep their types."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def national(number):
    """A national number of these nine digits and the check digit that fits."""
    first = f"{number:09}"
    rest = sum(int(sign) * (10 - at) for at, sign in enumerate(first)) % 11
    return f"{first}{rest if rest < 2 else 11 - rest}"


def latin(text):
    return persian.to_ascii_digits(text)
