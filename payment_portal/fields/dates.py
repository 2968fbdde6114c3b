"""Days and moments in the Jalali calendar.

Django's own date field would take 1405-09-01 for a Gregorian day, so it stands
before no reader of Persian.
"""

import re
from datetime import date, datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from payment_portal import formats, persian
from payment_portal.fields.text import LeftToRight, typed

DAY = r"([0-9]{4})\s?[/.-]\s?([0-9]{1,2})\s?[/.-]\s?([0-9]{1,2})"
EIGHT_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
CLOCK = r"([0-9]{1,2})\s?:\s?([0-9]{2})"


class JalaliDateField(LeftToRight, forms.Field):
    """A day typed as ۱۴۰۵/۰۹/۰۱; gives the date that Python knows."""

    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    default_error_messages = {
        "required": _("Enter the date"),
        "shape": _(
            "Write the date as year/month/day of the Jalali calendar, like %(example)s"
        ),
        "year": _("Write the year in the Jalali calendar, like %(example)s"),
        "day": _(
            "There is no such day in the Jalali calendar; check the month and day"
        ),
    }
    example = formats.lazy_digits("1405/09/01")
    pattern = re.compile(DAY)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = EIGHT_DIGITS.sub(r"\1/\2/\3", typed(value), count=1)
        match = self.pattern.fullmatch(text)
        if not match:
            raise self.error("shape")
        return self.read(*map(int, match.groups()))

    def read(self, year, month, day):
        if not 1200 <= year <= 1500:
            raise self.error("year")
        try:
            return persian.jalali_to_gregorian(year, month, day)
        except ValueError as impossible:
            raise self.error("day") from impossible

    def error(self, code):
        example = formats.digits("1405") if code == "year" else self.example
        params = {"example": example}
        return ValidationError(self.error_messages[code], code, params)

    def prepare_value(self, value):
        if not isinstance(value, date):
            return value
        return formats.digits(persian.jalali_day(value))

    def has_changed(self, initial, data):
        # What is not shown, as the seconds of a moment, was not changed.
        return typed(self.prepare_value(initial) or "") != typed(data or "")


class JalaliDateTimeField(JalaliDateField):
    """A moment typed as ۱۴۰۵/۰۹/۰۱ ۱۴:۳۰, in Tehran.

    A Persian page shows the hour at the left, so some type it first.
    """

    attrs = {"autocomplete": "off"}  # number keypads of phones have no colon
    default_error_messages = {
        "required": _("Enter date and time"),
        "shape": _("Write date and time like %(example)s"),
        "clock": _("The hour is at most 23 and the minute at most 59"),
    }
    example = formats.lazy_digits("1405/09/01 14:30")
    pattern = re.compile(rf"{DAY}[ ,،-]+{CLOCK}")
    clock_first = re.compile(rf"({CLOCK})[ ,،-]+({DAY})")

    def to_python(self, value):
        if isinstance(value, str):
            value = self.clock_first.sub(r"\4 \1", typed(value))
        return super().to_python(value)

    def read(self, year, month, day, hour, minute):
        if hour > 23 or minute > 59:
            raise self.error("clock")
        midnight = persian.start_of_day(super().read(year, month, day))
        return datetime.combine(midnight, time(hour, minute), midnight.tzinfo)

    def prepare_value(self, value):
        if not isinstance(value, datetime):
            return value
        return formats.digits(persian.jalali_numeric(value))
