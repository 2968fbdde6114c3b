"""The card form of the payment page."""

from django import forms

SAMPLE_CARD = {
    "card_number": "6219 8610 0000 0082",
    "cvv2": "1234",
    "expiry_month": "12",
    "expiry_year": "09",
}
PERSIAN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


def passes_luhn(number):
    total = 0
    for place, digit in enumerate(reversed(number)):
        double = int(digit) * (1 + place % 2)
        total += double - 9 * (double > 9)
    return total % 10 == 0


class DigitsField(forms.CharField):
    """Digits of any script, with or without spaces and dashes between them."""

    def __init__(self, *lengths, message, autocomplete="off", **kwargs):
        super().__init__(error_messages={"required": message}, **kwargs)
        self.lengths = lengths
        self.message = message
        self.widget.attrs |= {
            "dir": "ltr",
            "inputmode": "numeric",
            "autocomplete": autocomplete,
        }

    def clean(self, value):
        value = super().clean(value).translate(PERSIAN_DIGITS)
        value = value.replace(" ", "").replace("-", "")
        if not value.isascii() or not value.isdigit() or len(value) not in self.lengths:
            raise forms.ValidationError(self.message)
        return value


class CardForm(forms.Form):
    use_required_attribute = False  # most buttons need no password

    card_number = DigitsField(16, message="شماره کارت ۱۶ رقم است.", label="شماره کارت")
    cvv2 = DigitsField(3, 4, message="CVV2 سه یا چهار رقم است.", label="CVV2")
    expiry_month = DigitsField(1, 2, message="ماه را درست وارد کنید.", label="ماه")
    expiry_year = DigitsField(2, 4, message="سال را درست وارد کنید.", label="سال")
    otp = DigitsField(
        *range(5, 13),
        message="رمز پویا را وارد کنید.",
        autocomplete="one-time-code",
        label="رمز پویا",
    )

    def clean_card_number(self):
        number = self.cleaned_data["card_number"]
        if not passes_luhn(number):
            raise forms.ValidationError("شماره کارت درست نیست.")
        return number

    def clean_expiry_month(self):
        month = self.cleaned_data["expiry_month"]
        if not 1 <= int(month) <= 12:
            raise forms.ValidationError("ماه از ۱ تا ۱۲ است.")
        return month
