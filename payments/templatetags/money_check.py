from django import template
from django.conf import settings
from django.utils import timezone

from catalog.reach import reach
from payments.models import MoneyCheck

register = template.Library()


@register.inclusion_tag("admin/includes/money_check.html", takes_context=True)
def money_check(context):
    """The last check of the money; it is late when a whole turn was missed.

    It names payments of any unit.
    """
    if not reach(context["request"].user, "payments.view_payment").is_whole:
        return {"hidden": True}
    last = MoneyCheck.objects.latest_first().first()
    since = timezone.now() - 2 * settings.MONEY_CHECK_EVERY
    return {"check": last, "late": bool(last) and last.at < since}
