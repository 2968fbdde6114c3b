"""Passwords that are long and yet the first that anybody would try."""

import re
from itertools import pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_DIFFERENT_SIGNS = 5
FEWEST_LETTERS = 4
BUSINESS = [
    *("password", "student", "dormitory", "daneshgah", "ramz"),
    *("رمز", "عبور", "دانشجو", "خوابگاه"),
]


class PatternValidator:
    """Refuses digits alone (a mobile, a birthday), few signs repeated, and rows."""

    def validate(self, password, user=None):
        signs = "".join(password.split()).lower()
        few = len(set(signs)) < FEWEST_DIFFERENT_SIGNS
        if signs.isdecimal() or few or _is_a_row(signs):
            raise ValidationError(self.get_help_text(), code="password_pattern")

    def get_help_text(self):
        return _(
            "The password is all digits, or a repeated or running series of characters."
        )


class SurroundingsValidator:
    """Refuses what is little more than names of the university and of this site."""

    def validate(self, password, user=None):
        rest = password.lower()
        for word in _words_around():
            rest = rest.replace(word, "")
        if len({sign for sign in rest if sign.isalpha()}) < FEWEST_LETTERS:
            raise ValidationError(self.get_help_text(), code="password_surroundings")

    def get_help_text(self):
        return _("The password is little more than the name of the university.")


def _words_around():
    """The words of our names, our host and our business, the longest first."""
    names = [
        *(settings.UNIVERSITY_NAME, settings.UNIVERSITY_NAME_EN),
        *(settings.SYSTEM_NAME, settings.SYSTEM_NAME_EN),
        *settings.PASSWORD_WORDS,
        *BUSINESS,
        urlsplit(settings.BASE_URL).hostname,
    ]
    words = set(re.findall(r"\w{3,}", " ".join(names).lower()))
    return sorted(words, key=len, reverse=True)


def _is_a_row(signs):
    """Whether most signs repeat or follow the one before, as in abcdefgh1."""
    steps = [abs(ord(one) - ord(next_)) <= 1 for one, next_ in pairwise(signs)]
    return sum(steps) * 4 >= len(steps) * 3
