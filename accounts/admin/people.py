"""Where the staff find people, and superusers give them rights."""

from django.contrib import admin
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import security
from accounts.admin import lost_factor
from accounts.admin.groups import RoleField
from accounts.models import Authenticator, User
from accounts.security import Kind
from accounts.watching import Watched
from payment_portal import formats, persian
from payment_portal.admin_history import Remembered
from payment_portal.admin_jalali import JalaliAdmin, jalali
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.fields import CleanCharField, e164

FLAGS = ["is_active", "is_staff", "is_superuser"]
RIGHTS = {*FLAGS, "groups"}


@admin.register(User)
class UserAdmin(Watched, Remembered, FiltersOnly, JalaliAdmin):
    seen = Kind.USER_SEEN
    formfield_overrides = JalaliAdmin.formfield_overrides | {
        models.CharField: {"form_class": CleanCharField},
        # Django's widget for many has no Persian texts.
        models.ManyToManyField: {
            "widget": CheckboxSelectMultiple,
            "form_class": RoleField,
        },
    }
    list_display = ["full_name", "phone", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "groups"]
    search_fields = ["full_name", "email"]
    search_help_text = _("Name, email or the whole mobile in any spelling")
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    actions = ["end_sessions"]
    # What proves who somebody is, is changed by him alone.
    readonly_fields = [
        "phone",
        "email",
        jalali("email_confirmed_at", _("email confirmed at")),
        "terms_version",
        jalali("terms_accepted_at", _("terms accepted at")),
        jalali("created_at", _("created at")),
        jalali("last_login", _("last log-in")),
        "second_factor",
    ]
    fieldsets = [
        (None, {"fields": ["full_name", *readonly_fields[:3]]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Traces"), {"fields": readonly_fields[3:]}),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        # Whoever gives rights could give them to himself.
        return request.user.is_superuser

    def get_urls(self):
        return [*lost_factor.urls(self), *super().get_urls()]

    def find(self, request, queryset, term):
        if mobile := e164(term):
            return queryset.filter(mobile=mobile), False
        return super().find(request, queryset, persian.clean(term))

    def whose(self, user):
        return user, ""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if RIGHTS.isdisjoint(form.changed_data):
            return
        user, origin = form.instance, security.source(request)
        detail = _rights_of(user)
        now = timezone.now()
        security.record(Kind.RIGHTS_CHANGED, now, origin, about=user, detail=detail)
        if user != request.user:
            user.sessions.all().delete()

    @admin.action(description=_("Log out of all devices"), permissions=["change"])
    def end_sessions(self, request, queryset):
        origin, now = security.source(request), timezone.now()
        for user in queryset:
            ended = user.sessions.all().delete()[0]
            security.record(
                Kind.SESSIONS_ENDED, now, origin, about=user, detail=str(ended)
            )
        self.message_user(request, _("They are logged out of all devices."))

    @admin.display(description=_("second factor"))
    def second_factor(self, user):
        known = Authenticator.objects.filter(user=user).first()
        return formats.jalali_numeric(known.confirmed_at) if known else "-"

    @admin.display(description=_("mobile"), ordering="mobile")
    def phone(self, user):
        return persian.local_mobile(user.mobile)


def _rights_of(user):
    """What a user may do from now on, in one line."""
    flags = [name for name in FLAGS if getattr(user, name)]
    return ", ".join([*flags, *user.groups.values_list("name", flat=True)])
