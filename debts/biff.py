"""What stands in an old .xls besides values: formulas and passwords.

The reader of values does not tell a formula's last result from a number that was
typed, so the records of the book are walked through: [MS-CFB] for the container,
[MS-XLS] for the records.
"""

import struct
from dataclasses import dataclass

FREE_OR_END = 0xFFFFFFFA  # this and above lead to no sector
FORMULA, FILE_PASS, BEGIN = 0x0006, 0x002F, 0x0809
BOOKS = {"Workbook", "Book"}


def problem_in(content):
    """A refusal's code and cell; None if nothing is wrong."""
    try:
        streams = dict(_streams(content))
    except (struct.error, IndexError, ValueError):
        return ("damaged", "")
    if "EncryptedPackage" in streams:
        return ("password", "")
    book = next((streams[name] for name in BOOKS if name in streams), None)
    return ("damaged", "") if book is None else _problem_in_records(book)


def _problem_in_records(book):
    if len(book) < 4 or struct.unpack_from("<H", book)[0] != BEGIN:
        return ("damaged", "")
    place = 0
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        if kind == FILE_PASS:
            return ("password", "")
        if kind == FORMULA and length >= 4:
            row, column = struct.unpack_from("<HH", book, place + 4)
            return ("formula", f"{_letters(column)}{row + 1}")
        place += 4 + length
    return None


def _letters(column):
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _streams(content):
    """Names of the streams of a compound file, with what is in its books."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, 4096}:
        raise ValueError(size)
    large = _large(content, size)
    first_directory, cutoff, first_table = struct.unpack_from("<I4xII", content, 48)
    directory = large.chain(first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory), 128)]
    root = struct.unpack_from("<I", entries[0], 116)[0]
    table = large.chain(first_table)
    small = Sectors(large.chain(root), 64, struct.unpack(f"<{len(table) // 4}I", table))
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(0, length - 2)].decode("utf-16-le", "replace")
        begin, held = struct.unpack_from("<IQ", entry, 116)
        where = small if held < cutoff else large
        yield name, where.chain(begin)[:held] if name in BOOKS else b""


def _large(content, size):
    """The sectors of the file, which begin after its header."""
    count = struct.unpack_from("<I", content, 44)[0]
    numbers = struct.unpack_from("<109I", content, 76)[:count]
    sectors = Sectors(content[size:], size, ())
    table = b"".join(sectors.one(at) for at in numbers if at < FREE_OR_END)
    return Sectors(sectors.content, size, struct.unpack(f"<{len(table) // 4}I", table))


@dataclass(frozen=True)
class Sectors:
    content: bytes
    size: int
    next_of: tuple

    def one(self, number):
        found = self.content[number * self.size : (number + 1) * self.size]
        return found.ljust(self.size, b"\0")

    def chain(self, number):
        parts = []
        while number < FREE_OR_END:
            if len(parts) > len(self.next_of):
                raise ValueError("a chain of sectors without an end")
            parts.append(self.one(number))
            number = self.next_of[number]
        return b"".join(parts)
