"""Where a debt, or what is left of a batch, is divided into instalments."""

import re

from django.contrib import messages
from django.db.models import Min
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from debts import splitting
from debts.admin.pages import found, page
from debts.models import Batch, Debt
from debts.splitting_form import FEWEST, MOST, SplitForm
from payment_portal import persian


def urls_of_batches(site):
    view = site.admin_view(split_batch)
    return [path("<int:pk>/split/", view, name="debts_split_batch")]


def urls_of_debts(site):
    pages = {"split": (split_debt, "debts_split"), "whole": (undo, "debts_undo_split")}
    return [
        path(f"<int:pk>/{address}/", site.admin_view(view), name=name)
        for address, (view, name) in pages.items()
    ]


def split_batch(request, pk):
    batch = found(request, Batch, pk)
    back = reverse("admin:debts_batch_change", args=[pk])
    return _split(request, batch, batch.debts.all(), back)


def split_debt(request, pk):
    debt = found(request, Debt, pk)
    back = reverse("admin:debts_debt_change", args=[pk])
    return _split(request, debt, Debt.objects.filter(pk=pk), back)


@require_POST
def undo(request, pk):
    try:
        splitting.undo(found(request, Debt, pk), request.user, now=timezone.now())
    except splitting.Outdated:
        text = _("An instalment is paid, being paid or cancelled; nothing was done.")
        messages.warning(request, text)
    else:
        messages.success(request, _("The instalments are cancelled; one debt again."))
    return redirect("admin:debts_debt_change", pk)


def _split(request, row, debts, back):
    free, now = debts.divisible(), timezone.now()
    first = free.aggregate(day=Min("due_on"))["day"]
    today = timezone.localdate(now)
    count = _count(request)
    form = SplitForm(
        request.POST or None, count=count, first_day=max(first or today, today)
    )
    outcome = None
    if form.is_valid():
        outcome = splitting.look(debts, form.plan)
        promise = request.POST.get("promise")
        if promise == outcome.promise and outcome.fit:
            return _done(request, debts, form.plan, promise, back)
    return page(
        request,
        "admin/debts/split.html",
        _("Divide into instalments"),
        **{"row": row, "back": back, "form": form, "outcome": outcome},
        **{"count": count, "counts": range(FEWEST, MOST + 1)},
        divisible=first is not None,
    )


def _count(request):
    asked = request.GET.get("count", "")
    number = int(asked) if re.fullmatch(r"\d{1,2}", asked) else FEWEST
    return min(max(number, FEWEST), MOST)


def _done(request, debts, plan, promise, back):
    try:
        done = splitting.split(debts, plan, promise, request.user, now=timezone.now())
    except splitting.Outdated:
        text = _("Something has changed meanwhile. Look at it once more.")
        messages.warning(request, text)
        return redirect(request.get_full_path())
    told = {"debts": persian.rial(done), "count": persian.rial(len(plan.days))}
    text = _("%(debts)s debts are divided into %(count)s instalments each.")
    messages.success(request, text % told)
    return redirect(back)
