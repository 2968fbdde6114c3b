"""Digits, letters, rial and the Jalali calendar: pure functions, no Django model.

Text and numbers are stored plain; Persian is put on at the edge, here.
"""

import re
import unicodedata
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import jdatetime  # type: ignore[import-untyped]
from django.utils import timezone
from persiantools import digits

TEHRAN = ZoneInfo("Asia/Tehran")
MONTHS = (
    *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور"),
    *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
)
WEEKDAYS = (  # Monday first, as date.weekday() counts
    *("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
)

ZWNJ = "\u200c"
LATIN, PERSIAN, ARABIC = "0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"
TO_ASCII = str.maketrans(PERSIAN + ARABIC, LATIN * 2)
TO_PERSIAN = str.maketrans(LATIN + ARABIC, PERSIAN * 2)

# Arabic letters as old keyboards and old Windows write them, in their Persian form.
LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u06c0": "ه\u0654"})
# Tatweel, and signs that nobody sees: directions, joiners of words, soft hyphens; and
# the one that PostgreSQL stores in no text.
UNSEEN = dict.fromkeys(
    map(ord, "\0\u0640\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff")
) | dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
PRESENTATION_FORMS = re.compile("[\ufb50-\ufdfb\ufe70-\ufefc]+")
GROUPED = re.compile(r"(?<=[0-9])[.,٬،](?=[0-9]{3})")
GAP = re.compile(rf"[\s{ZWNJ}]+")
# Longer than any text of ours; normalising takes time with the square of the length.
LONGEST = 4000

KURDISH = {"ۆ": "و", "ێ": "ی", "ڕ": "ر", "ڵ": "ل", "ڤ": "و"}
# What two spellings of one word differ in, beyond `clean`.
ALIKE = str.maketrans(
    {
        **dict.fromkeys("أإٱآ", "ا"),
        **{"ؤ": "و", "ئ": "ی", "ة": "ه", "ە": "ه", "ھ": "ه", "ء": None},
        # Letters of Kurdish, as a Persian keyboard writes them.
        **KURDISH,
        **dict.fromkeys([*range(0x064B, 0x0657), 0x0670, 0x200C, 0x200D]),
    }
)


def to_ascii_digits(text: str) -> str:
    """The same text with 0-9 for Persian and Arabic digits."""
    return text.translate(TO_ASCII)


def to_persian_digits(value: str | int) -> str:
    """The same text with ۰-۹ for Latin and Arabic digits."""
    return str(value).translate(TO_PERSIAN)


def clean(text: str) -> str:
    """The one spelling in which a text is stored; digits stay as they were typed."""
    text = PRESENTATION_FORMS.sub(_composed, text[:LONGEST]).translate(UNSEEN)
    text = unicodedata.normalize("NFC", text).translate(LETTERS)
    # A mapped letter may need its marks in order again.
    text = unicodedata.normalize("NFC", text)
    return GAP.sub(_gap, text).strip(f" {ZWNJ}")


def _gap(run: re.Match[str]) -> str:
    """A run of spaces is one space; of joiners alone, one joiner."""
    return " " if run.group().strip(ZWNJ) else ZWNJ


def _composed(forms: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", forms.group())


def search_key(text: str) -> str:
    """What all spellings of a text have in common, to be stored and searched.

    Spaces are dropped too, so that three ways to write «خانه‌ها» are one. Keys of
    several facts are joined by a space, so that no match runs from one into the next.
    """
    text = to_ascii_digits(clean(text).translate(ALIKE)).lower()
    return "".join(text.split())


def search_words(query: str) -> list[str]:
    """The keys of the words of a query: each must be found in a stored key."""
    return [key for word in clean(query).split() if (key := search_key(word))]


def ungrouped(key: str) -> str:
    """A key with its amount as it is stored: 17٬700٬000 as 17700000."""
    return GROUPED.sub("", key)


def rial(amount: int) -> str:
    """Seventeen million as ۱۷٬۰۰۰٬۰۰۰."""
    return to_persian_digits(f"{amount:,}".replace(",", "٬"))


def in_words(amount: int) -> str:
    """The amount as it is written on cheques."""
    return digits.to_word(amount)


def toman(amount: int) -> str:
    """The amount in toman, or nothing where rials would be lost."""
    return "" if amount % 10 else rial(amount // 10)


def jalali(moment: datetime) -> str:
    """A moment as یکشنبه ۱ آذر ۱۴۰۵، ساعت ۱۰:۲۴."""
    there = timezone.localtime(moment, TEHRAN)
    clock = to_persian_digits(f"{there:%H:%M}")
    return f"{WEEKDAYS[there.weekday()]} {jalali_date(there)}، ساعت {clock}"


def jalali_numeric(moment: datetime) -> str:
    """A moment as ۱۴۰۵/۰۹/۰۱ ۱۰:۲۴."""
    there = timezone.localtime(moment, TEHRAN)
    return f"{jalali_day(there)} {to_persian_digits(f'{there:%H:%M}')}"


def latin_moment(moment: datetime) -> str:
    """A moment as 1405/09/01-10:24, in one piece, as texts by SMS take it."""
    there = timezone.localtime(moment, TEHRAN)
    return f"{latin_day(there)}-{there:%H:%M}"


def jalali_day(day: date) -> str:
    """A day or the day of a moment as ۱۴۰۵/۰۹/۰۱."""
    return to_persian_digits(latin_day(day))


def latin_day(day: date) -> str:
    """A day or the day of a moment as 1405/09/01: for programs, and for SMS."""
    year, month, number = jalali_parts(day)
    return f"{year:04}/{month:02}/{number:02}"


def jalali_date(day: date) -> str:
    """A day or the day of a moment as ۱ آذر ۱۴۰۵."""
    year, month, number = jalali_parts(day)
    return to_persian_digits(f"{number} {MONTHS[month - 1]} {year}")


def month_name(day: date) -> str:
    """The month of a day or of a moment as آذر ۱۴۰۵."""
    year, month, _day = jalali_parts(day)
    return f"{MONTHS[month - 1]} {to_persian_digits(year)}"


def jalali_parts(day: date) -> tuple[int, int, int]:
    """Year, month and day in the Jalali calendar; a moment counts in Tehran."""
    if isinstance(day, datetime):
        day = timezone.localtime(day, TEHRAN).date()
    there = jdatetime.date.fromgregorian(date=day)
    return there.year, there.month, there.day


def jalali_to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian day; ValueError where the Jalali calendar has no such day."""
    return jdatetime.date(year, month, day).togregorian()


def start_of_day(day: date) -> datetime:
    """Midnight in Tehran."""
    return datetime.combine(day, time(), TEHRAN)


def month_range(year: int, month: int) -> tuple[datetime, datetime]:
    """The first moment of a Jalali month, and of the next."""
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    first, end = (jalali_to_gregorian(*part, 1) for part in ((year, month), after))
    return start_of_day(first), start_of_day(end)


def local_mobile(mobile: str) -> str:
    """+989181234567 as people write it: 09181234567."""
    return f"0{mobile[3:]}" if mobile.startswith("+98") else mobile


def masked_mobile(mobile: str) -> str:
    """A mobile that its owner knows and a stranger does not."""
    local = to_persian_digits(local_mobile(mobile))
    return f"{local[:4]}•••{local[-4:]}"


def masked_name(name: str) -> str:
    """The first word, and of each other word its first letter."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{word[0]}…" for word in others)])
