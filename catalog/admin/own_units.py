"""Staff see and change what belongs to their units; what does not is not there."""

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.http import Http404

from catalog.models import Faculty
from catalog.reach import reach, within


def named(field, label):
    """A related row by its name, without a link to a page that is not the officer's."""

    @admin.display(description=label, ordering=field)
    def column(row):
        return str(getattr(row, field) or "-")

    column.__name__ = f"named_{field}"
    return column


class OwnUnits:
    """For an admin of rows that belong to units."""

    def right(self, action):
        codename = get_permission_codename(action, self.opts)
        return f"{self.opts.app_label}.{codename}"

    def reach(self, request, action):
        return reach(request.user, self.right(action))

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return within(rows, request.user, self.right("view"))

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None and not self.has_view_permission(request):
            raise PermissionDenied
        if found is None:
            raise Http404
        return found

    def get_field_queryset(self, db, db_field, request):
        """Nobody points at rows that he does not see."""
        model = db_field.remote_field.model
        if self.admin_site.is_registered(model):
            related = self.admin_site.get_model_admin(model)
            if isinstance(related, OwnUnits):
                return related.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)

    def has_add_permission(self, request):
        may = super().has_add_permission(request)
        return may and bool(self.reach(request, "add"))

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and self._holds(request, obj, "change")

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and self._holds(request, obj, "delete")

    def save_model(self, request, obj, form, change):
        """The last door, also for what is changed in a list or moved elsewhere."""
        if not self._holds(request, obj, "change" if change else "add"):
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def _holds(self, request, obj, action):
        return obj is None or self.reach(request, action).holds(obj)


class OwnFaculties(admin.RelatedFieldListFilter):
    """The faculties, as far as somebody sees rows of theirs."""

    def field_choices(self, field, request, model_admin):
        found = model_admin.reach(request, "view")
        faculties = Faculty.objects.in_order()
        if not found.is_whole:
            faculties = faculties.filter(units__in=found.units).distinct()
        return [(one.pk, str(one)) for one in faculties]
