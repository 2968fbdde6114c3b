"""What was stored before the letters of Kurdish were folded is found afterwards."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from catalog.models import Faculty, Unit
from payments import triggers
from payments.models import Payment
from tests.payments.test_guards import make_payment


@pytest.fixture
def fold(db):
    """Run the step of a migration: fold("catalog")."""
    numbers = {"catalog": "0003", "payments": "0012"}

    def folded(app):
        name = f"{app}.migrations.{numbers[app]}_kurdish_letters_alike"
        import_module(name).fold(apps, SimpleNamespace(connection=connection))

    return folded


def test_payments_are_found(fold, student, dormitory, terminal):
    payment = make_payment(student, dormitory, terminal, search_key="سۆرانڕڵێڤ 09")
    other = make_payment(student, dormitory, terminal, search_key="سوران 09")
    fold("payments")
    assert list(Payment.objects.matching("سوران").order_by("pk")) == [payment, other]
    assert Payment.objects.get(pk=payment.pk).search_key == "سورانرلیو 09"
    assert triggers.existing() >= {trigger.name for trigger in triggers.TRIGGERS}


def test_catalogue_is_found_and_twins_stay(fold, db):
    faculty = Faculty.objects.create(title="دانشکده")
    titles = ["ژتۆن", "کوڕان", "کوران"]
    units = [Unit.objects.create(faculty=faculty, title=title) for title in titles[:2]]
    for unit, title in zip(units, titles, strict=False):
        Unit.objects.filter(pk=unit.pk).update(search_key=title)
    Unit.objects.create(faculty=faculty, title=titles[2])
    fold("catalog")
    assert Unit.objects.matching("ژتون").get() == units[0]
    assert Unit.objects.get(pk=units[1].pk).search_key == "کوڕان"
