"""Groups of staff, with their permissions in Persian."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import security
from payment_portal.fields import CleanCharField

ACTIONS = {
    "view": _("see"),
    "add": _("add"),
    "change": _("change"),
    "delete": _("delete"),
}
# Nobody needs permissions on what framework and log-in keep for themselves.
INTERNAL = ["admin", "axes", "contenttypes", "sessions"]
UNSEEN = ["limit", "mobilecode", "session", "signup"]


class PermissionField(forms.ModelMultipleChoiceField):
    """Permissions as boxes to tick; Django stores their names in English."""

    def label_from_instance(self, permission):
        kind = permission.content_type
        action = permission.codename.partition("_")[0]
        return f"{kind.name}: {ACTIONS.get(action, _(permission.name))}"


class GroupForm(forms.ModelForm):
    name = CleanCharField(label=_("Name"), max_length=150)
    permissions = PermissionField(
        Permission.objects.exclude(content_type__app_label__in=INTERNAL)
        .exclude(content_type__app_label="accounts", content_type__model__in=UNSEEN)
        .select_related("content_type")
        .order_by("content_type__app_label", "content_type__model", "codename"),
        label=_("Permissions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Group
        fields = ["name", "permissions"]


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin):
    form = GroupForm
    search_fields = ["name"]
    ordering = ["name"]
    actions = None  # a group is deleted by itself, with a line in the log

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.changed_data:
            rights = form.instance.permissions.values_list("codename", flat=True)
            self._note(request, f"{form.instance.name}: {', '.join(rights)}")

    def delete_model(self, request, group):
        super().delete_model(request, group)
        self._note(request, f"{group.name}: -")

    def _note(self, request, detail):
        origin, now = security.source(request), timezone.now()
        security.record(security.Kind.GROUP_CHANGED, now, origin, detail=detail)
