from unicodedata import category

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User
from payment_portal.fields import CleanCharField, CodeField, EmailField, MobileField

WEAK = {
    "password_too_short": _("The password is too short. Use at least 10 characters."),
    "password_pattern": _(
        "The password is all digits, or a repeated or running series of "
        "characters. Choose another one."
    ),
    "password_surroundings": _(
        "The password is little more than the name of the university or of this "
        "site. Choose another one."
    ),
    "password_too_common": _(
        "This is one of the most common passwords and easy to guess. Choose "
        "another one."
    ),
    "password_leaked": _(
        "This password stands in lists of stolen passwords, which are tried first. "
        "Choose another one, and change it wherever else you use it."
    ),
    "password_too_similar": _(
        "The password is too similar to your name, mobile number or email. "
        "Choose another one."
    ),
}


class NameField(CleanCharField):
    """A name in any script. Nothing else: it stands in mail that we send."""

    default_error_messages = {
        "required": _("Enter your full name"),
        "letters": _("Write the name in letters only, without digits or symbols"),
        "max_length": _("Shorten the name to 150 letters or fewer"),
    }
    widget = forms.TextInput(attrs={"autocomplete": "name"})

    def __init__(self):
        super().__init__(label=_("Full name"), max_length=150)

    def validate(self, value):
        super().validate(value)
        if not all(sign in " \u200c-'’" or category(sign)[0] in "LM" for sign in value):
            raise ValidationError(self.error_messages["letters"], "letters")


class PasswordField(forms.CharField):
    """A password as it was typed: neither its digits nor its spaces are touched."""

    default_error_messages = {"required": _("Enter your password")}

    def __init__(self, label, autocomplete="current-password", **kwargs):
        widget = forms.PasswordInput({"autocomplete": autocomplete, "dir": "ltr"})
        super().__init__(label=label, strip=False, widget=widget, **kwargs)


class NewPasswordField(PasswordField):
    def __init__(self, label, **kwargs):
        super().__init__(
            label,
            "new-password",
            **kwargs,
            help_text=_(
                "At least 10 characters, not all digits, and not a common password. A "
                "short sentence works best."
            ),
        )


def weakness(password, user):
    """Why this password would be guessed, the first reason; or nothing."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        return WEAK[weak.error_list[0].code]
    return ""


class SignUpForm(forms.Form):
    full_name = NameField()
    mobile = MobileField(label=_("Mobile number"))
    email = EmailField(
        label=_("Email"),
        max_length=254,
        required=False,
        help_text=_("Optional. You can also log in with it."),
    )
    password = NewPasswordField(_("Password"))
    terms = forms.BooleanField(
        label=_("I agree to the terms of use."),
        error_messages={"required": _("Read the terms and tick the box if you agree")},
    )

    def clean(self):
        typed = super().clean()
        if "password" in typed:
            facts = {name: typed.get(name) or "" for name in ("full_name", "mobile")}
            person = User(**facts, email=typed.get("email"))
            if weak := weakness(typed["password"], person):
                self.add_error("password", weak)
        return typed


class CodeForm(forms.Form):
    code = CodeField(
        label=_("Enter the code we sent to your mobile:"),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


class FactorField(CodeField):
    """The six digits of an app, or the twelve of a backup code."""

    pattern = "[0-9]{6}|[0-9]{12}"
    default_error_messages = {
        "required": _("Enter the code that your app shows"),
        "digits": _(
            "Enter the 6 digits that your app shows, or the 12 digits of a backup code"
        ),
    }
    widget = forms.TextInput(attrs={"autofocus": True})


class FactorForm(forms.Form):
    code = FactorField(label=_("Code from your app"))


class LogInForm(forms.Form):
    username = forms.CharField(
        label=_("Mobile number or email"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "placeholder": _("Mobile or email"),
            }
        ),
        error_messages={"required": _("Enter your mobile number or email address")},
    )
    password = PasswordField(_("Password"))


class ForgottenForm(forms.Form):
    mobile = MobileField(label=_("Mobile number"))


class NewPasswordForm(forms.Form):
    password = NewPasswordField(
        _("New password"), error_messages={"required": _("Enter a new password")}
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        password = self.cleaned_data["password"]
        if weak := weakness(password, self.user):
            raise ValidationError(weak)
        return password


class PasswordChangeForm(NewPasswordForm):
    current = PasswordField(
        _("Current password"),
        error_messages={"required": _("Enter your current password")},
    )
    field_order = ["current", "password"]


class PasswordAgainForm(forms.Form):
    password_again = PasswordField(_("Password"))


class ProfileForm(forms.Form):
    full_name = NameField()
    email = EmailField(label=_("Email"), max_length=254, required=False)
    language = forms.ChoiceField(
        label=_("Language of pages and messages"),
        choices=Language,
        required=False,  # left out, it stays as it is
    )


class ChangeMobileForm(forms.Form):
    mobile = MobileField(label=_("New mobile number"))
    password = PasswordField(_("Password"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_mobile(self):
        mobile = self.cleaned_data["mobile"]
        if mobile == self.user.mobile:
            raise ValidationError(_("This is already your number; enter the new one"))
        return mobile
