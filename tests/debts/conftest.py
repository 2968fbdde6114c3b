"""A unit whose clerk imports debts, and a unit that is not hers."""

import pytest
from django.utils import timezone

from debts import judging
from tests.debts.sheets import csv


@pytest.fixture
def foreign(dormitory):
    """A subject of another faculty."""
    from catalog.models import Faculty, Subject, Unit

    faculty = Faculty.objects.create(title="دانشکده علوم پایه", position=2)
    unit = Unit.objects.create(faculty=faculty, title="آموزش", position=1)
    return Subject.objects.create(unit=unit, title="شهریه", position=1)


@pytest.fixture
def verdict_on(keep):
    """What would happen to rows: verdict_on(row(), row(amount="1"))."""

    def verdict(*rows):
        return judging.judge(keep(csv(*rows)), now=timezone.now())

    return verdict
