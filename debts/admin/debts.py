"""Where officers find any debt of their units, and what happened to it."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.security import Kind
from accounts.watching import Watched
from catalog.admin.own_units import OwnFaculties, OwnUnits, named
from debts.admin import links, splitting
from debts.admin.told import DebtEventInline, PayLinkInline
from debts.history import in_words
from debts.models import Debt, PayLink
from debts.storing import RIGHT
from payment_portal import persian
from payment_portal.admin_history import Line, Remembered
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.admin_read_only import ReadOnly

BADGES = {Debt.State.PAID: "paid", Debt.State.CANCELLED: "failed"}


def day(field, label):
    """A column with a day as ۱۴۰۵/۰۹/۰۱."""

    @admin.display(description=label, ordering=field)
    def column(row):
        return persian.jalali_day(getattr(row, field))

    column.__name__ = f"jalali_{field}"
    return column


class LivingLink(admin.SimpleListFilter):
    title = _("pay link")
    parameter_name = "link"

    def lookups(self, request, model_admin):
        return [("live", _("Living links"))]

    def queryset(self, request, queryset):
        if self.value() != "live":
            return queryset
        live = PayLink.objects.live(timezone.now())
        return queryset.filter(pk__in=live.values("debt"))


@admin.register(Debt)
class DebtAdmin(Watched, OwnUnits, Remembered, ReadOnly, FiltersOnly, admin.ModelAdmin):
    seen = Kind.DEBT_SEEN
    list_display = [
        *("told", "student_number", "full_name", "rials", "badge"),
        day("due_on", _("due date")),
        "where",
    ]
    list_filter = ["state", LivingLink, ("unit__faculty", OwnFaculties)]
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
                    *("told", "badge", "amount_owed", "paid", "part"),
                    day("due_on", _("due date")),
                    *("reminder", "divided"),
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
        ours = {"batch", LivingLink.parameter_name}
        return lookup in ours or super().lookup_allowed(lookup, value, request)

    def find(self, request, queryset, term):
        return queryset.matching(term), False

    def history_lines(self, debt):
        """Its events: written in bulk with the changes, and never changed."""
        return [
            Line(
                event.at,
                event.actor.full_name if event.actor else "-",
                event.get_kind_display(),
                in_words(event),
            )
            for event in debt.events.select_related("actor")
        ]

    def get_urls(self):
        site = self.admin_site
        pages = [*links.urls(site), *splitting.urls_of_debts(site)]
        return [*pages, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        may = request.user.has_perm(RIGHT)
        debt = self.get_object(request, object_id) if may else None
        extra = {
            "can_link": debt is not None and debt.state == Debt.State.OPEN,
            "can_split": debt is not None
            and Debt.objects.divisible().filter(pk=debt.pk).exists(),
            "can_undo": debt is not None and debt.state == Debt.State.SPLIT,
            "can_cancel": debt is not None
            and Debt.objects.untouched().filter(pk=debt.pk).exists(),
        }
        return super().change_view(request, object_id, form_url, extra)

    @admin.display(description=_("what for"), ordering="title")
    def told(self, debt):
        return debt.name

    @admin.display(description=_("instalments"))
    def divided(self, debt):
        """The debts that stand beside it, or in its place."""
        parts = debt.instalments.exclude(state=Debt.State.CANCELLED).order_by("pk")
        others = [debt.whole] if debt.whole else parts
        rows = [
            (reverse("admin:debts_debt_change", args=[one.pk]), self._line(one))
            for one in others
        ]
        return format_html_join("", '<div><a href="{}">{}</a></div>', rows) or "-"

    def _line(self, debt):
        told = {
            "rials": persian.rial(debt.amount),
            "day": persian.jalali_day(debt.due_on),
        }
        return f"{debt.name}: " + _("%(rials)s rials until %(day)s") % told

    @admin.display(description=_("unit"), ordering="unit")
    def where(self, debt):
        return debt.unit.title

    @admin.display(description=_("amount (rial)"), ordering="amount")
    def rials(self, debt):
        amount = self.amount_owed(debt)
        if not 0 < debt.paid_amount < debt.amount:
            return amount
        paid = _("%(rials)s paid") % {"rials": persian.rial(debt.paid_amount)}
        return format_html('{}<br><small class="quiet">{}</small>', amount, paid)

    @admin.display(description=_("amount (rial)"))
    def amount_owed(self, debt):
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
