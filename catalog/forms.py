"""What the clerk types about a subject, and about the units of a faculty."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.models import AmountRule
from payment_portal import persian
from payment_portal.fields.text import LeftToRight

AMOUNTS = {
    AmountRule.FREE: [],
    AmountRule.BOUNDED: ["min_amount", "max_amount"],
    AmountRule.FIXED: ["fixed_amount"],
}


class PositionField(LeftToRight, forms.IntegerField):
    """A place in a list, in Persian digits."""

    attrs = {"inputmode": "numeric"}

    def prepare_value(self, value):
        return persian.to_persian_digits(value) if isinstance(value, int) else value


class SubjectForm(forms.ModelForm):
    def clean_deposit_identifier(self):
        typed = persian.to_ascii_digits(self.cleaned_data["deposit_identifier"])
        return "".join(typed.split())

    def clean(self):
        super().clean()
        needed = AMOUNTS.get(self.cleaned_data.get("amount_rule"))
        if needed is None:
            return
        for field in ("fixed_amount", "min_amount", "max_amount"):
            given = self.cleaned_data.get(field) is not None
            if field in needed and not given and field not in self.errors:
                self.add_error(field, _("This rule needs this amount"))
            elif field not in needed and given:
                self.add_error(
                    field, _("This rule has no such amount; leave the box empty")
                )


class InColumns:
    """Fields in a table: the head of the column names them to the eye alone."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label:
                field.widget.attrs["aria-label"] = field.label


class EntryFormSet(InColumns, forms.BaseModelFormSet):
    """Entries of the catalogue, changed in their list."""


class UnitFormSet(InColumns, forms.BaseInlineFormSet):
    """Units typed on the page of their faculty."""

    def clean(self):
        # The database knows nothing yet of twins that come together.
        super().clean()
        keys = set()
        for form in self.forms:
            key = persian.search_key(form.cleaned_data.get("title", ""))
            if key and key in keys:
                raise ValidationError(_("Two units have the same title"))
            keys.add(key)
