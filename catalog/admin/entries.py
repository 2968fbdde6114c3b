"""Where the staff keep the catalogue."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from catalog.admin.own_units import OwnFaculties, OwnUnits
from catalog.forms import EntryFormSet, PositionField, SubjectForm, UnitFormSet
from catalog.models import AmountRule, Faculty, Subject, Unit
from payment_portal import persian
from payment_portal.admin_history import Remembered
from payment_portal.admin_jalali import JalaliAdmin, jalali
from payment_portal.fields import CleanCharField, RialField

# A number box of the browser refuses Persian digits, so numbers are typed as text.
OVERRIDES = JalaliAdmin.formfield_overrides | {
    models.CharField: {"form_class": CleanCharField},
    models.PositiveIntegerField: {
        "form_class": PositionField,
        "widget": AdminTextInputWidget(attrs={"class": "position"}),
    },
    models.PositiveBigIntegerField: {
        "form_class": RialField,
        "widget": AdminTextInputWidget,
        "min_value": settings.MIN_AMOUNT,
        "max_value": settings.MAX_AMOUNT,
    },
}
STAYS = _("It has payments or debts, and therefore stays where it is.")
PLACE = (_("In the lists"), {"fields": ["position", "is_active"]})


class EntryAdmin(OwnUnits, Remembered, JalaliAdmin):
    """What the three levels of the catalogue have in common for the staff."""

    above = None  # the field that names where a row belongs
    formfield_overrides = OVERRIDES
    list_editable = ["position", "is_active"]
    search_fields = ["search_key"]
    search_help_text = _("Any spelling will do: Persian or Arabic letters and digits.")
    list_per_page = 50

    def get_changeform_initial_data(self, request):
        # What is new stands below what is there; the address of the form says nothing.
        lowest = self.model.objects.aggregate(lowest=Max("position"))["lowest"]
        return {"position": (lowest or 0) + 1}

    def get_search_results(self, request, queryset, search_term):
        return queryset.matching(search_term), False

    def get_changelist_formset(self, request, **kwargs):
        return super().get_changelist_formset(request, formset=EntryFormSet, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return [self.above] if self._stays(obj) else []

    def get_fieldsets(self, request, obj=None):
        (name, options), *rest = super().get_fieldsets(request, obj)
        if self._stays(obj):
            options = {**options, "description": STAYS}
        return [(name, options), *rest]

    def _stays(self, obj):
        """Who works where a row belongs sees its money: it is not led to others."""
        return obj and self.above and obj.is_used


class UnitInline(admin.TabularInline):
    model = Unit
    formset = UnitFormSet
    formfield_overrides = OVERRIDES
    fields = ["title", "position", "is_active"]
    ordering = ["position", "id"]
    extra = 1
    can_delete = False
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("faculty")


@admin.register(Faculty)
class FacultyAdmin(EntryAdmin):
    """Whoever is tied to a faculty sees it, and changes only what is below it."""

    list_display = ["title", "position", "is_active"]
    list_filter = ["is_active"]
    ordering = ["position", "id"]
    fieldsets = [(None, {"fields": ["title"]}), PLACE]
    inlines = [UnitInline]

    def has_add_permission(self, request):
        may = super().has_add_permission(request)
        return may and self.reach(request, "add").is_whole

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and self.reach(request, "change").is_whole


@admin.register(Unit)
class UnitAdmin(EntryAdmin):
    above = "faculty"
    list_display = ["title", "faculty", "position", "is_active"]
    list_filter = ["is_active", ("faculty", OwnFaculties)]
    list_select_related = ["faculty"]
    ordering = ["faculty__position", "faculty_id", "position", "id"]
    autocomplete_fields = ["faculty"]
    fieldsets = [(None, {"fields": ["faculty", "title"]}), PLACE]

    def get_queryset(self, request):
        # Its name, also in lists to choose from, names its faculty.
        return super().get_queryset(request).select_related("faculty")

    def get_readonly_fields(self, request, obj=None):
        """Whoever is tied to a unit alone moves it to no other faculty."""
        found = self.reach(request, "change")
        is_fixed = obj and not found.is_whole and obj.faculty_id not in found.faculties
        stays = super().get_readonly_fields(request, obj)
        return ["faculty"] if is_fixed else stays

    def has_add_permission(self, request):
        found = self.reach(request, "add")
        may = super().has_add_permission(request)
        return may and (found.is_whole or bool(found.faculties))


@admin.register(Subject)
class SubjectAdmin(EntryAdmin):
    above = "unit"
    form = SubjectForm
    list_display = [
        *("title", "place", "amount"),
        jalali("opens_at", _("opens at")),
        jalali("closes_at", _("closes at")),
        *("position", "is_active"),
    ]
    list_filter = ["is_active", "amount_rule", ("unit__faculty", OwnFaculties)]
    ordering = [
        "unit__faculty__position",
        "unit__position",
        "unit_id",
        "position",
        "id",
    ]
    autocomplete_fields = ["unit"]
    fieldsets = [
        (None, {"fields": ["unit", "title"]}),
        (
            _("Amount"),
            {
                "fields": ["amount_rule", "fixed_amount", "min_amount", "max_amount"],
                "description": _(
                    "Free needs no amount here, fixed one, between two bounds two."
                ),
            },
        ),
        (
            _("When it can be paid"),
            {
                "fields": ["opens_at", "closes_at"],
                "description": _("Empty means without a limit."),
            },
        ),
        PLACE,
        (_("Treasury"), {"fields": ["deposit_identifier"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit__faculty")

    @admin.display(description=_("unit"), ordering="unit__search_key")
    def place(self, subject):
        # Names of relations are never broken into lines, and these are long.
        return str(subject.unit)

    @admin.display(description=_("amount (rial)"), ordering="fixed_amount")
    def amount(self, subject):
        low, high = map(persian.rial, subject.limits)
        if subject.amount_rule == AmountRule.FREE:
            return _("free")
        if subject.amount_rule == AmountRule.FIXED:
            return low
        return _("from %(low)s to %(high)s") % {"low": low, "high": high}
