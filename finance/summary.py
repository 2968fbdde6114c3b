"""The sums of a report on paper."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from finance.charts import FULL, bars
from finance.reports import Line, Report, Sums
from payment_portal import papers

STYLE = settings.BASE_DIR / "static" / "css" / "report.css"
MOST = 200  # lines: each takes its hundredth of a second


def pdf(report: Report, told, now) -> bytes:
    context = {
        "told": told,
        "by": report.by.label,
        "bars": bars(_most(report.lines)),
        "full": FULL,
        "total": report.total,
        "now": now,
        "university_name": settings.UNIVERSITY_NAME,
        "system_name": settings.SYSTEM_NAME,
        "sandbox": settings.SANDBOX,
    }
    return papers.pdf(render_to_string("finance/summary.html", context), STYLE)


def _most(lines: list[Line]) -> list[Line]:
    """As many lines as paper is for; the others together in the last."""
    if len(lines) <= MOST:
        return lines
    others = Sums()
    for line in lines[MOST:]:
        others = others.plus(line.sums)
    return [*lines[:MOST], Line(_("all others"), others)]
