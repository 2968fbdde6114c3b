"""Where officers find any debt of their units, and what happened to it."""

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.security import Kind
from accounts.watching import Watched
from debts.admin.own_units import OwnUnits, named
from debts.history import in_words
from debts.models import Debt, DebtEvent, PayLink
from payment_portal import persian
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly

BADGES = {Debt.State.PAID: "paid", Debt.State.CANCELLED: "failed"}


def day(field, label):
    """A column with a day as ۱۴۰۵/۰۹/۰۱."""

    @admin.display(description=label, ordering=field)
    def column(row):
        return persian.jalali_day(getattr(row, field))

    column.__name__ = f"jalali_{field}"
    return column


class Told(admin.TabularInline):
    """Rows that belong to a debt: who may see it sees them, and nobody changes them."""

    ordering = ["pk"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


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


@admin.register(Debt)
class DebtAdmin(Watched, OwnUnits, FiltersOnly, admin.ModelAdmin):
    seen = Kind.DEBT_SEEN
    list_display = [
        *("title", "student_number", "full_name", "unit", "rials", "paid"),
        day("due_on", _("due date")),
        "badge",
    ]
    list_filter = ["state", "unit__faculty"]
    list_select_related = ["unit__faculty"]
    search_fields = ["search_key"]
    search_help_text = _("Student or national number, name, mobile, text or amount")
    ordering = ["-pk"]
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # the student's page is for the student
    inlines = [DebtEventInline, PayLinkInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("title", "badge", "rials", "paid", "part"),
                    day("due_on", _("due date")),
                    "reminder",
                ]
            },
        ),
        (
            _("Student"),
            {"fields": ["student_number", "national_number", "full_name", "phone"]},
        ),
        (
            _("What for"),
            {
                "fields": [
                    named("unit", _("unit")),
                    named("subject", _("payment subject")),
                    "batch",
                    jalali("created_at", _("stored at")),
                ]
            },
        ),
    ]

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "batch" or super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        self.searched(request, search_term)
        return queryset.matching(search_term), False

    @admin.display(description=_("amount (rial)"), ordering="amount")
    def rials(self, debt):
        return format_html('<span class="num">{}</span>', persian.rial(debt.amount))

    @admin.display(description=_("paid (rial)"), ordering="paid_amount")
    def paid(self, debt):
        rials = persian.rial(debt.paid_amount)
        return format_html('<span class="num">{}</span>', rials)

    @admin.display(description=_("smallest part (rial)"))
    def part(self, debt):
        if debt.least_part is None:
            return _("paid whole")
        return persian.rial(debt.least_part)

    @admin.display(description=_("next reminder"))
    def reminder(self, debt):
        is_due = debt.state == Debt.State.OPEN and debt.remind_on
        return persian.jalali_day(debt.remind_on) if is_due else "-"

    @admin.display(description=_("mobile"))
    def phone(self, debt):
        number = persian.local_mobile(debt.mobile)
        return format_html('<bdi dir="ltr">{}</bdi>', number or "-")

    @admin.display(description=_("state"), ordering="state")
    def badge(self, debt):
        kind, text = BADGES.get(debt.state, "pending"), debt.get_state_display()
        if debt.in_payment:
            text = _("Being paid")
        elif debt.is_overdue(timezone.localdate()):
            kind, text = "failed", _("Overdue")
        return format_html('<span class="badge {}">{}</span>', kind, text)
