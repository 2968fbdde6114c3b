from django import template
from django.conf import settings
from django.utils import timezone

from payments.models import MoneyCheck

register = template.Library()


@register.inclusion_tag("admin/includes/money_check.html")
def money_check():
    """The last check of the money; it is late when a whole turn was missed."""
    last = MoneyCheck.objects.latest_first().first()
    since = timezone.now() - 2 * settings.MONEY_CHECK_EVERY
    return {"check": last, "late": bool(last) and last.at < since}
