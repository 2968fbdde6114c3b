"""From an uploaded sheet to a stored batch: the clerk's pages."""

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import security
from catalog.models import Unit
from catalog.reach import within
from debts import importing, looking, reminders, sheets, storing, writing
from debts.admin import pages
from debts.forms import UploadForm
from debts.models import Batch, Upload
from debts.storing import RIGHT
from payment_portal import persian
from payment_portal.seats import Seats


def urls(site):
    """Addresses of these pages below the batches' own."""
    views = [
        ("upload/", upload, "debts_upload"),
        ("template.xlsx", template, "debts_template"),
        ("uploads/<uuid:key>/", dry_run, "debts_dry_run"),
        ("uploads/<uuid:key>/rejected.xlsx", rejected, "debts_rejected"),
        ("uploads/<uuid:key>/store/", store, "debts_store"),
        ("<int:pk>/reminders/", remind, "debts_remind"),
    ]
    return [
        path(address, site.admin_view(view), name=name) for address, view, name in views
    ]


# For sheets that are read before the answer; who finds no seat comes again.
_seats = Seats(1, patience=0.5)


def _units_of(request):
    return within(Unit.objects.all(), request.user, RIGHT)


def upload(request):
    pages.must(request)
    units = _units_of(request)
    form = UploadForm(request.POST or None, request.FILES or None, units=units)
    if form.is_valid():
        terms, sheet = form.save(commit=False), form.cleaned_data["sheet"]
        terms.created_by = request.user
        now = timezone.now()
        kept = importing.keep(terms, sheet.name, sheet.read(), now=now)
        return redirect("admin:debts_dry_run", key=kept.key)
    context = {"form": form, "columns": writing.notes()}
    return pages.page(request, "admin/debts/upload.html", _("Upload debts"), **context)


@require_safe
def template(request):
    pages.must(request)
    return _file(writing.template(), "debts-template.xlsx")


def _file(content, name):
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=writing.TYPE, headers=headers)


def _mine(request, key):
    """A sheet that this officer uploaded for a unit that is his still."""
    pages.must(request)
    units = _units_of(request)
    mine = Upload.objects.filter(created_by=request.user, subject__unit__in=units)
    found = mine.select_related("subject__unit__faculty").defer("content", "rejected")
    return get_object_or_404(found, key=key)


def _stored(request, key):
    """The batch that has become of a sheet which this officer uploaded."""
    mine = within(Batch.objects.filter(created_by=request.user), request.user, RIGHT)
    return mine.filter(upload_key=key).first()


@require_safe
def dry_run(request, key):
    pages.must(request)
    batch = _stored(request, key)
    if batch is not None:
        messages.success(request, _("The sheet is stored."))
        return redirect("admin:debts_batch_change", batch.pk)
    kept, title = _mine(request, key), _("What would be stored")
    if kept.look is None and not kept.is_long:
        with _seats.seat() as seated:
            if seated:
                looking.look_now(kept, timezone.now())
    look = kept.look
    if kept.promise or look is None:
        title = _("The sheet is being stored") if kept.promise else title
        return pages.page(request, "admin/debts/reading.html", title, upload=kept)
    name = "unreadable.html" if "refusal" in look else "dry_run.html"
    context = {"upload": kept, "look": look, "shown": looking.SHOWN}
    page = pages.page(request, f"admin/debts/{name}", title, **context)
    page.status_code = 422 if "refusal" in look else 200
    return page


@require_safe
def rejected(request, key):
    made = _mine(request, key).rejected
    if not made:
        return redirect("admin:debts_dry_run", key=key)
    origin, detail = security.source(request), f"debts-rejected.xlsx {key}"
    security.record(security.Kind.EXPORTED, timezone.now(), origin, detail=detail)
    return _file(bytes(made), "debts-rejected.xlsx")


@require_POST
def store(request, key):
    kept, promise = _mine(request, key), request.POST.get("promise", "")
    if not looking.is_shown(kept, promise):
        return _once_more(request, kept)
    if not kept.is_long:
        with _seats.seat() as seated:
            if seated:
                return _store(request, kept, promise)
    storing.ask(kept, promise)
    return redirect("admin:debts_dry_run", key=key)


def _store(request, kept, promise):
    now = timezone.now()
    try:
        batch, done = importing.store(kept, promise, request.user, now=now)
    except (importing.Outdated, sheets.Unreadable):
        return _once_more(request, kept)
    told = {name: persian.rial(done[name]) for name in ("stored", "changed")}
    text = _("%(stored)s debts are stored and %(changed)s changed.") % told
    messages.success(request, text)
    return redirect("admin:debts_batch_change", batch.pk)


def _once_more(request, kept):
    text = _("Something has changed meanwhile. Look at it once more.")
    messages.warning(request, text)
    if not Upload.objects.filter(pk=kept.pk).exists():
        return redirect("admin:debts_batch_changelist")
    looking.look_again(kept)
    return redirect("admin:debts_dry_run", key=kept.key)


@require_POST
def remind(request, pk):
    """Switch the reminders of a batch on or off."""
    batch = pages.found(request, Batch, pk)
    on = bool(request.POST.get("on"))
    reminders.switch(batch, on, now=timezone.now())
    text = _("Reminders are on.") if on else _("Reminders are off.")
    admin.site.get_model_admin(Batch).log_change(request, batch, text)
    messages.success(request, text)
    return redirect("admin:debts_batch_change", batch.pk)
