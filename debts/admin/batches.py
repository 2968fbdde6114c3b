"""The batches of an officer's units, and the ways to new ones."""

from django.contrib import admin
from django.db.models import Count, Sum
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.security import Kind
from accounts.watching import Watched
from catalog.admin.own_units import OwnUnits, named
from debts.admin import cancelling, importing, splitting
from debts.models import Batch, Debt, DebtEvent
from debts.storing import RIGHT
from payment_portal import persian
from payment_portal.admin_history import Line, Remembered, lines_logged
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.admin_read_only import ReadOnly


@admin.register(Batch)
class BatchAdmin(
    Watched, OwnUnits, Remembered, ReadOnly, FiltersOnly, admin.ModelAdmin
):
    seen = Kind.BATCH_SEEN
    list_display = [
        *("title", "subject", "created_by"),  # a subject names its unit
        jalali("created_at", _("uploaded at")),
        jalali("cancelled_at", _("cancelled at")),
    ]
    list_filter = []
    list_select_related = ["unit__faculty", "subject__unit__faculty", "created_by"]
    ordering = ["-pk"]
    list_per_page = 50
    view_on_site = False
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    named("unit", _("unit")),
                    named("subject", _("payment subject")),
                    *("part", "reminds", "file_name"),
                    named("created_by", _("uploaded by")),
                    jalali("created_at", _("uploaded at")),
                    "sums",
                ]
            },
        ),
        (
            _("Cancellation"),
            {
                "fields": [
                    jalali("cancelled_at", _("cancelled at")),
                    named("cancelled_by", _("cancelled by")),
                    "cancel_reason",
                ]
            },
        ),
    ]

    def history_lines(self, batch):
        """What happened to all of its debts together; the rest each debt tells."""
        by, stored = batch.created_by.full_name, batch.debts.filter(whole=None)
        told = _("%(debts)s debts") % {"debts": persian.rial(stored.count())}
        lines = [Line(batch.created_at, by, DebtEvent.Kind.STORED.label, [told])]
        if batch.cancelled_at:
            by, what = batch.cancelled_by.full_name, DebtEvent.Kind.CANCELLED.label
            lines += [Line(batch.cancelled_at, by, what, [batch.cancel_reason])]
        return [*lines, *lines_logged(batch)]

    def get_urls(self):
        site = self.admin_site
        pages = [
            *importing.urls(site),
            *cancelling.urls(site),
            *splitting.urls_of_batches(site),
        ]
        return [*pages, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        may = request.user.has_perm(RIGHT)
        batch = self.get_object(request, object_id) if may else None
        extra = {
            "may_import": batch is not None,
            "can_cancel": batch is not None and batch.debts.untouched().exists(),
            "can_split": batch is not None and batch.debts.divisible().exists(),
        }
        return super().change_view(request, object_id, form_url, extra)

    @admin.display(description=_("smallest part (rial)"))
    def part(self, batch):
        if batch.least_part is None:
            return _("paid whole")
        return persian.rial(batch.least_part)

    @admin.display(description=_("debts"))
    def sums(self, batch):
        found = batch.debts.values("state").order_by("state")
        rows = found.annotate(debts=Count("pk"), rials=Sum("amount"))
        lines = [
            _("%(state)s: %(debts)s, %(rials)s rials in all")
            % {
                "state": Debt.State(row["state"]).label,
                "debts": persian.to_persian_digits(row["debts"]),
                "rials": persian.rial(row["rials"]),
            }
            for row in rows
        ]
        return format_html("{}", "؛ ".join(lines) or "-")
