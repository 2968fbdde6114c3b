"""The merchant accounts that money goes through."""

from django.contrib import admin

from payment_portal.admin_lookups import FiltersOnly
from payments.models import Payment, Terminal


@admin.register(Terminal)
class TerminalAdmin(FiltersOnly, admin.ModelAdmin):
    list_display = ["title", "psp", "merchant_number", "position", "is_open"]
    autocomplete_fields = ["subjects"]
    ordering = ["position", "pk"]

    def get_readonly_fields(self, request, obj=None):
        used = obj and Payment.objects.filter(terminal=obj).exists()
        return ["psp", "merchant_number"] if used else []

    def has_delete_permission(self, request, obj=None):
        return False
