from datetime import timedelta

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from payment_portal import persian
from payments.forms import HistoryForm
from payments.models import Payment

# Column of the page -> its label and what it sorts by.
COLUMNS = {
    "row": (_("Row"), "created_at"),
    "unit": (_("Relevant unit"), "unit_title"),
    "subject": (_("Subject of payment"), "subject_title"),
    "amount": (_("Amount"), "amount"),
    "time": (_("Date and time"), "created_at"),
    "tracking": (_("Tracking number"), "tracking_number"),
    "reference": (_("Reference number"), "reference_number"),
}
NEWEST_FIRST = "-time"


@require_safe
def history(request):
    form = HistoryForm(request.GET)
    found = Payment.objects.of(request.user)
    if form.is_valid():
        found = _filtered(found, form.cleaned_data)
    key, descending = _sorting(request.GET.get("sort", NEWEST_FIRST))
    order = ("-" if descending else "") + COLUMNS[key][1]
    size = form.cleaned_data.get("size") or form.USUAL_SIZE
    paginator = Paginator(found.order_by(order, "-pk"), size)
    context = {
        "form": form,
        "page": paginator.get_page(request.GET.get("page")),
        "total": paginator.count,
        "columns": [_column(name, key, descending) for name in COLUMNS],
    }
    return render(request, "payments/history.html", context)


def _filtered(payments, wanted):
    if wanted["q"]:
        payments = payments.matching(wanted["q"])
    if wanted["state"]:
        payments = payments.filter(state=wanted["state"])
    if wanted["since"]:
        first = persian.start_of_day(wanted["since"])
        payments = payments.since(first)
    if wanted["until"]:
        after = persian.start_of_day(wanted["until"] + timedelta(days=1))
        payments = payments.until(after)
    return payments


def _sorting(text):
    """The column and direction that the address asks for, if there is such one."""
    key = text.removeprefix("-")
    return (key, text.startswith("-")) if key in COLUMNS else ("time", True)


def _column(name, key, descending):
    current = name == key
    direction = ("descending" if descending else "ascending") if current else "none"
    return {
        "key": name,
        "label": COLUMNS[name][0],
        "sort": direction,
        "next": name if direction == "descending" else f"-{name}",
    }
