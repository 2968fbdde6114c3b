"""Where officers find the certificates of no debt of their units' students."""

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.security import Kind
from accounts.watching import Watched
from catalog.admin.own_units import OwnUnits
from debts.models import Certificate
from payment_portal import persian
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.admin_read_only import ReadOnly


@admin.register(Certificate)
class CertificateAdmin(Watched, OwnUnits, ReadOnly, FiltersOnly, admin.ModelAdmin):
    """Nobody takes one away: a new debt does so, and its payment undoes that."""

    seen = Kind.CERTIFICATE_SEEN
    list_display = [
        *("student_number", "full_name"),
        jalali("issued_at", _("issued at")),
        jalali("expires_at", _("expires at")),
        "badge",
    ]
    list_filter = []
    search_fields = ["student_number"]
    search_help_text = _("The whole student or national number, or the paper's key")
    ordering = ["-pk"]
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    fields = [
        *("badge", "student_number", "national_number", "full_name", "issued_to"),
        *list_display[2:4],
        "paper",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_debts()

    def find(self, request, queryset, term):
        number = persian.to_ascii_digits(term).strip()
        if not number:
            return queryset, False
        named = Q(student_number=number) | Q(national_number=number)
        key = number.rstrip("/").rpartition("/")[2]  # or the whole address of it
        return queryset.filter(named | Q(key=key)), False

    @admin.display(description=_("state"))
    def badge(self, certificate):
        if certificate.is_over(timezone.now()):
            kind, text = "pending", _("Expired")
        elif certificate.owes:
            kind, text = "failed", _("No longer holds: there is an open debt")
        else:
            kind, text = "paid", _("Holds")
        return format_html('<span class="badge {}">{}</span>', kind, text)

    @admin.display(description=_("what anybody sees who has the paper"))
    def paper(self, certificate):
        address = certificate.get_absolute_url()
        return format_html(
            '<a href="{0}"><bdi class="latin" dir="ltr">{0}</bdi></a>', address
        )
