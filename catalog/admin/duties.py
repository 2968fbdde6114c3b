"""For which faculties and units staff work: given by superusers alone."""

import re

from django.contrib import admin
from django.utils import timezone

from accounts import security
from catalog.models import Duty
from payment_portal.admin_history import Remembered
from payment_portal.admin_lookups import FiltersOnly


@admin.register(Duty)
class DutyAdmin(Remembered, FiltersOnly, admin.ModelAdmin):
    list_display = ["user", "faculty", "unit"]
    list_select_related = ["user", "faculty", "unit__faculty"]
    list_filter = []
    autocomplete_fields = ["user", "faculty", "unit"]
    ordering = ["user__full_name", "pk"]
    actions = None  # a duty ends by itself, with a line in the log

    def get_changeform_initial_data(self, request):
        """The page of a user leads here with his number."""
        number = request.GET.get("user", "")
        return {"user": number} if re.fullmatch("[0-9]{1,15}", number) else {}

    def has_add_permission(self, request):
        # Whoever gives rights could give them to himself.
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return False  # one ends, another begins

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

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
