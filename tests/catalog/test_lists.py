"""The dependent lists of the payment form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog import options
from catalog.models import Faculty, Subject, Unit

UNITS, SUBJECTS = "/catalog/units/", "/catalog/subjects/"


def test_units_of_a_faculty_are_listed_in_order(dormitory, client_of, student):
    faculty = dormitory.unit.faculty
    first = Unit.objects.create(faculty=faculty, title="امور آموزشی", position=0)
    Subject.objects.create(unit=first, title="شهریه")
    Unit.objects.create(faculty=faculty, title="بایگانی", is_active=False)
    answer = client_of(student).get(UNITS, {"faculty": faculty.pk})
    assert answer.json() == {
        "options": [
            {"id": first.pk, "title": "امور آموزشی"},
            {"id": dormitory.unit.pk, "title": "امور دانشجویی"},
        ]
    }


def test_nobody_is_led_to_a_place_that_has_nothing(dormitory):
    faculty = Faculty.objects.create(title="کتابخانه مرکزی")
    empty = Unit.objects.create(faculty=faculty, title="امانت")
    Subject.objects.create(unit=empty, title="جریمه", is_active=False)
    Unit.objects.create(faculty=dormitory.unit.faculty, title="بایگانی")
    assert [row["id"] for row in options.faculties()] == [dormitory.unit.faculty_id]
    found = options.units(dormitory.unit.faculty_id)
    assert [row["id"] for row in found] == [dormitory.unit_id]


def test_subjects_of_a_unit_tell_their_amounts(dormitory, client_of, student):
    unit = dormitory.unit
    Subject.objects.create(
        **{"unit": unit, "title": "خسارت", "position": 2, "amount_rule": "bounded"},
        **{"min_amount": 20_000, "max_amount": 90_000},
    )
    Subject.objects.create(
        **{"unit": unit, "title": "کارت", "position": 3, "amount_rule": "fixed"},
        fixed_amount=500_000,
    )
    answer = client_of(student).get(SUBJECTS, {"unit": unit.pk})
    facts = [
        (option["title"], option["rule"], option["min"], option["max"], option["fixed"])
        for option in answer.json()["options"]
    ]
    assert facts == [
        ("خوابگاه", "free", 10_000, 2_000_000_000, None),
        ("خسارت", "bounded", 20_000, 90_000, None),
        ("کارت", "fixed", 500_000, 500_000, 500_000),
    ]


@pytest.mark.parametrize("address", [UNITS, SUBJECTS])
@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "987654321", "۱"])
def test_strange_number_gives_an_empty_list(client_of, student, address, number):
    answer = client_of(student).get(address, {"faculty": number, "unit": number})
    assert answer.json() == {"options": []}


@pytest.mark.parametrize("address", [UNITS, SUBJECTS])
def test_lists_need_a_log_in(client, db, address):
    answer = client.get(address, {"faculty": "1", "unit": "1"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:login"))


@pytest.mark.parametrize("address", [UNITS, SUBJECTS])
def test_lists_are_only_read(client_of, student, address):
    assert client_of(student).post(address).status_code == 405


def test_closed_and_switched_off_subjects_are_hidden(dormitory):
    now = timezone.now()
    unit, day = dormitory.unit, timedelta(days=1)
    Subject.objects.create(unit=unit, title="فردا", opens_at=now + day)
    Subject.objects.create(unit=unit, title="دیروز", closes_at=now - day)
    Subject.objects.create(unit=unit, title="خاموش", is_active=False)
    titles = [option["title"] for option in options.subjects(unit.pk, now)]
    assert titles == ["خوابگاه"]


def test_subject_opens_to_the_second_though_the_list_is_kept(dormitory):
    now = timezone.now()
    Subject.objects.update(opens_at=now)
    assert options.subjects(dormitory.unit_id, now - timedelta(seconds=1)) == []
    assert len(options.subjects(dormitory.unit_id, now)) == 1


def test_lists_below_what_is_switched_off_are_empty(dormitory):
    Faculty.objects.update(is_active=False)
    assert options.faculties() == []
    assert options.units(dormitory.unit.faculty_id) == []
    assert options.subjects(dormitory.unit_id, timezone.now()) == []


def test_lists_ask_the_database_once_a_minute(
    dormitory, client_of, student, django_assert_num_queries
):
    now, faculty, unit = timezone.now(), dormitory.unit.faculty_id, dormitory.unit_id
    with django_assert_num_queries(3):
        options.faculties(), options.units(faculty), options.subjects(unit, now)
    with django_assert_num_queries(0):
        options.faculties(), options.units(faculty), options.subjects(unit, now)
    browser = client_of(student)
    with django_assert_num_queries(2):  # the session and who it is
        browser.get(SUBJECTS, {"unit": unit})
