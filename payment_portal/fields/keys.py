"""Keys of rows, as they stand in an address or a form."""

import re

LARGEST_KEY = 10**9


def row_key(text):
    """The key of a row that a text names; None if it names none."""
    found = re.fullmatch("[0-9]{1,10}", text or "")
    key = int(text) if found else None
    return key if key and key <= LARGEST_KEY else None
