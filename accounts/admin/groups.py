"""Groups of staff, with their permissions in Persian."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import security
from accounts.roles import EXPLAINED
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


class RoleField(forms.ModelMultipleChoiceField):
    """Roles to tick, each with what it is for."""

    def label_from_instance(self, group):
        both = '{}<br><small class="quiet">{}</small>'
        return format_html(both, group.name, EXPLAINED.get(group.name, ""))


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
    list_display = ["name", "what_for"]
    fields = ["name", "what_for", "permissions"]
    search_fields = ["name"]
    ordering = ["name"]
    actions = None  # a group is deleted by itself, with a line in the log

    def get_readonly_fields(self, request, obj=None):
        # The roles that come with the portal keep their names: code knows them.
        return ["what_for", *(["name"] if obj and obj.name in EXPLAINED else [])]

    def has_add_permission(self, request):
        # Whoever gives rights could give them to himself.
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and (obj is None or obj.name not in EXPLAINED)

    @admin.display(description=_("what it is for"))
    def what_for(self, group):
        return EXPLAINED.get(group.name, "-")

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
