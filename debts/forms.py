from pathlib import PurePath

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject
from debts.models import Upload
from debts.rows import Wrong, digits, national_number
from payment_portal import persian
from payment_portal.fields import CleanCharField, RialField

KINDS = [".xlsx", ".xls", ".ods", ".csv"]


class UploadForm(forms.ModelForm):
    """A sheet of debts, and what holds for all of its rows."""

    title = CleanCharField(
        label=_("Title"),
        max_length=140,
        help_text=_("What these debts are for; a row without a text of its own has it"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    least_part = RialField(
        label=_("Smallest part (rial)"),
        required=False,
        min_value=settings.MIN_AMOUNT,
        max_value=settings.MAX_AMOUNT,
        help_text=_("Empty means that a debt is paid whole."),
    )
    sheet = forms.FileField(
        label=_("Sheet"),
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        help_text=_("An .xlsx, .xls, .ods or .csv file; its first sheet is read."),
        error_messages={
            "required": _("Choose the file"),
            "missing": _("Choose the file"),
            "empty": _("The file is empty"),
        },
    )

    class Meta:
        model = Upload
        fields = ["subject", "title", "least_part", "reminds"]
        help_texts = {
            "reminds": _("Before and after the due date, never at night, until paid.")
        }

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        near = Subject.objects.filter(unit__in=units, is_active=True)
        subjects = near.select_related("unit__faculty")
        self.fields["subject"].queryset = subjects.order_by(
            "unit__faculty__position", "unit__position", "unit_id", "position", "pk"
        )
        self.fields["subject"].empty_label = _("Choose")

    def clean_sheet(self):
        sheet = self.cleaned_data["sheet"]
        if PurePath(sheet.name).suffix.lower() not in KINDS:
            raise forms.ValidationError(
                _("Only .xlsx, .xls, .ods and .csv files are read")
            )
        if sheet.size > settings.SHEET_BYTES:
            size = persian.to_persian_digits(filesizeformat(settings.SHEET_BYTES))
            text = _("The file may be %(size)s large at most. Split the sheet.")
            raise forms.ValidationError(text % {"size": size})
        return sheet


class CancelForm(forms.Form):
    reason = CleanCharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why these debts are cancelled")},
    )


class IdentityForm(forms.Form):
    """The two numbers that together tell a student."""

    student_number = forms.CharField(
        label=_("Student number"),
        max_length=40,
        error_messages={"required": _("Enter the student number")},
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
    )
    national_number = forms.CharField(
        label=_("National number"),
        max_length=40,
        error_messages={"required": _("Enter the national number")},
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
    )

    def clean_student_number(self):
        return self._read(digits, "student_number")

    def clean_national_number(self):
        return self._read(national_number, "national_number")

    def _read(self, read, name):
        try:
            return read(persian.clean(self.cleaned_data[name]))
        except Wrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
