"""The merchant accounts that money goes through."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import security
from catalog.forms import PositionField
from payment_portal.admin_lookups import FiltersOnly
from payment_portal.fields import CleanCharField, RialField
from payments import gateways
from payments.admin.traces import latin
from payments.models import Payment, Terminal

OPEN = "payments.open_terminal"
BUTTON = (
    '{} <button class="button switch" formmethod="post" formaction="{}"'
    ' name="{}" value="{}">{}</button>'
)


class TerminalForm(forms.ModelForm):
    class Meta:
        model = Terminal
        fields = "__all__"  # noqa: DJ007  whatever the admin shows; rights decide
        field_classes = {"merchant_number": CleanCharField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "psp" in self.fields:
            psps = sorted(settings.GATEWAYS)
            choices = [(psp, gettext(gateways.traits(psp).title)) for psp in psps]
            self.fields["psp"] = forms.ChoiceField(
                label=self.fields["psp"].label, choices=choices
            )


@admin.register(Terminal)
class TerminalAdmin(FiltersOnly, admin.ModelAdmin):
    form = TerminalForm
    # A number box of the browser refuses Persian digits.
    formfield_overrides = {
        models.PositiveSmallIntegerField: {
            "form_class": PositionField,
            "widget": AdminTextInputWidget(attrs={"class": "position"}),
        },
        models.BigIntegerField: {
            "form_class": RialField,
            "widget": AdminTextInputWidget,
        },
    }
    list_display = ["title", "bank", "number", "position", "fault", "switch"]
    autocomplete_fields = ["subjects", "units"]
    ordering = ["position", "pk"]
    exclude = ["is_open"]  # the button alone opens one

    def get_queryset(self, request):
        # For the route of each row of the list.
        return super().get_queryset(request).prefetch_related("subjects", "units")

    def get_list_display(self, request):
        """Who opens none sees whether it is open, and no button."""
        shown = super().get_list_display(request)
        may = request.user.has_perm(OPEN)
        return shown if may else [*shown[:-1], "is_open"]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        used = Payment.objects.filter(terminal=obj).exists()
        # Its alias is where its secrets are found.
        fixed = ["bank", "number", "alias"] if used else []
        return ["is_open", "fault", "changed_by", *fixed]

    def get_exclude(self, request, obj=None):
        """What is shown in its own way is not shown as it is stored, too."""
        shown = {"bank", "number"}.intersection(self.get_readonly_fields(request, obj))
        return [*self.exclude, *(["psp", "merchant_number"] if shown else [])]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("payment service provider"), ordering="psp")
    def bank(self, terminal):
        return gettext(gateways.traits(terminal.psp).title)

    @admin.display(description=_("merchant number"), ordering="merchant_number")
    def number(self, terminal):
        number = terminal.merchant_number
        return number if number.isdigit() else latin(number)

    def save_model(self, request, obj, form, change):
        """What leads money elsewhere closes it."""
        if change:
            # Nothing else: its bank may have closed it in this moment.
            columns = {field.name for field in obj._meta.concrete_fields}
            obj.save(update_fields=columns.intersection(form.changed_data))
        else:
            obj.is_open = False
            obj.save()
        if not change or set(Terminal.ROUTE).intersection(form.changed_data):
            obj.was_led_elsewhere(request.user)
            told = gettext("It is closed now: a colleague looks at it and opens it.")
            messages.warning(request, told)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.changed_data:
            kind, names = security.Kind.TERMINAL_CHANGED, ", ".join(form.changed_data)
            self._note(request, kind, form.instance, names)

    def _note(self, request, kind, terminal, detail):
        origin, now = security.source(request), timezone.now()
        security.record(kind, now, origin, detail=f"{terminal.alias}: {detail}")

    @admin.display(description=_("State"))
    def switch(self, terminal):
        """One button in the list's own form: it brings the list's CSRF token."""
        address = reverse("admin:payments_terminal_switch", args=[terminal.pk])
        if terminal.is_open:
            return format_html(BUTTON, _("open"), address, "close", "", _("Close"))
        shown = terminal.route()
        return format_html(BUTTON, _("closed"), address, "open", shown, _("Open"))

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.switch_view))
        own = path("<int:pk>/switch/", view, name="payments_terminal_switch")
        return [own, *super().get_urls()]

    @transaction.atomic
    def switch_view(self, request, pk):
        """Open or close a terminal to payers; who did it is in its history."""
        if not request.user.has_perm(OPEN):
            raise PermissionDenied
        terminals = Terminal.objects.select_for_update()
        terminal = get_object_or_404(terminals, pk=pk)
        if "close" in request.POST:
            terminal.close_for("")
            kind, said = security.Kind.TERMINAL_CLOSED, gettext("Closed to payers.")
        elif problems := list(self._keeping_shut(request, terminal)):
            for problem in problems:
                messages.error(request, problem)
            return redirect("admin:payments_terminal_changelist")
        else:
            terminal.open_again()
            kind, said = security.Kind.TERMINAL_OPENED, gettext("Open to payers.")
        self.log_change(request, terminal, said)
        self._note(request, kind, terminal, terminal.psp)
        messages.success(request, f"{terminal}: {said}")
        return redirect("admin:payments_terminal_changelist")

    def _keeping_shut(self, request, terminal):
        """Why this officer does not open it now."""
        if request.POST.get("open") != terminal.route():
            yield gettext("It has changed meanwhile: look at it, then open it.")
        if terminal.changed_by.contains(request.user):
            yield gettext(
                "Whoever changed a terminal does not open it: a colleague does."
            )
        yield from terminal.problems()
