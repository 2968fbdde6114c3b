"""The dress of numbers, moments and people, as template filters."""

from functools import wraps

from django import template
from django.utils.html import format_html, format_html_join

from payment_portal import formats, persian
from payment_portal.english import NBSP

register = template.Library()


def shown(name, function):
    """Register a function as a filter that shows nothing for nothing."""

    @wraps(function)
    def filter_(value):
        return "" if value in (None, "") else function(value)

    register.filter(name, filter_)


shown("rial", formats.rial)
shown("in_words", formats.in_words)
shown("toman", formats.toman)
shown("jalali", formats.jalali)
shown("jalali_numeric", formats.jalali_numeric)
shown("jalali_date", formats.jalali_date)
shown("masked_mobile", formats.masked_mobile)
shown("masked_name", persian.masked_name)
shown("local_mobile", persian.local_mobile)
register.filter("digits", formats.digits)
# Of the staff pages, which are Persian.
register.filter("persian_digits", persian.to_persian_digits)


@register.filter
def ltr(value):
    """Identifiers in Persian text: kept together and read from the left."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.filter
def together(text):
    """A date whose parts break only where no line is long enough for one of them."""
    if NBSP not in text:
        return text
    parts = ([part.replace(NBSP, " ")] for part in text.split(" "))
    return format_html_join(" ", '<span class="together">{}</span>', parts)


@register.filter
def persian_text(value):
    """What staff typed, within a sentence: Persian to eyes and voices, always."""
    return format_html('<bdi lang="fa">{}</bdi>', value)
