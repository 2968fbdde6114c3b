"""Persian dress for numbers, moments and people, as template filters."""

from functools import wraps

from django import template
from django.utils.html import format_html

from payment_portal import persian

register = template.Library()


def shown(function):
    """Register a function as a filter that shows nothing for nothing."""

    @wraps(function)
    def filter_(value):
        return "" if value in (None, "") else function(value)

    register.filter(function.__name__, filter_)


shown(persian.rial)
shown(persian.in_words)
shown(persian.toman)
shown(persian.jalali)
shown(persian.jalali_numeric)
shown(persian.jalali_date)
shown(persian.masked_mobile)
shown(persian.masked_name)
shown(persian.local_mobile)
register.filter("persian_digits", persian.to_persian_digits)


@register.filter
def ltr(value):
    """Identifiers in Persian text: kept together and read from the left."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)
