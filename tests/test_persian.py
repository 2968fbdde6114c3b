"""Digits, letters, rial and the Jalali calendar."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from payment_portal import persian

DAYS = st.dates(date(1850, 1, 1), date(2119, 12, 31))
AZAR_FIRST = datetime(2026, 11, 22, 6, 54, tzinfo=UTC)
# Letters, marks and invisible signs in which Persian spellings differ.
SIGNS = st.text(
    "یيىکكۀهةەأإآاءؤئ\u0654\u064e\u0640\u200c\u200d\u200f \u00a0\ufeffﻻﻱ۱٢3aB"
)


@given(st.text())
def test_digits_survive_the_way_there_and_back(text):
    plain = persian.to_ascii_digits(text)
    assert persian.to_ascii_digits(persian.to_persian_digits(text)) == plain
    assert persian.to_ascii_digits(plain) == plain


def test_digits_of_three_scripts_are_one():
    assert persian.to_ascii_digits("۰۹٠٩09") == "090909"
    assert persian.to_persian_digits("٠۹0") == "۰۹۰"
    assert persian.to_persian_digits(1405) == "۱۴۰۵"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("علي كريمى", "علی کریمی"),
        ("خانۀ ما", "خانه\u0654 ما"),
        ("\u06d5\u0654", "ه\u0654"),
        ("کتـــاب", "کتاب"),
        ("a\0b\0", "ab"),
        ("\u200fسلام\ufeff\u202a", "سلام"),
        ("  یک\u00a0\u202f دو\n", "یک دو"),
        ("\u200cمی\u200c\u200cشود\u200c ", "می\u200cشود"),
        ("می \u200cشود", "می شود"),
        ("ﻻﻟﻪ", "لاله"),
        ("قیمت ۱۲ و ٣", "قیمت ۱۲ و ٣"),
        ("", ""),
    ],
)
def test_text_has_one_spelling(typed, stored):
    assert persian.clean(typed) == stored


def test_letters_of_sorani_are_kept():
    name = "ھێمن کۆسار ڕەسوڵ ڤیان"
    assert persian.clean(name) == name


def test_only_presentation_forms_are_taken_apart():
    assert persian.clean("﷼ ½ ①") == "﷼ ½ ①"


@given(SIGNS)
def test_clean_text_is_clean(text):
    once = persian.clean(text)
    assert persian.clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(SIGNS)
def test_key_of_a_key_is_itself(text):
    key = persian.search_key(text)
    assert persian.search_key(key) == key == persian.search_key(persian.clean(text))


@pytest.mark.parametrize(
    "spellings",
    [
        ("خانه ها", "خانه‌ها", "خانهها"),
        ("علی", "علي", "عَلى"),
        ("آموزش", "اموزش"),
        ("مسئول", "مسيول"),
        ("خانهٔ", "خانۀ", "خانه", "خانة"),
        ("۱۴۰۵", "١٤٠٥", "1405"),
        ("املاء", "املا"),
        ("ABC", "abc"),
        ("قُروه", "قروه", "قروە", "قروھ"),
    ],
)
def test_spellings_share_a_key(spellings):
    assert len({persian.search_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("kurdish", "persian_letters"),
    [("سۆران", "سوران"), ("ژتۆن", "ژتون"), ("کوڕ", "کور"), ("ڤیان", "ویان")]
    + [("گوڵاڵه", "گولاله"), ("ێران", "یران")],
)
def test_kurdish_letters_are_found_by_persian_keyboards(kurdish, persian_letters):
    assert persian.search_key(kurdish) == persian.search_key(persian_letters)


def test_query_is_searched_word_by_word():
    assert persian.search_words(" خوابگاه  ۲ ‌ ") == ["خوابگاه", "2"]
    assert persian.search_words("\u064e") == []


def test_amounts_in_figures_words_and_toman():
    assert persian.rial(17_700_000) == "۱۷٬۷۰۰٬۰۰۰"
    assert persian.in_words(17_700_000) == "هفده میلیون و هفتصد هزار"
    assert persian.in_words(1_000) == "یک هزار"
    assert persian.toman(17_700_000) == "۱٬۷۷۰٬۰۰۰"
    assert persian.toman(17_700_001) == ""


def test_moments_are_told_in_tehran():
    assert persian.jalali(AZAR_FIRST) == "یکشنبه ۱ آذر ۱۴۰۵، ساعت ۱۰:۲۴"
    assert persian.jalali_numeric(AZAR_FIRST) == "۱۴۰۵/۰۹/۰۱ ۱۰:۲۴"
    assert persian.jalali_date(AZAR_FIRST) == "۱ آذر ۱۴۰۵"
    assert persian.jalali_date(date(2026, 11, 22)) == "۱ آذر ۱۴۰۵"
    night = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
    assert persian.jalali_numeric(night) == "۱۴۰۵/۰۹/۰۱ ۰۰:۳۰"
    assert persian.latin_moment(night) == "1405/09/01-00:30"
    assert persian.latin_day(night) == "1405/09/01"
    assert persian.month_name(night) == "آذر ۱۴۰۵"


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        persian.jalali(AZAR_FIRST.replace(tzinfo=None))


@given(DAYS)
def test_calendar_agrees_with_another_library(day):
    there = JalaliDate(day)
    assert persian.jalali_parts(day) == (there.year, there.month, there.day)
    assert persian.jalali_to_gregorian(there.year, there.month, there.day) == day
    weekday = there.strftime("%A", locale="fa")
    assert persian.search_key(persian.WEEKDAYS[day.weekday()]) == persian.search_key(
        weekday
    )
    assert persian.MONTHS[there.month - 1] == there.strftime("%B", locale="fa")


@pytest.mark.parametrize("day", [(1404, 12, 30), (1405, 7, 31), (1405, 13, 1)])
def test_day_that_is_not_in_the_calendar(day):
    with pytest.raises(ValueError, match="."):
        persian.jalali_to_gregorian(*day)


@given(st.integers(1300, 1498), st.integers(1, 12))
def test_months_follow_without_a_gap(year, month):
    start, end = persian.month_range(year, month)
    assert persian.jalali_parts(start) == (year, month, 1)
    assert persian.jalali_parts(end - timedelta(seconds=1))[:2] == (year, month)
    assert persian.jalali_parts(end)[2] == 1


def test_strangers_see_little_of_a_person():
    assert persian.local_mobile("+989181234567") == "09181234567"
    assert persian.masked_mobile("+989181234567") == "۰۹۱۸•••۴۵۶۷"
    assert persian.masked_name("علی محمدی نژاد") == "علی م… ن…"
    assert persian.masked_name("علی") == "علی"
    assert persian.masked_name("") == ""


def test_filters_dress_values_in_templates():
    page = Template(
        "{{ amount|rial }} {{ moment|jalali_numeric }} {{ nothing|jalali }}"
        "{{ code|persian_digits }} {{ code|ltr }} {{ evil|ltr }}"
    )
    values = {"amount": 1000, "moment": AZAR_FIRST, "code": "12", "evil": "<b>"}
    assert page.render(Context(values | {"nothing": None})) == (
        "۱٬۰۰۰ ۱۴۰۵/۰۹/۰۱ ۱۰:۲۴ ۱۲ "
        '<bdi dir="ltr">12</bdi> <bdi dir="ltr">&lt;b&gt;</bdi>'
    )


def test_a_flood_of_joiners_takes_no_time():
    flood = "\u200c" * 100_000 + "x"
    assert persian.clean(flood) == ""
    assert persian.clean("\u200c" * 3000 + "x") == "x"
    assert persian.clean("a \u200c\u200c b\u200c\u200cc") == "a b\u200cc"
