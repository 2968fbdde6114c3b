"""The security log, for superusers and auditors: looked at, never touched."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import SecurityEvent
from payment_portal.admin_jalali import JalaliMonthFilter, jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.admin_read_only import ReadOnly
from payment_portal.fields import e164


@admin.register(SecurityEvent)
class SecurityEventAdmin(ReadOnly, FiltersOnly, admin.ModelAdmin):
    list_display = [
        "kind",
        jalali("at", _("time")),
        "by",
        "whom",
        "network",
        "exactly",
    ]
    list_filter = ["kind", ("at", JalaliMonthFilter)]
    list_select_related = ["actor", "about"]
    search_fields = ["detail"]
    search_help_text = _(
        "The whole mobile in any spelling, a network address, or an order number"
    )
    ordering = ["-at", "-pk"]
    list_per_page = 50
    show_full_result_count = False
    fields = [*list_display, jalali("keep_until", _("kept until"))]

    def get_search_results(self, request, queryset, search_term):
        if mobile := e164(search_term):
            known = Q(about__mobile=mobile) | Q(actor__mobile=mobile)
            return queryset.filter(known), False
        if _is_address(search_term.strip()):
            return queryset.filter(address=search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("by"))
    def by(self, event):
        return event.actor.full_name if event.actor else "-"

    @admin.display(description=_("whose account"))
    def whom(self, event):
        return event.about.full_name if event.about else "-"

    @admin.display(description=_("network address"))
    def network(self, event):
        return format_html('<bdi class="latin" dir="ltr">{}</bdi>', event.address)

    @admin.display(description=_("what exactly"))
    def exactly(self, event):
        return format_html('<bdi class="latin">{}</bdi>', event.detail or "-")


def _is_address(text):
    try:
        validate_ipv46_address(text)
    except ValidationError:
        return False
    return True
