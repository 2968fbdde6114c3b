"""Persian dress for numbers and moments."""

from django import template
from django.utils import timezone
from persiantools.jdatetime import JalaliDateTime

register = template.Library()
DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@register.filter
def persian(value):
    return str(value).translate(DIGITS)


@register.filter
def rial(amount):
    return f"{amount:,}".replace(",", "٬").translate(DIGITS)


@register.filter
def toman(amount):
    return rial(amount // 10)


@register.filter
def moment(value):
    if value is None:
        return ""
    jalali = JalaliDateTime.to_jalali(timezone.localtime(value))
    return jalali.strftime("%Y/%m/%d %H:%M:%S").translate(DIGITS)


@register.filter
def fields(names, form):
    return [form[name] for name in names.split()]


@register.simple_tag
def clock_face(seconds):
    return f"{seconds // 60}:{seconds % 60:02}".translate(DIGITS)


@register.filter
def is_text(value):
    return isinstance(value, str)
