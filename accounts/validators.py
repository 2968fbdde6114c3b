"""Passwords that are long and yet the first that anybody would try."""

from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_DIFFERENT_SIGNS = 5


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


def _is_a_row(signs):
    """Whether most signs repeat or follow the one before, as in abcdefgh1."""
    steps = [abs(ord(one) - ord(next_)) <= 1 for one, next_ in pairwise(signs)]
    return sum(steps) * 4 >= len(steps) * 3
