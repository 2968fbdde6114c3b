"""Receipts in one file: asked for here, and fetched by whoever asked."""

from django.contrib import admin, messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from finance import bundles
from finance.admin.asking import back, form_of, must, write_down, wrong
from finance.models import Bundle
from finance.reports import EXPORT, ORDER


def urls(site):
    """Addresses of these pages below the reports' own."""
    pages = [
        ("receipts/", ask, "finance_receipts"),
        ("receipts/<uuid:key>/", progress, "finance_progress"),
        ("receipts/<uuid:key>/receipts.zip", fetch, "finance_receipts_zip"),
    ]
    return [
        path(address, site.admin_view(view), name=name) for address, view, name in pages
    ]


def bundles_of(request):
    """What this officer asked for and may still fetch."""
    must(request, EXPORT)
    return Bundle.objects.of(request.user).filter(keep_until__gt=timezone.now())


@require_POST
def ask(request):
    form = form_of(request, ORDER)
    if not form.is_valid():
        return wrong(request, form)
    try:
        bundle = bundles.ask(form.report(), request.user, timezone.now())
    except bundles.Refused as refusal:
        messages.error(request, str(refusal))
        return back(request)
    write_down(request, f"receipts.zip {request.GET.urlencode()}")
    return redirect("admin:finance_progress", key=bundle.key)


@require_safe
def progress(request, key):
    bundle = get_object_or_404(bundles_of(request), key=key)
    common = admin.site.each_context(request)
    context = {**common, "title": _("Receipts"), "bundle": bundle}
    return render(request, "admin/finance/bundle.html", context)


@require_safe
def fetch(request, key):
    ready = bundles_of(request).filter(state=Bundle.State.READY)
    bundle = get_object_or_404(ready, key=key)
    if not bundles.is_still_his(bundle):
        raise Http404
    write_down(request, f"receipts.zip {bundle.key}")
    name = f"receipts-{timezone.localdate(bundle.asked_at)}.zip"
    answer = FileResponse(bundle.path.open("rb"), as_attachment=True, filename=name)
    # Receipts are compressed: nothing is won by doing it once more on the way.
    answer["Content-Encoding"] = "identity"
    return answer
