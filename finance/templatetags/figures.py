from django import template
from django.utils import timezone

from finance import figures
from finance.charts import FULL, bars

register = template.Library()


@register.inclusion_tag("admin/finance/figures.html", takes_context=True)
def finance_figures(context):
    found = figures.of(context["request"].user, timezone.localdate())
    return {**found, "bars": bars(found.get("lines", [])), "full": FULL}
