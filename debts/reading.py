"""Read one sheet in a process of its own: python -m debts.reading < sheet > rows.

Sheets come from anywhere, and what reads them allocates what they ask for. This
process may use so much memory and time, and write so much; when it wants more it dies,
alone. It knows neither Django nor the database. It prints lines of JSON: {"sheets"} and
each row, or {"refusal"}.
"""

import codecs
import csv
import json
import re
import resource
import sys
import zipfile
from datetime import date, time, timedelta
from io import BytesIO, StringIO

import python_calamine as calamine

from debts import biff

MEGABYTE = 2**20
MEMORY, CPU_SECONDS = 1024 * MEGABYTE, 30
UNPACKED = 50 * MEGABYTE  # also what it may print: one text may stand in many cells
MOST_PARTS, MOST_COLUMNS = 500, 60
LONGEST_CELL = 32_767  # letters, as in Excel
CHUNK = MEGABYTE
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A cell with a formula, as the two kinds of packed sheets write it.
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]|table:formula=")
CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"')
DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"""^[^>]{0,100}encoding\s*=\s*["']([^"']+)""")
DELIMITERS = ",;\t"


class Refused(Exception):
    """The sheet is refused whole; the code says why, the cell where."""

    def __init__(self, code, cell=""):
        super().__init__(code)
        self.code, self.cell = code, cell


def rows_of(content, most_rows):
    """The rows of the first sheet, and how many sheets there are."""
    if content.startswith(ZIP):
        inspect_package(content)
        return by_calamine(content, most_rows)
    if content.startswith(OLE):
        problem = biff.problem_in(content)
        if problem:
            raise Refused(*problem)
        return by_calamine(content, most_rows)
    return list(of_text(content, most_rows)), 1


def by_calamine(content, most_rows):
    try:
        with calamine.load_workbook(BytesIO(content)) as book:
            sheet = book.get_sheet_by_index(0)
            if sheet.total_width > MOST_COLUMNS:
                raise Refused("columns")
            if sheet.total_height > most_rows:
                raise Refused("rows")
            rows = sheet.to_python(skip_empty_area=False)
            return [[plain(cell) for cell in row] for row in rows], len(
                book.sheet_names
            )
    except calamine.PasswordError:
        raise Refused("password") from None
    except (calamine.CalamineError, OSError, ValueError, IndexError):
        raise Refused("damaged") from None


def plain(cell):
    """A value that JSON knows; a day is told apart from text."""
    if isinstance(cell, date):  # a moment is a day, too
        return {"day": cell.isoformat()[:10]}
    if isinstance(cell, time | timedelta | bool):
        return str(cell)
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise Refused("bomb")
    return cell


def inspect_package(content):
    """Look through a packed sheet before anybody reads it for its values."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS:
                raise Refused("bomb")
            if sum(part.file_size for part in parts) > UNPACKED:
                raise Refused("bomb")
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("password")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    inspect_part(package, part)
    # NotImplementedError is zipfile's word for a compression that it does not know.
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
        raise Refused("damaged") from None


def inspect_part(package, part):
    """Refuse what no spreadsheet program writes, and formulas."""
    name = part.filename
    holds_cells = name.startswith("xl/worksheets/") or name == "content.xml"
    tail, place = b"", ""
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            text = tail + chunk
            if b"\0" in chunk or DOCTYPE.search(text) or not is_utf8(text, tail):
                raise Refused("entities")
            if name == "META-INF/manifest.xml" and b"encryption-data" in text:
                raise Refused("password")
            found = FORMULA.search(text) if holds_cells else None
            cells = CELL.findall(text, 0, found.end() if found else len(text))
            place = cells[-1].decode() if cells else place
            if found:
                raise Refused("formula", place)
            tail = text[-300:]


def is_utf8(text, tail):
    declared = None if tail else ENCODING.match(text)
    return declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}


def of_text(content, most_rows):
    """The rows of a comma-separated file, in the encodings that Excel writes."""
    csv.field_size_limit(10_000)
    text = decoded(content)
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(DELIMITERS, key=first.count)
    try:
        for number, row in enumerate(csv.reader(StringIO(text), delimiter=delimiter)):
            if number >= most_rows:
                raise Refused("rows")
            if len(row) > MOST_COLUMNS:
                raise Refused("columns")
            yield row
    except csv.Error:
        raise Refused("damaged") from None


def decoded(content):
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        # What Excel writes on a Persian Windows if nobody asks for UTF-8.
        encodings = ["utf-8-sig", "cp1256"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("damaged")


def confine():
    """Take away what a reader of a sheet does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (UNPACKED, UNPACKED))


def tell(content, most_rows, file):
    """Write what stands in a sheet, or why it is refused, as lines of JSON."""
    for answer in answers(content, most_rows):
        file.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


def answers(content, most_rows):
    try:
        rows, sheets = rows_of(content, most_rows)
    except Refused as refusal:
        yield {"refusal": refusal.code, "cell": refusal.cell}
    else:
        yield {"sheets": sheets}
        yield from rows


def main():
    confine()
    tell(sys.stdin.buffer.read(), int(sys.argv[1]), sys.stdout.buffer)


if __name__ == "__main__":
    main()
