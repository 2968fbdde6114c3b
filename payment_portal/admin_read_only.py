"""Rows that the staff's pages show and never touch."""

from django.contrib import admin


class ReadOnly:
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyRows(ReadOnly, admin.TabularInline):
    """Rows of another model below their own page's."""

    template = "admin/includes/rows_told.html"
