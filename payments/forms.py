from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import AmountRule, Subject
from payment_portal import formats
from payment_portal.fields import (
    LARGEST_KEY,
    CleanCharField,
    JalaliDateField,
    RialField,
)
from payments import numbers
from payments.checkout import Draft
from payments.states import State


def chosen(message):
    """A select of the payment form: the key of a row."""
    errors = {"required": message, "invalid": message}
    return forms.IntegerField(
        min_value=1,
        max_value=LARGEST_KEY,
        error_messages=errors | {"min_value": message, "max_value": message},
    )


class PaymentForm(forms.Form):
    """What to pay for and how much; faculty and unit only lead to the subject."""

    faculty = chosen(_("Choose the faculty or centre"))
    unit = chosen(_("Choose the unit"))
    subject = chosen(_("Choose the subject of payment"))
    amount = RialField(required=False)
    submission_key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args, payer, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.payer, self.now = payer, now

    def clean_subject(self):
        found = Subject.objects.select_related("unit__faculty")
        subject = found.filter(pk=self.cleaned_data["subject"]).first()
        if subject is None or not subject.is_open(self.now):
            raise forms.ValidationError(
                _("This subject cannot be paid for at present. Choose another one.")
            )
        return subject

    def clean(self):
        subject, amount = map(self.cleaned_data.get, ("subject", "amount"))
        if "amount" in self.errors:
            return
        if amount is None and subject and subject.amount_rule == AmountRule.FIXED:
            self.cleaned_data["amount"] = amount = subject.fixed_amount
        try:
            if amount is None:
                raise forms.ValidationError(_("Enter the amount"), "required")
            if subject:
                subject.check_amount(amount)
        except forms.ValidationError as error:
            self.add_error("amount", error)

    @property
    def draft(self):
        data = self.cleaned_data
        return Draft(
            payer=self.payer,
            subject=data["subject"],
            amount=data["amount"],
            submission_key=data["submission_key"],
        )

    @property
    def hidden(self):
        """The same choices, to be sent once more."""
        subject = self.cleaned_data["subject"]
        return {
            "faculty": subject.unit.faculty_id,
            "unit": subject.unit_id,
            "subject": subject.pk,
            "amount": self.cleaned_data["amount"],
            "submission_key": self.cleaned_data["submission_key"],
        }


DAY = forms.TextInput(attrs={"placeholder": JalaliDateField.example})


class HistoryForm(forms.Form):
    """Filters of the history; an empty form shows everything."""

    SIZES = [10, 20, 50, 100]
    USUAL_SIZE = 20

    q = CleanCharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Status"), required=False)
    since = JalaliDateField(label=_("From (Jalali date)"), required=False, widget=DAY)
    until = JalaliDateField(label=_("To (Jalali date)"), required=False, widget=DAY)
    size = forms.TypedChoiceField(
        label=_("Per page"),
        required=False,
        coerce=int,
        empty_value=USUAL_SIZE,
        choices=[(size, formats.lazy_digits(size)) for size in SIZES],
    )

    def __init__(self, data):
        super().__init__({"size": str(self.USUAL_SIZE)} | data.dict())
        self.fields["state"].choices = [("", _("All statuses")), *State.choices]

    def clean(self):
        since, until = map(self.cleaned_data.get, ("since", "until"))
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first day"))


class VerifyForm(forms.Form):
    """The short code of a receipt, as somebody reads it from paper."""

    code = forms.CharField(
        label=_("Receipt code"),
        max_length=30,
        error_messages={"required": _("Enter the code printed on the receipt")},
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self):
        code = numbers.code_in(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("The code has ten Latin letters and digits; copy all of them")
            )
        return code
