"""The sums of a report on paper."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from finance.charts import FULL, bars
from finance.reports import Line, Report, Sums
from payment_portal import institution, papers

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
    }
    html = render_to_string("finance/summary.html", context | institution.on_paper())
    return papers.pdf(html, STYLE)


def _most(lines: list[Line]) -> list[Line]:
    """As many lines as paper is for; the others together in the last."""
    if len(lines) <= MOST:
        return lines
    others = Sums()
    for line in lines[MOST:]:
        others = others.plus(line.sums)
    return [*lines[:MOST], Line(_("all others"), others)]
