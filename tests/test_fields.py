"""What people type, and what each field makes of it."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from payment_portal import fields, persian

AMOUNT = fields.RialField(min_value=10_000, max_value=2_000_000_000)


def errors_of(field, value):
    """The codes of the errors that a value brings."""
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return [error.code for error in caught.value.error_list]


@pytest.mark.parametrize(
    "typed",
    [
        *("8000000", "۸۰۰۰۰۰۰", "٨٠٠٠٠٠٠", "08000000"),
        *("8,000,000", "۸٬۰۰۰٬۰۰۰", "۸،۰۰۰،۰۰۰", "8.000.000", "8 000 000", "8_000_000"),
        *(
            "۸٬۰۰۰٬۰۰۰ ریال",
            "8000000ريال",
            " ۸٬۰۰۰٬۰۰۰\u200cریال ",
            "\u200f8,000,000\u200e",
        ),
    ],
)
def test_amount_is_read_as_it_is_typed(typed):
    assert AMOUNT.clean(typed) == 8_000_000


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        *[(typed, "required") for typed in (None, "", "  ", "\u200f")],
        *[(typed, "digits") for typed in ("هشت میلیون", "8m", "-10000", "ریال")],
        *[(typed, "digits") for typed in ("12,34", "1,0000", "1,000٬000", "1000,000")],
        *[(typed, "decimals") for typed in ("10000.5", "۱۰۰۰۰٫۵", "10,000.00", "1/5")],
        *[(typed, "toman") for typed in ("۸۰۰ هزار تومان", "8000تومن", "800 Toman")],
        *[(typed, "low") for typed in ("0", "9,999")],
        *[(typed, "high") for typed in ("2,000,000,001", "9" * 5000)],
    ],
)
def test_amount_that_is_wrong_has_its_own_error(typed, error):
    assert errors_of(AMOUNT, typed) == [error]


@given(st.integers(10_000, 2_000_000_000))
def test_amount_comes_back_from_every_dress(amount):
    assert AMOUNT.clean(persian.rial(amount)) == amount
    assert AMOUNT.clean(f"{amount:_}") == amount
    assert AMOUNT.clean(f"{amount:,} ریال") == amount


@given(st.text())
def test_amount_is_read_or_refused(text):
    # Anything but a clean refusal would escape.
    with suppress(ValidationError):
        assert 10_000 <= AMOUNT.clean(text) <= 2_000_000_000


def test_bounds_are_told_in_persian_digits():
    with pytest.raises(ValidationError, match="۱۰٬۰۰۰"):
        AMOUNT.clean("5")
    with pytest.raises(ValidationError, match="۲٬۰۰۰٬۰۰۰٬۰۰۰"):
        AMOUNT.clean("3000000000")


def test_amount_keeps_what_was_typed():
    class PriceForm(forms.Form):
        amount = fields.RialField()

    html = str(PriceForm({"amount": "8000 تومان"})["amount"])
    assert 'value="8000 تومان"' in html
    assert 'dir="ltr"' in html
    assert 'inputmode="numeric"' in html
    assert 'value="۸٬۰۰۰"' in str(PriceForm(initial={"amount": 8000})["amount"])


def test_amount_written_otherwise_has_not_changed():
    assert not AMOUNT.has_changed(8_000_000, "۸٬۰۰۰٬۰۰۰")
    assert AMOUNT.has_changed(8_000_000, "۸٬۰۰۰٬۰۰۱")
    assert AMOUNT.has_changed(8_000_000, "هشت")


@pytest.mark.parametrize(
    "typed",
    [
        *("09181234567", "9181234567", "989181234567", "+989181234567"),
        *("00989181234567", "۰۹۱۸۱۲۳۴۵۶۷", "٠٩١٨١٢٣٤٥٦٧", "0918 123 45 67"),
        *("+98 (0)918-123 4567", "\u202a+98 918 123 4567\u202c", "0918\u200c1234567"),
    ],
)
def test_mobile_has_one_spelling(typed):
    assert fields.MobileField().clean(typed) == "+989181234567"


@pytest.mark.parametrize(
    "typed",
    [
        "08733664600",
        "0918123456",
        "091812345678",
        "0918ABCDEFG",
        "+14155552671",
        "+9999999",
        "x",
        "+",
    ],
)
def test_what_is_no_mobile_of_iran_is_refused(typed):
    assert errors_of(fields.MobileField(), typed) == ["mobile"]
    assert fields.e164(typed) == ""


def test_mobile_is_shown_as_people_write_it():
    assert fields.MobileField().prepare_value("+989181234567") == "09181234567"
    assert fields.MobileField().prepare_value("+98 918") == "+98 918"
    assert errors_of(fields.MobileField(), "") == ["required"]
    assert fields.MobileField(required=False).clean("") == ""


def test_widget_keeps_what_its_form_asks_for():
    widget = forms.TextInput(attrs={"autocomplete": "username"})
    attrs = fields.MobileField(widget=widget).widget.attrs
    assert attrs["autocomplete"] == "username"
    assert attrs["dir"] == "ltr"


def test_email_is_small_and_without_unseen_signs():
    field = fields.EmailField()
    assert field.clean(" \u200eAli۱۲@Example.COM ") == "ali12@example.com"
    assert errors_of(field, "ali@") == ["invalid"]
    assert errors_of(field, "") == ["required"]
    assert fields.EmailField(required=False).clean("") == ""


def test_code_is_six_digits_of_any_script():
    field = fields.CodeField()
    assert field.clean("۱۲۳ ٤٥6") == "123456"
    assert errors_of(field, "12345") == ["digits"]
    assert errors_of(field, "12345a") == ["digits"]
    assert errors_of(field, "") == ["required"]
    assert fields.CodeField(required=False).clean("") == ""


def test_text_is_stored_in_its_one_spelling():
    assert fields.CleanCharField().clean(" علي\u200f  كريمي ") == "علی کریمی"
    assert errors_of(fields.CleanCharField(), "\u200f\u200c") == ["required"]
    assert fields.CleanCharField(required=False).clean("") == ""


@pytest.mark.parametrize(
    "typed",
    ["۱۴۰۵/۰۹/۰۱", "1405/9/1", "1405-09-01", "١٤٠٥.٩.١", " 1405 / 9 / 01 ", "۱۴۰۵۰۹۰۱"],
)
def test_day_is_read_in_the_jalali_calendar(typed):
    assert fields.JalaliDateField().clean(typed) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "required"),
        *[(typed, "shape") for typed in ("اول آذر", "1405/9", "05/09/01")],
        *[(typed, "year") for typed in ("2026/11/22", "0005/01/01")],
        *[(typed, "day") for typed in ("1405/07/31", "1404/12/30", "1405/13/01")],
    ],
)
def test_day_that_is_wrong_has_its_own_error(typed, error):
    assert errors_of(fields.JalaliDateField(), typed) == [error]


def test_moment_is_read_in_tehran():
    field = fields.JalaliDateTimeField()
    moment = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert field.clean("۱۴۰۵/۰۹/۰۱ ۱۴:۳۰") == moment
    assert field.clean("1405/9/1، 14:30") == moment
    assert field.clean("۱۴:۳۰ ۱۴۰۵/۹/۱") == moment
    assert errors_of(field, "1405/09/01") == ["shape"]
    assert errors_of(field, "1405/09/01 24:00") == ["clock"]
    assert errors_of(field, "1405/07/31 10:00") == ["day"]
    assert fields.JalaliDateTimeField(required=False).clean("") is None


def test_moment_is_shown_as_it_would_be_typed():
    field = fields.JalaliDateTimeField(required=False)
    moment = datetime(2026, 11, 22, 11, 0, 59, tzinfo=UTC)
    assert field.prepare_value(moment) == "۱۴۰۵/۰۹/۰۱ ۱۴:۳۰"
    assert not field.has_changed(moment, "1405/09/01 14:30")
    assert field.has_changed(moment, "")
    assert not field.has_changed(None, "")
    assert fields.JalaliDateField().prepare_value(date(2026, 11, 22)) == "۱۴۰۵/۰۹/۰۱"
