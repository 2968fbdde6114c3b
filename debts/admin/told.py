"""What happened to a debt, as it stands below the debt itself."""

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from debts.history import in_words
from debts.models import DebtEvent, PayLink
from payment_portal import persian
from payment_portal.admin_read_only import ReadOnlyRows


class Told(ReadOnlyRows):
    """Rows that belong to a debt: who may see it sees them, and nobody changes them."""

    ordering = ["pk"]
    view_on_site = False
    extra = 0

    def has_view_permission(self, request, obj=None):
        return True


class DebtEventInline(Told):
    model = DebtEvent
    fields = readonly_fields = ["kind", "time", "who", "what"]
    verbose_name_plural = _("history")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor")

    @admin.display(description=_("time"))
    def time(self, event):
        return persian.jalali_numeric(event.at)

    @admin.display(description=_("by"))
    def who(self, event):
        return event.actor.full_name if event.actor else "-"

    @admin.display(description=_("what exactly"))
    def what(self, event):
        return format_html_join("", "<div>{}</div>", [[one] for one in in_words(event)])


class PayLinkInline(Told):
    model = PayLink
    fields = readonly_fields = ["who", "made", "expires", "revoked"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("created_by")

    @admin.display(description=_("made by"))
    def who(self, link):
        return link.created_by.full_name

    @admin.display(description=_("made at"))
    def made(self, link):
        return persian.jalali_numeric(link.created_at)

    @admin.display(description=_("expires at"))
    def expires(self, link):
        return persian.jalali_numeric(link.expires_at)

    @admin.display(description=_("revoked at"))
    def revoked(self, link):
        return persian.jalali_numeric(link.revoked_at) if link.revoked_at else "-"
