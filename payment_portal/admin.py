"""Where staff say whose portal it is, and what it announces."""

from django.contrib import admin
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from payment_portal import institution
from payment_portal.admin_jalali import JalaliAdmin, jalali
from payment_portal.fields import CleanCharField
from payment_portal.forms import InstitutionForm
from payment_portal.models import THE_ONE, Institution, Notice


class Announced(JalaliAdmin):
    """What is saved stands on the pages at once, in other processes in a minute."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        institution.forget()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        institution.forget()


@admin.register(Institution)
class InstitutionAdmin(Announced):
    form = InstitutionForm
    readonly_fields = ["terms_version", "present_logo"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("name", "name_en", "system_name", "system_name_en"),
                    *("telephone", "hours", "hours_en"),
                ],
                "description": _(
                    "What is left empty is as the portal was set up with. "
                    "Changes reach every page within a minute."
                ),
            },
        ),
        (_("Looks"), {"fields": ["brand", "new_logo", "present_logo"]}),
        (_("Log-in page"), {"fields": ["welcome", "welcome_en"]}),
        (
            _("Terms of use"),
            {
                "fields": ["terms", "terms_en", "terms_version"],
                "description": _(
                    "Empty: the portal's own terms. Who signs up accepts the "
                    "version of that moment."
                ),
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_object(self, request, object_id, from_field=None):
        Institution.objects.get_or_create(pk=THE_ONE)
        return super().get_object(request, object_id, from_field)

    def changelist_view(self, request, extra_context=None):
        """There is one, so its list leads to it."""
        page = f"admin:{Institution._meta.label_lower.replace('.', '_')}_change"
        return redirect(reverse(page, args=[THE_ONE]))

    @admin.display(description=_("present logo"))
    def present_logo(self, ours):
        if not ours.logo:
            return "-"
        address = institution.context()["logo"]
        return format_html('<img src="{}" alt="" width="88">', address)


@admin.register(Notice)
class NoticeAdmin(Announced):
    formfield_overrides = JalaliAdmin.formfield_overrides | {
        models.CharField: {"form_class": CleanCharField},
    }
    list_display = [
        "text",
        jalali("starts_at", _("Shown from")),
        jalali("ends_at", _("Shown until")),
        "stands_now",
    ]
    fieldsets = [
        (None, {"fields": ["text", "text_en"]}),
        (
            None,
            {
                "fields": ["starts_at", "ends_at"],
                "description": _(
                    "Day and time of the Jalali calendar, like 1405/09/01 14:30."
                ),
            },
        ),
    ]
    ordering = ["-ends_at", "-pk"]
    actions = None
    list_per_page = 50

    @admin.display(description=_("on the pages now"), boolean=True)
    def stands_now(self, notice):
        return notice.stands(timezone.now())
