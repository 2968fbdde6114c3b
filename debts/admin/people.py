"""For which units an officer works, and which users are which students."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import security
from debts.models import Duty, Identity
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly


@admin.register(Duty)
class DutyAdmin(FiltersOnly, admin.ModelAdmin):
    list_display = ["user", "faculty", "unit"]
    list_select_related = ["user", "faculty", "unit__faculty"]
    list_filter = []
    autocomplete_fields = ["user", "faculty", "unit"]
    ordering = ["user__full_name", "pk"]
    actions = None  # a duty ends by itself, with a line in the log

    def save_model(self, request, duty, form, change):
        super().save_model(request, duty, form, change)
        self._note(request, duty, f"+ {duty}")

    def delete_model(self, request, duty):
        super().delete_model(request, duty)
        self._note(request, duty, f"- {duty}")

    def _note(self, request, duty, detail):
        origin, now = security.source(request), timezone.now()
        kind = security.Kind.RIGHTS_CHANGED
        security.record(kind, now, origin, about=duty.user, detail=detail)


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
