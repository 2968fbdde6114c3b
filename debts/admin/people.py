"""Which users are which students."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from debts.models import Identity
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly


@admin.register(Identity)
class IdentityAdmin(FiltersOnly, admin.ModelAdmin):
    """An identity is proved, not given; one proved by mistake can be taken away."""

    list_display = fields = [
        *("user", "student_number", "national_number", "proof"),
        jalali("proved_at", _("proved at")),
    ]
    readonly_fields = ["user", "student_number", "national_number", "proof"]
    list_select_related = ["user"]
    list_filter = []
    search_fields = ["student_number", "national_number"]
    ordering = ["-pk"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
