"""The merchant accounts that money goes through."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from payment_portal.admin_lookups import FiltersOnly
from payment_portal.fields import CleanCharField
from payments import gateways
from payments.models import Payment, Terminal

BUTTON = (
    '{} <button class="button switch" formmethod="post" formaction="{}">{}</button>'
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

    def clean(self):
        """An open terminal must be one that its driver can speak for."""
        cleaned = super().clean()
        names = ("psp", "alias", "merchant_number")
        facts = {
            name: cleaned.get(name, getattr(self.instance, name)) for name in names
        }
        if cleaned.get("is_open") and all(facts.values()):
            for problem in Terminal(**facts).problems():
                self.add_error(None, problem)
        return cleaned

    def save(self, commit=True):
        if self.instance.is_open:
            self.instance.fault = ""
        return super().save(commit)


@admin.register(Terminal)
class TerminalAdmin(FiltersOnly, admin.ModelAdmin):
    form = TerminalForm
    list_display = ["title", "psp", "merchant_number", "position", "fault", "switch"]
    autocomplete_fields = ["subjects", "units"]
    readonly_fields = ["fault"]
    ordering = ["position", "pk"]

    def get_readonly_fields(self, request, obj=None):
        used = obj and Payment.objects.filter(terminal=obj).exists()
        fixed = ["psp", "merchant_number"] if used else []
        return [*self.readonly_fields, *fixed]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("State"))
    def switch(self, terminal):
        """One button in the list's own form: it brings the list's CSRF token."""
        state, deed = _("open"), _("Close")
        if not terminal.is_open:
            state, deed = _("closed"), _("Open")
        address = reverse("admin:payments_terminal_switch", args=[terminal.pk])
        return format_html(BUTTON, state, address, deed)

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.switch_view))
        own = path("<int:pk>/switch/", view, name="payments_terminal_switch")
        return [own, *super().get_urls()]

    def switch_view(self, request, pk):
        """Open or close a terminal to payers; who did it is in its history."""
        if not request.user.has_perm("payments.open_terminal"):
            raise PermissionDenied
        terminal = get_object_or_404(Terminal, pk=pk)
        problems = [] if terminal.is_open else list(terminal.problems())
        for problem in problems:
            messages.error(request, problem)
        if problems:
            return redirect("admin:payments_terminal_changelist")
        if terminal.is_open:
            terminal.close_for("")
            said = gettext("Closed to payers.")
        else:
            terminal.open_again()
            said = gettext("Open to payers.")
        self.log_change(request, terminal, said)
        messages.success(request, f"{terminal}: {said}")
        return redirect("admin:payments_terminal_changelist")
