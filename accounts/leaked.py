"""Whether a password stands in a list of leaked ones that the operator keeps.

The list is that of Pwned Passwords, as its own downloader writes it, or a part of it:
lines of SHA-1 hashes in their order, a count behind a colon or not. It has a thousand
million lines, so it is searched where it lies; nobody elsewhere is asked.
"""

import hashlib
import logging
import os

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

HASH_SIGNS = 40


class LeakedValidator:
    def validate(self, password, user=None):
        # Not ours to choose, and nothing rests on it: it is how the list is written.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
        if settings.LEAKED_PASSWORDS and _is_listed(digest.upper().encode()):
            raise ValidationError(self.get_help_text(), code="password_leaked")

    def get_help_text(self):
        return _("The password stands in lists of stolen passwords.")


def _is_listed(wanted):
    try:
        with open(settings.LEAKED_PASSWORDS, "rb") as lines:
            return _stands_in(lines, wanted)
    except OSError as error:  # it was there at the start; nobody is kept out for it
        logger.error("The list of leaked passwords: %s", type(error).__name__)
        return False


def _stands_in(lines, wanted):
    """Whether a line begins with this: if so, between the bytes low and high."""
    low, high = 0, lines.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        lines.seek(max(0, middle - 1))
        if middle:
            lines.readline()
        if lines.tell() >= high:
            high = middle
            continue
        found = lines.readline()[:HASH_SIGNS].upper()
        if found == wanted:
            return True
        if found < wanted:
            low = lines.tell()
        else:
            high = middle
    return False
