"""The figures of ``persian`` as a reader of English expects them: pure functions.

The calendar stays that of the university, with the Gregorian day beside it.
"""

from datetime import date, datetime

from django.utils import timezone

from payment_portal import persian

MONTHS = (
    *("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar"),
    *("Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"),
)
UNITS = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
TENS = (
    *("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty"),
    "ninety",
)
NBSP = "\u00a0"  # a day is broken between its two calendars and nowhere else
SCALES = ("", "thousand", "million", "billion", "trillion")


def digits(value: str | int) -> str:
    """The same text with 0-9."""
    return persian.to_ascii_digits(str(value))


def rial(amount: int) -> str:
    """Seventeen million as 17,000,000."""
    return f"{amount:,}"


def toman(amount: int) -> str:
    """The amount in toman, or nothing where rials would be lost."""
    return "" if amount % 10 else rial(amount // 10)


def in_words(amount: int) -> str:
    """The amount as it is written on cheques."""
    parts, number = [], amount
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            parts.insert(0, f"{_below_1000(group)} {scale}".strip())
    if amount > 1000 and 0 < amount % 1000 < 100:
        parts[-1] = f"and {parts[-1]}"
    return " ".join(parts)


def _below_1000(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    small = (
        UNITS[rest] if rest < 20 else "-".join(filter(None, (TENS[tens], UNITS[units])))
    )
    hundred = f"{UNITS[hundreds]} hundred" if hundreds else ""
    return " and ".join(filter(None, (hundred, small)))


def jalali(moment: datetime) -> str:
    """A moment as Sunday 1 Azar 1405 (22 Nov 2026), 10:24."""
    return f"{_there(moment):%A} {jalali_numeric(moment)}"


def jalali_numeric(moment: datetime) -> str:
    """A moment as 1 Azar 1405 (22 Nov 2026), 10:24."""
    return f"{jalali_date(moment)},{NBSP}{_there(moment):%H:%M}"


def jalali_date(day: date) -> str:
    """A day or the day of a moment as 1 Azar 1405 (22 Nov 2026)."""
    if isinstance(day, datetime):
        day = _there(day).date()
    year, month, number = persian.jalali_parts(day)
    calendars = f"{number} {MONTHS[month - 1]} {year}", f"({day:%-d %b %Y})"
    return " ".join(text.replace(" ", NBSP) for text in calendars)


def masked_mobile(mobile: str) -> str:
    """A mobile that its owner knows and a stranger does not."""
    return digits(persian.masked_mobile(mobile))


def _there(moment: datetime) -> datetime:
    return timezone.localtime(moment, persian.TEHRAN)
