"""What an officer says of instalments: when each is due, and how much it is."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debts.splitting import WHOLE, Plan
from payment_portal import persian
from payment_portal.fields import CleanCharField, JalaliDateField, RialField

FEWEST, MOST = 2, 12
MONTHS = 12


class SplitForm(forms.Form):
    """As many instalments as the page was asked for; the last one takes the rest."""

    by = forms.ChoiceField(
        label=gettext_lazy("Each instalment is given"),
        choices=[
            ("percent", gettext_lazy("in per cent")),
            ("rials", gettext_lazy("in rials")),
        ],
    )

    def __init__(self, data=None, *, count, first_day):
        super().__init__(data)
        self.count = count
        for number in range(1, count + 1):
            told = {"number": persian.to_persian_digits(number)}
            if number < count:
                self.fields[f"share_{number}"] = CleanCharField(
                    label=_("Share of instalment %(number)s") % told,
                    initial=persian.to_persian_digits(WHOLE // count),
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 9}),
                )
            day = months_after(first_day, number - 1)
            self.fields[f"day_{number}"] = JalaliDateField(
                label=_("Due date of instalment %(number)s") % told,
                initial=persian.jalali_day(day),
                widget=forms.TextInput(attrs={"size": 9}),
            )

    @property
    def rows(self):
        """The fields of each instalment; the last has no share."""
        numbers = range(1, self.count + 1)
        names = [(f"share_{number}", f"day_{number}") for number in numbers]
        return [[self[name] for name in pair if name in self.fields] for pair in names]

    def clean(self):
        cleaned = super().clean()
        days = [cleaned.get(f"day_{number}") for number in range(1, self.count + 1)]
        self._check_days(days)
        in_percent = cleaned.get("by") == "percent"
        read = _percent if in_percent else _RIALS.clean
        shares = [self._share(number, read) for number in range(1, self.count)]
        if in_percent and None not in shares and sum(shares) >= WHOLE:
            text = _("Together they must leave something for the last instalment.")
            self.add_error(f"share_{self.count - 1}", text)
        if not self.errors:
            self.plan = Plan(days, shares, in_percent)
        return cleaned

    def _check_days(self, days):
        earlier = timezone.localdate() - timedelta(days=1)
        for number, day in enumerate(days, 1):
            if day is None:
                continue
            if day <= earlier:
                text = _("A due date must not be in the past, nor before the last one.")
                self.add_error(f"day_{number}", text)
            earlier = day

    def _share(self, number, read):
        name = f"share_{number}"
        if name not in self.cleaned_data:
            return None
        try:
            return read(self.cleaned_data[name])
        except forms.ValidationError as error:
            self.add_error(name, error)
            return None


_RIALS = RialField(min_value=settings.MIN_AMOUNT, max_value=settings.MAX_AMOUNT)


def _percent(text):
    number = persian.to_ascii_digits(text).strip(" %٪")
    if not number.isdecimal() or not 0 < int(number) < WHOLE:
        raise forms.ValidationError(_("A whole number from 1 to 99"))
    return int(number)


def months_after(day, months):
    """The same day of a later Jalali month, or the last that it has."""
    year, month, number = persian.jalali_parts(day)
    years, month = divmod(month - 1 + months, MONTHS)
    while True:
        try:
            return persian.jalali_to_gregorian(year + years, month + 1, number)
        except ValueError:  # 31 Farvardin, but 30 Mehr
            number -= 1
