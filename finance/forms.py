from django import forms
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from finance.periods import Kind, period
from finance.reports import By, Report
from payment_portal import persian
from payment_portal.fields import JalaliDateField, RialField
from payments.states import State

MOST_DAYS = 400  # on one page
# What a page shows of which nothing was asked.
DEFAULTS = {"period": Kind.MONTH, "state": State.PAID, "by": By.UNIT}

OUTSIDE = _("This does not lie in the places given to you")
AMOUNTS = {"least": "amount__gte", "most": "amount__lte"}


def _groups(rows, group, label):
    """Options below the names of their groups."""
    options = {}
    for row in rows:
        options.setdefault(group(row), []).append((row.pk, label(row)))
    return list(options.items())


class FilterForm(forms.Form):
    """One period, and what of it; the same for the page and for every file."""

    period = forms.ChoiceField(label=_("Period"), choices=Kind.choices)
    day = JalaliDateField(
        label=_("Day in it, or from"),
        required=False,
        help_text=_("Empty means today."),
    )
    until = JalaliDateField(
        label=_("To"), required=False, help_text=_("Only with “From – to”.")
    )
    faculty = forms.TypedChoiceField(
        label=_("faculty or centre"), required=False, coerce=int
    )
    unit = forms.TypedChoiceField(label=_("unit"), required=False, coerce=int)
    subject = forms.TypedChoiceField(
        label=_("subject of payment"), required=False, coerce=int
    )
    terminal = forms.TypedChoiceField(label=_("terminal"), required=False, coerce=int)
    state = forms.ChoiceField(
        label=_("state"),
        required=False,
        choices=[("", _("All")), *State.choices],
    )
    least = RialField(label=_("Amount from (rial)"), required=False)
    most = RialField(label=_("Amount to (rial)"), required=False)
    by = forms.ChoiceField(label=_("Sums by"), choices=By.choices)

    def __init__(self, data, *, scope, today):
        super().__init__({**DEFAULTS, **data})
        self.scope, self.today = scope, today
        subjects, nothing = scope.subjects.values(), [("", _("All"))]
        faculties = {one.unit.faculty_id: one.unit.faculty for one in subjects}
        units = {one.unit_id: one.unit for one in subjects}.values()
        options = {
            "faculty": [(pk, str(one)) for pk, one in faculties.items()],
            "unit": _groups(
                units, lambda unit: unit.faculty.title, lambda unit: unit.title
            ),
            "subject": _groups(
                subjects, lambda one: str(one.unit), lambda one: one.title
            ),
            "terminal": scope.choices_of_terminals(),
        }
        for name, choices in options.items():
            self.fields[name].choices = nothing + choices
            self.fields[name].error_messages["invalid_choice"] = OUTSIDE

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        day, until = cleaned["day"] or self.today, cleaned["until"]
        if cleaned["period"] == Kind.BETWEEN and until and until < day:
            self.add_error("until", _("The last day must not be before the first"))
            return cleaned
        self.span = period(cleaned["period"], day, until)
        days = (self.span.end - self.span.first).days
        if cleaned["by"] == By.DAY and days > MOST_DAYS:
            self.add_error("by", _("Choose months for a period as long as this"))
        return cleaned

    def report(self):
        """The report that a valid form asks for."""
        asked, payments = self.cleaned_data, self.scope.payments()
        if asked["state"]:
            payments = payments.filter(state=asked["state"])
        if asked["terminal"]:
            payments = payments.filter(terminal=asked["terminal"])
        for name, condition in AMOUNTS.items():
            if asked[name]:
                payments = payments.filter(**{condition: asked[name]})
        if any(asked[place] for place in ("faculty", "unit", "subject")):
            payments = payments.filter(subject__in=self._subjects())
        return Report(self.span, payments, By(asked["by"]), self.scope)

    def _subjects(self):
        """Those that lie in every place that was chosen."""
        asked = self.cleaned_data
        return [
            pk
            for pk, one in self.scope.subjects.items()
            if asked["faculty"] in ("", one.unit.faculty_id)
            and asked["unit"] in ("", one.unit_id)
            and asked["subject"] in ("", pk)
        ]

    def told(self):
        """What was asked for, in words, for paper."""
        names = [name for name in self.fields if name not in ("day", "until")]
        return [
            (self.fields[name].label, self._label(name))
            for name in names
            if name == "state" or self.cleaned_data[name]
        ]

    def _label(self, name):
        if name == "period":
            return str(self.span)
        if name in AMOUNTS:
            return persian.rial(self.cleaned_data[name])
        labels = dict(flatten_choices(self.fields[name].choices))
        return labels[self.cleaned_data[name]]
