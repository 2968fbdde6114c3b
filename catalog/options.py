"""What the payer may choose from, kept for a minute.

Opening and closing moments are looked at on each reading, so the cache never shows
a subject too long.
"""

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.models import Faculty, Subject, Unit

SECONDS = 60


def faculties():
    """The faculties and centres of the first list."""
    return cache.get_or_set("catalog:faculties", _faculties, SECONDS)


def units(faculty_id):
    """The units of a faculty."""
    return cache.get_or_set(
        f"catalog:units:{faculty_id}", lambda: _units(faculty_id), SECONDS
    )


def subjects(unit_id, now):
    """The subjects of a unit that can be paid for at this moment."""
    rows = cache.get_or_set(
        f"catalog:subjects:{unit_id}", lambda: _subjects(unit_id), SECONDS
    )
    return [_option(subject) for subject in rows if subject.is_open(now)]


def _faculties():
    payable = Exists(_open().filter(unit__faculty=OuterRef("pk")))
    found = Faculty.objects.filter(payable).in_order()
    return list(found.values("id", "title"))


def _units(faculty_id):
    payable = Exists(_open().filter(unit=OuterRef("pk")))
    found = Unit.objects.filter(payable).of(faculty_id).in_order()
    return list(found.values("id", "title"))


def _open():
    """What can be paid for now; nobody is led to a place that has nothing."""
    return Subject.objects.open(timezone.now())


def _subjects(unit_id):
    return list(Subject.objects.of(unit_id).select_related("unit__faculty").in_order())


def _option(subject):
    low, high = subject.limits
    return {
        "id": subject.pk,
        "title": subject.title,
        "rule": subject.amount_rule,
        "min": low,
        "max": high,
        "fixed": subject.fixed_amount,
    }
