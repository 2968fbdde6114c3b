"""An amount of money, as people type it."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from payment_portal import formats
from payment_portal.fields.text import LeftToRight, typed

LARGEST_AMOUNT = 10**15 - 1
# One and the same separator, and three digits after each.
GROUPED = re.compile(r"[0-9]{1,3}([,٬،._ '])[0-9]{3}(\1[0-9]{3})*")
DECIMAL = re.compile(r"[0-9][0-9,٬،._ ']*[.٫/][0-9]+")
RIAL = re.compile(r"\s*(?:ریال|﷼|rials?)$", re.IGNORECASE)
TOMAN = re.compile(r"توم[اآ]?ن|t[ou]m[ae]n", re.IGNORECASE)


class RialField(LeftToRight, forms.CharField):
    """Whole rials in any digits, with or without separators; never guessed."""

    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    default_error_messages = {
        "required": _("Enter the amount"),
        "digits": _("Write the amount in digits only, like %(example)s"),
        "toman": _(
            "Write the amount in rials, without the word toman; one toman is ten rials"
        ),
        "decimals": _("Write whole rials, without decimals"),
        "low": _("The amount must be %(bound)s rials or more"),
        "high": _("The amount must be %(bound)s rials or less"),
    }

    def __init__(self, *, min_value=1, max_value=LARGEST_AMOUNT, **kwargs):
        super().__init__(empty_value=None, **kwargs)
        self.min_value, self.max_value = min_value, max_value

    def to_python(self, value):
        text = typed(super().to_python(value) or "")
        if not text:
            return None
        if TOMAN.search(text):
            raise self.error("toman")
        return self.whole(RIAL.sub("", text))

    def whole(self, text):
        """The number that a text spells, if it spells one."""
        if re.fullmatch("[0-9]+", text) or GROUPED.fullmatch(text):
            number = re.sub("[^0-9]", "", text).lstrip("0") or "0"
            # Beyond every bound, and Python refuses to read thousands of digits.
            return int(number[:20])
        raise self.error("decimals" if DECIMAL.fullmatch(text) else "digits")

    def validate(self, value):
        super().validate(value)
        if value is not None and value < self.min_value:
            raise self.error("low", self.min_value)
        if value is not None and value > self.max_value:
            raise self.error("high", self.max_value)

    def error(self, code, bound=0):
        params = {"bound": formats.rial(bound), "example": formats.rial(8_000_000)}
        return ValidationError(self.error_messages[code], code, params)

    def prepare_value(self, value):
        return formats.rial(value) if isinstance(value, int) else value

    def has_changed(self, initial, data):
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True
