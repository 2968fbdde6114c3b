"""Names, mobile numbers, e-mail addresses and codes."""

import re

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from payment_portal import formats, persian

MOBILE = re.compile(r"\+989[0-9]{9}")


def typed(value):
    """What was typed, without what nobody sees and with Latin digits."""
    return persian.to_ascii_digits(persian.clean(value)).replace(persian.ZWNJ, " ")


def e164(text):
    """An Iranian mobile in any spelling as +989…; nothing if it is not one."""
    text = typed(text)
    if not re.fullmatch(r"\+?[0-9 ().-]+", text):
        return ""
    try:
        number = phonenumbers.parse(text, "IR")
    except phonenumbers.NumberParseException:
        return ""
    spelling = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return spelling if MOBILE.fullmatch(spelling) else ""


class LeftToRight:
    """A field that is read from the left inside a Persian page."""

    attrs = {}

    def widget_attrs(self, widget):
        ours = {"dir": "ltr", **self.attrs}
        return super().widget_attrs(widget) | {
            name: value for name, value in ours.items() if name not in widget.attrs
        }


class CleanCharField(forms.CharField):
    """Text in its one Persian spelling."""

    def to_python(self, value):
        value = super().to_python(value)
        return persian.clean(value) or self.empty_value if value else value


class MobileField(LeftToRight, forms.CharField):
    """A mobile of Iran in any spelling; gives +989…"""

    attrs = {"inputmode": "tel", "autocomplete": "tel"}
    widget = forms.TextInput(attrs={"type": "tel"})
    default_error_messages = {
        "required": _("Enter your mobile number"),
        "mobile": _(
            "Enter an Iranian mobile number with all 11 digits, like %(example)s"
        ),
    }

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return value
        if number := e164(value):
            return number
        params = {"example": formats.digits("09181234567")}
        raise ValidationError(self.error_messages["mobile"], "mobile", params)

    def prepare_value(self, value):
        stored = isinstance(value, str) and MOBILE.fullmatch(value)
        return persian.local_mobile(value) if stored else value


class EmailField(LeftToRight, forms.EmailField):
    """An e-mail address in small letters, as Persian keyboards spoil it."""

    attrs = {"inputmode": "email", "autocomplete": "email"}
    default_error_messages = {
        "required": _("Enter your email address"),
        "invalid": _("Enter the email address in full, like name@example.com"),
    }

    def to_python(self, value):
        value = super().to_python(value)
        return "".join(typed(value).split()).lower() if value else value

    def validate(self, value):
        super().validate(value)
        # Quoted and encoded names are legal in mail, used by nobody and a danger.
        if value and ('"' in value or "=?" in value):
            raise ValidationError(self.error_messages["invalid"], "invalid")


class CodeField(LeftToRight, forms.CharField):
    """The six digits of an SMS."""

    pattern = "[0-9]{6}"
    attrs = {"inputmode": "numeric", "autocomplete": "one-time-code"}
    default_error_messages = {
        "required": _("Enter the code we sent by SMS"),
        "digits": _("Enter the 6 digits of the code and nothing else"),
    }

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return value
        code = re.sub(r"[\s-]", "", typed(value))
        if not re.fullmatch(self.pattern, code):
            raise ValidationError(self.error_messages["digits"], "digits")
        return code
