"""What the database never holds, whoever writes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from catalog.models import Faculty, Subject, Unit

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("subject_amounts_follow_its_rule", {"amount_rule": "guess"}),
        ("subject_amounts_follow_its_rule", {"fixed_amount": 5}),
        ("subject_amounts_follow_its_rule", {"min_amount": 5}),
        ("subject_amounts_follow_its_rule", {"amount_rule": "fixed"}),
        ("subject_amounts_follow_its_rule", {"amount_rule": "bounded"}),
        (
            "subject_amounts_follow_its_rule",
            {"amount_rule": "bounded", "min_amount": 5},
        ),
        (
            "subject_amounts_follow_its_rule",
            {"amount_rule": "fixed", "fixed_amount": 5, "max_amount": 9},
        ),
        (
            "subject_min_amount_positive",
            {"amount_rule": "bounded", "min_amount": 0, "max_amount": 9},
        ),
        (
            "subject_max_amount_not_below_min",
            {"amount_rule": "bounded", "min_amount": 9, "max_amount": 8},
        ),
        ("subject_fixed_amount_positive", {"amount_rule": "fixed", "fixed_amount": 0}),
        ("subject_closes_after_it_opens", {"opens_at": NOON, "closes_at": NOON}),
        ("subject_has_a_title", {"search_key": ""}),
    ],
)
def test_subject_against_its_rules_is_refused(dormitory, constraint, changes):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Subject.objects.update(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_rule": "free"},
        {"amount_rule": "bounded", "min_amount": 9, "max_amount": 9},
        {"amount_rule": "fixed", "fixed_amount": 1},
        {"opens_at": NOON},
        {"closes_at": NOON},
        {"opens_at": NOON, "closes_at": NOON + timedelta(seconds=1)},
    ],
)
def test_subject_within_its_rules_is_kept(dormitory, changes):
    assert Subject.objects.update(**changes) == 1


def test_position_is_never_negative(dormitory):
    for model in (Faculty, Unit, Subject):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(position=-1)


def test_entry_without_a_title_is_refused(dormitory):
    for model, constraint in ((Faculty, "faculty_has"), (Unit, "unit_has")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            model.objects.update(search_key="")


def test_title_is_used_once_in_its_place(dormitory):
    faculty, unit = dormitory.unit.faculty, dormitory.unit
    twins = [
        (Faculty, {"title": "دانشكده صنعت و معدن قروه"}),
        (Unit, {"title": "امور  دانشجویي", "faculty": faculty}),
        (Subject, {"title": "خوابگاه", "unit": unit}),
    ]
    for model, facts in twins:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**facts)


def test_same_title_may_stand_in_another_place(dormitory):
    other = Faculty.objects.create(title="دانشکده کشاورزی")
    unit = Unit.objects.create(faculty=other, title=dormitory.unit.title)
    Subject.objects.create(unit=unit, title=dormitory.title)
    assert Subject.objects.count() == 2


def test_plain_sql_is_refused_too(dormitory):
    statement = "UPDATE catalog_subject SET fixed_amount = 10000"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as c:
        c.execute(statement)


def test_used_rows_are_not_deleted(dormitory):
    for row in (dormitory.unit, dormitory.unit.faculty):
        with pytest.raises(ProtectedError):
            row.delete()
