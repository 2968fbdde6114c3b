"""Where a clerk cancels a debt, or what nobody has paid of a batch."""

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from debts import cancelling
from debts.admin.pages import found, page
from debts.forms import CancelForm
from debts.models import Batch, Debt
from payment_portal import persian


def urls(site):
    """Addresses of these pages below the batches' own."""
    pages = {
        "<int:pk>/cancel/": (cancel, "debts_cancel"),
        "debts/<int:pk>/cancel/": (cancel_one, "debts_cancel_one"),
    }
    return [
        path(address, site.admin_view(view), name=name)
        for address, (view, name) in pages.items()
    ]


def cancel(request, pk):
    batch = found(request, Batch, pk)
    free, form = batch.debts.untouched(), CancelForm(request.POST or None)
    if form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        done = cancelling.cancel(batch, reason, request.user, now=now)
        if done:
            told = {"debts": persian.rial(done)}
            messages.success(request, _("%(debts)s debts are cancelled.") % told)
        else:
            text = _("Something has changed meanwhile. Look at it once more.")
            messages.warning(request, text)
        return redirect("admin:debts_batch_change", batch.pk)
    return page(
        request,
        "admin/debts/cancel.html",
        _("Cancel debts"),
        batch=batch,
        form=form,
        free=free.count(),
        kept=batch.debts.exclude(pk__in=free.values("pk"))
        .exclude(state=Debt.State.SPLIT)
        .count(),
        total=free.aggregate(total=Sum("amount"))["total"] or 0,
    )


def cancel_one(request, pk):
    debt = found(request, Debt, pk)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        if cancelling.cancel_one(debt, reason, request.user, now=now):
            messages.success(request, _("The debt is cancelled."))
        else:
            text = _("This debt is paid, being paid or cancelled already.")
            messages.warning(request, text)
        return redirect("admin:debts_debt_change", pk)
    title = _("Cancel this debt")
    return page(request, "admin/debts/cancel_one.html", title, debt=debt, form=form)
