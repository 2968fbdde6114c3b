"""One row of a sheet: what it says, or why it is rejected."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.models import Subject
from payment_portal import persian
from payment_portal.fields import JalaliDateField, RialField, e164

SHORTENED = re.compile(r"[0-9]+([.,٫][0-9]+)?[eE][+-]?[0-9]+")
EXACT = 10**15  # beyond it a spreadsheet program loses digits of a number
INSTALMENT = re.compile(r"([0-9]{1,2})(?:/|از)([0-9]{1,2})")
LONGEST = {"title": 140, "full_name": 150, "row_key": 50}
# Years out of which a spreadsheet program reads no due day from a calendar.
OLDEST, NEWEST = 1900, 2120


class Wrong(Exception):
    """A cell is refused; the text says why."""


@dataclass(frozen=True)
class Problem:
    column: str  # a name of sheets.COLUMNS
    value: object  # what stands in the cell
    reason: str


@dataclass(frozen=True)
class Facts:
    """What a good row says."""

    student_number: str
    national_number: str
    full_name: str
    mobile: str
    subject: Subject
    amount: int
    due_on: date
    title: str
    row_key: str
    instalment: str

    @cached_property
    def key(self):
        """What makes two rows the same debt within a unit."""
        if self.row_key:
            return f"row:{self.row_key}"
        facts = [
            str(self.subject.pk),
            self.student_number,
            self.national_number,
            self.due_on.isoformat(),
            alike(self.title),
        ]
        return sha256("|".join(facts).encode()).hexdigest()


class Reader:
    """Reads rows under the terms that the clerk chose for the whole sheet."""

    def __init__(self, terms):
        self.terms = terms
        near = Subject.objects.filter(unit=terms.subject.unit_id)
        self.subjects = {one.search_key: one for one in near.select_related("unit")}

    def read(self, row):
        """Facts, or the list of what is wrong."""
        found, problems = {}, []
        for name in Facts.__annotations__:
            value = row.cells.get(name, "")
            try:
                if isinstance(value, str) and value.startswith("="):
                    raise Wrong(_("A formula; write the value itself."))
                found[name] = getattr(self, name)(value)
            except Wrong as wrong:
                problems.append(Problem(name, value, str(wrong)))
        return problems or Facts(**found)

    def student_number(self, value):
        number = digits(value)
        if not number:
            raise Wrong(_("The student number is missing."))
        if not re.fullmatch("[0-9]{5,20}", number):
            raise Wrong(_("A student number has 5 to 20 digits and nothing else."))
        return number

    def national_number(self, value):
        return national_number(value)

    def full_name(self, value):
        return text_of("full_name", value)

    def mobile(self, value):
        number = digits(value)
        if not number:
            return ""
        mobile = e164(number)
        if not mobile:
            raise Wrong(_("This is no mobile number of Iran."))
        return mobile

    def subject(self, value):
        if value == "":
            return self.terms.subject
        found = self.subjects.get(persian.search_key(str(value)))
        if found is None:
            raise Wrong(_("The unit has no subject of this title."))
        return found

    def amount(self, value):
        if isinstance(value, str) and SHORTENED.fullmatch(value):
            raise Wrong(shortened())
        if isinstance(value, float):
            value = int(value) if value.is_integer() else str(value)
        if isinstance(value, date):
            raise Wrong(_("This is a date, not an amount."))
        amount, most = amount_of(str(value)), settings.MAX_AMOUNT
        if amount > most and self.terms.least_part is None:
            text = _("A bank takes %(most)s rials at once at most; allow parts.")
            raise Wrong(text % {"most": persian.rial(most)})
        return amount

    def due_on(self, value):
        if isinstance(value, date):
            if not OLDEST <= value.year <= NEWEST:
                raise Wrong(
                    _(
                        "The spreadsheet program took this for a day of its own "
                        "calendar. Format the column as text and write it again."
                    )
                )
            return value
        if value == "":
            raise Wrong(_("The due date is missing."))
        return day_of(digits(value))

    def title(self, value):
        return text_of("title", value) or self.terms.title

    def row_key(self, value):
        return text_of("row_key", digits(value) if value != "" else "")

    def instalment(self, value):
        if value == "":
            return ""
        if isinstance(value, date):
            raise Wrong(
                _(
                    "The spreadsheet program took this for a day. Format the column "
                    "as text and write it like 2 of 4."
                )
            )
        told = _instalment(digits(value))
        if told is None:
            raise Wrong(_("Write which instalment it is as text, like 2 of 4."))
        return told


def _instalment(text):
    """2/4, whichever way it is written; None if it cannot be."""
    found = INSTALMENT.fullmatch(text)
    number, count = map(int, found.groups()) if found else (0, 0)
    return f"{number}/{count}" if 1 <= number <= count > 1 else None


def shortened():
    return _(
        "The spreadsheet program has shortened this number and its digits are lost. "
        "Format the column as text and enter the number again."
    )


def digits(value):
    """A number or text without its spaces and dashes, in Latin digits."""
    if isinstance(value, date):
        raise Wrong(_("This is a date, not a number."))
    if isinstance(value, int | float):
        # Cells may hold what is no number, or endless: neither is below anything.
        if not -EXACT < value < EXACT or value != int(value):
            raise Wrong(shortened())
        return str(int(value))
    if SHORTENED.fullmatch(value):
        raise Wrong(shortened())
    number = persian.to_ascii_digits(value).strip("'")
    return re.sub(rf"[\s{persian.ZWNJ}-]", "", number)


def national_number(value):
    """A national number whose check digit fits; raises Wrong."""
    number = digits(value)
    if not number:
        raise Wrong(_("The national number is missing."))
    if re.fullmatch("[0-9]{8,9}", number):
        raise Wrong(
            _(
                "A national number has 10 digits; the zeros at its beginning are "
                "lost. Format the column as text and write them again."
            )
        )
    if not re.fullmatch("[0-9]{10}", number):
        raise Wrong(_("A national number has 10 digits and nothing else."))
    if not _check_digit_fits(number):
        raise Wrong(_("The check digit does not fit; a digit is wrong or misplaced."))
    return number


def _check_digit_fits(number):
    weighed = zip(map(int, number), range(10, 1, -1), strict=False)
    rest = sum(sign * weight for sign, weight in weighed) % 11
    right = rest if rest < 2 else 11 - rest
    return int(number[9]) == right and len(set(number)) > 1


def text_of(name, value):
    text = str(value)  # cleaned when it was read
    if len(text) > LONGEST[name]:
        most = persian.to_persian_digits(LONGEST[name])
        raise Wrong(_("At most %(most)s signs.") % {"most": most})
    return text


# The same few amounts, days and texts stand in thousands of rows.
AMOUNT, DAY = RialField(min_value=settings.MIN_AMOUNT), JalaliDateField()
alike = lru_cache(1000)(persian.search_key)


@lru_cache(5000)
def amount_of(text):
    try:
        return AMOUNT.clean(text)
    except ValidationError as error:
        raise Wrong(error.messages[0]) from error


@lru_cache(1000)
def day_of(text):
    try:
        return DAY.clean(text)
    except ValidationError as error:
        raise Wrong(error.messages[0]) from error
