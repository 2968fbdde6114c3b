"""A catalogue from a sheet: one row for each payment subject.

What is there already is found by its title, however that is spelled, and brought to
what the sheet says; what the sheet does not name stays as it is.
"""

from collections import Counter
from datetime import date, datetime, time

import python_calamine as calamine
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.forms import SubjectForm
from catalog.models import AmountRule, Faculty, Subject
from payment_portal import persian
from payment_portal.fields import CleanCharField, JalaliDateTimeField, RialField

HEADINGS = {
    "faculty": "دانشکده یا مرکز",
    "unit": "واحد",
    "title": "موضوع پرداخت",
    "fixed_amount": "مبلغ ثابت (ریال)",
    "min_amount": "کمترین مبلغ (ریال)",
    "max_amount": "بیشترین مبلغ (ریال)",
    "opens_at": "آغاز پرداخت",
    "closes_at": "پایان پرداخت",
    "deposit_identifier": "شناسه واریز",
}
NEEDED = ["faculty", "unit", "title"]


class Invalid(Exception):
    """Nothing was stored; ``faults`` says why, row by row."""

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


class RowForm(SubjectForm):
    """A row's subject, by the rules of the page on which the clerk types one."""

    class Meta:
        model = Subject
        fields = [*HEADINGS][2:] + ["amount_rule"]
        field_classes = {
            "title": CleanCharField,
            **dict.fromkeys(["fixed_amount", "min_amount", "max_amount"], RialField),
            **dict.fromkeys(["opens_at", "closes_at"], JalaliDateTimeField),
        }

    def _get_validation_exclusions(self):
        # The unit is no field, and a twin in it is to be found all the same.
        return super()._get_validation_exclusions() - {"unit"}


def read(file):
    """The first sheet's rows as texts, by the names of HEADINGS; raises Invalid."""
    try:
        with calamine.load_workbook(file) as book:
            lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Invalid([str(error)]) from error
    first = [persian.search_key(str(cell)) for cell in lines[0]] if lines else []
    places = {
        name: first.index(key)
        for name, title in HEADINGS.items()
        if (key := persian.search_key(title)) in first
    }
    missing = [HEADINGS[name] for name in NEEDED if name not in places]
    if missing:
        raise Invalid([_("These columns are missing: %s") % "، ".join(missing)])
    return {
        number: {name: _text(line[place]) for name, place in places.items()}
        for number, line in enumerate(lines[1:], 2)
        if any(cell != "" for cell in line)
    }


@transaction.atomic
def store(rows, *, dry_run=False):
    """Bring the catalogue to the rows; tell how many were new. Raises Invalid."""
    counts, faults = Counter(), []
    for number, row in rows.items():
        try:
            counts[_store(row)] += 1
        except Invalid as wrong:
            start = _("Row %s: ") % persian.to_persian_digits(number)
            faults += [start + fault for fault in wrong.faults]
    if faults:
        raise Invalid(faults)
    transaction.set_rollback(dry_run)
    return counts


def _store(row):
    empty = [HEADINGS[name] for name in NEEDED if not row[name]]
    if empty:
        raise Invalid([_("%s is empty") % title for title in empty])
    faculty = _place(Faculty.objects.all(), row["faculty"])
    unit = _place(faculty.units, row["unit"])
    found = unit.subjects.filter(search_key=persian.search_key(row["title"])).first()
    subject = found or Subject(unit=unit, position=unit.subjects.count() + 1)
    form = RowForm(row | {"amount_rule": _rule(row)}, instance=subject)
    if not form.is_valid():
        raise Invalid(list(_faults(form)))
    if found and not form.has_changed():
        return "unchanged"
    form.save()
    return "changed" if found else "made"


def _place(siblings, title):
    row, _made = siblings.get_or_create(
        search_key=persian.search_key(title),
        defaults={"title": persian.clean(title), "position": siblings.count() + 1},
    )
    return row


def _rule(row):
    if row.get("fixed_amount"):
        return AmountRule.FIXED
    bounded = row.get("min_amount") or row.get("max_amount")
    return AmountRule.BOUNDED if bounded else AmountRule.FREE


def _faults(form):
    for name, errors in form.errors.items():
        for error in errors:
            yield f"{HEADINGS[name]}: {error}" if name in HEADINGS else error


def _text(cell):
    """A cell as a person would type it."""
    if isinstance(cell, datetime):
        return persian.jalali_numeric(cell.replace(tzinfo=persian.TEHRAN))
    if isinstance(cell, date):
        return persian.jalali_numeric(datetime.combine(cell, time(), persian.TEHRAN))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
