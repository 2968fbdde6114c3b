"""Officers see what belongs to their units, and change nothing by hand."""

from django.contrib import admin

from debts.models import Duty


def named(field, label):
    """A related row by its name, without a link to a page that is not the officer's."""

    @admin.display(description=label, ordering=field)
    def column(row):
        return str(getattr(row, field) or "-")

    column.__name__ = f"named_{field}"
    return column


class OwnUnits:
    """Rows of foreign units are not there, for whoever asks."""

    def get_queryset(self, request):
        units = Duty.objects.units_of(request.user)
        return super().get_queryset(request).in_units(units)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
