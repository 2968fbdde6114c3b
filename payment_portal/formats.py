"""How figures, moments and mobiles look in the language of the page: here alone.

What is Persian in every language (the staff pages, what is searched and stored) calls
``persian`` itself.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext

from payment_portal import english, persian

Value = TypeVar("Value")
Dress = Callable[[Value], str]


def _either(in_persian: Dress[Value], in_english: Dress[Value]) -> Dress[Value]:
    def dressed(value: Value) -> str:
        return (in_english if get_language() == "en" else in_persian)(value)

    dressed.__doc__ = in_persian.__doc__
    return dressed


digits: Dress[str | int] = _either(persian.to_persian_digits, english.digits)
rial: Dress[int] = _either(persian.rial, english.rial)
toman: Dress[int] = _either(persian.toman, english.toman)
in_words: Dress[int] = _either(persian.in_words, english.in_words)
jalali: Dress[datetime] = _either(persian.jalali, english.jalali)
jalali_numeric: Dress[datetime] = _either(
    persian.jalali_numeric, english.jalali_numeric
)
jalali_date: Dress[date] = _either(persian.jalali_date, english.jalali_date)
masked_mobile: Dress[str] = _either(persian.masked_mobile, english.masked_mobile)

# For what is written once, when the process starts, and read in both languages.
lazy_digits = lazy(digits, str)


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit, rounded up."""
    if length <= timedelta(seconds=90):
        count = _whole(length, timedelta(seconds=1))
        text = ngettext("%(count)s second", "%(count)s seconds", count)
    elif length <= timedelta(minutes=90):
        count = _whole(length, timedelta(minutes=1))
        text = ngettext("%(count)s minute", "%(count)s minutes", count)
    else:
        count = _whole(length, timedelta(hours=1))
        text = ngettext("%(count)s hour", "%(count)s hours", count)
    return text % {"count": digits(count)}


def _whole(length: timedelta, unit: timedelta) -> int:
    return max(1, -(-length // unit))
