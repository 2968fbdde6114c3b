"""What staff write about the university, read as carefully as what payers type."""

from io import BytesIO

import phonenumbers
from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from payment_portal import persian
from payment_portal.fields.text import CleanCharField, LeftToRight, typed
from payment_portal.models import Institution

LINES = ["welcome", "welcome_en", "terms", "terms_en"]
WORDS = ["name", "name_en", "system_name", "system_name_en", "hours", "hours_en"]
LOGO_BYTES = 200_000
LOGO_SIDE = 264  # three times the height of the header, for sharp screens
MOST_PIXELS = 16_000_000
FORMATS = ["PNG", "JPEG", "WEBP"]
UNREADABLE = OSError, ValueError, SyntaxError, Image.DecompressionBombError


class TelephoneField(LeftToRight, forms.CharField):
    """A telephone of Iran, in any spelling; gives +98…"""

    default_error_messages = {
        "telephone": _("Write the number with its area code, like 087 3366 4600"),
    }

    def to_python(self, value):
        text = typed(super().to_python(value) or "")
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "IR")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(self.error_messages["telephone"], "telephone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def prepare_value(self, value):
        return _shown(value) if value else value


class LinesField(forms.CharField):
    """Lines of text, each in its one Persian spelling."""

    widget = forms.Textarea(attrs={"rows": 8})

    def to_python(self, value):
        lines = super().to_python(value).splitlines()
        return "\n".join(map(persian.clean, lines)).strip()


def _shown(telephone):
    return persian.to_persian_digits(persian.local_mobile(telephone))


class LogoField(forms.FileField):
    """A picture; gives a PNG that we wrote ourselves, whatever was in the file."""

    widget = forms.ClearableFileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"})
    default_error_messages = {
        "large": _("The file is too large; give one of 200 kilobytes at most."),
        "picture": _("This is no picture of the kinds PNG, JPEG or WebP."),
    }

    def clean(self, data, initial=None):
        sent = super().clean(data, None)
        if not sent:  # nothing chosen: None; taken away by its box: False
            return b"" if data is False else initial
        if sent.size > LOGO_BYTES:
            raise ValidationError(self.error_messages["large"], "large")
        try:
            return _png(sent)
        except UNREADABLE as error:
            raise ValidationError(self.error_messages["picture"], "picture") from error


def _png(file):
    with Image.open(file, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise UnidentifiedImageError("too many pixels")
        small = picture.convert("RGBA")
    small.thumbnail((LOGO_SIDE, LOGO_SIDE))
    written = BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


class InstitutionForm(forms.ModelForm):
    telephone = TelephoneField(label=_("Telephone"), required=False)
    new_logo = LogoField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP; square, at least 132 pixels wide."),
    )
    brand = CleanCharField(
        label=_("Colour"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "maxlength": 7}),
        help_text=_("Of buttons and links, like #0d5c56; dark enough to be read."),
    )

    class Meta:
        model = Institution
        field_classes = dict.fromkeys(LINES, LinesField) | dict.fromkeys(
            WORDS, CleanCharField
        )
        widgets = dict.fromkeys(WORDS, AdminTextInputWidget)
        exclude = ["logo"]  # noqa: DJ006 - a new one takes its place

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["new_logo"] = bytes(self.instance.logo)
        hints = {
            "name": settings.UNIVERSITY_NAME,
            "name_en": settings.UNIVERSITY_NAME_EN,
            "system_name": settings.SYSTEM_NAME,
            "system_name_en": settings.SYSTEM_NAME_EN,
            "telephone": _shown(settings.UNIVERSITY_PHONE),
            "hours": str(settings.SUPPORT_HOURS),
            "hours_en": "",
        }
        for name in hints.keys() & self.fields.keys():  # who only looks has none
            self.fields[name].widget.attrs["placeholder"] = hints[name]

    def clean_brand(self):
        return typed(self.cleaned_data["brand"]).lower()

    def save(self, commit=True):
        ours = self.instance
        ours.logo = self.cleaned_data["new_logo"] or b""
        if {"terms", "terms_en"} & set(self.changed_data):
            moment = persian.jalali_numeric(timezone.now())
            ours.terms_version = persian.to_ascii_digits(moment) if ours.terms else ""
        return super().save(commit)
