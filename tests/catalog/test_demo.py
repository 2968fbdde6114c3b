"""The demo catalogue."""

import re

from django.utils import timezone

from catalog import demo
from catalog.models import AmountRule, Faculty, Subject, Unit
from payment_portal import persian


def test_demo_is_a_believable_university(db):
    demo.load()
    assert Faculty.objects.count() >= 10
    assert Unit.objects.count() >= 25
    assert Subject.objects.count() >= 60
    rules = Subject.objects.values_list("amount_rule", flat=True)
    assert set(rules) == set(AmountRule.values)
    hidden = Subject.objects.count() - Subject.objects.open(timezone.now()).count()
    assert hidden >= 3


def test_demo_holds_the_example_of_the_guide(db):
    demo.load()
    subject = Subject.objects.open(timezone.now()).get(
        title="خوابگاه",
        unit__title="امور دانشجویی",
        unit__faculty__title="دانشکده صنعت و معدن قروه",
    )
    assert subject.amount_rule == AmountRule.FREE


def test_demo_loaded_twice_keeps_what_staff_changed(db):
    demo.load()
    Subject.objects.update(position=77, is_active=False)
    counts = [model.objects.count() for model in (Faculty, Unit, Subject)]
    demo.load()
    assert [model.objects.count() for model in (Faculty, Unit, Subject)] == counts
    assert set(Subject.objects.values_list("position", "is_active")) == {(77, False)}


def test_demo_is_written_as_it_is_stored(db):
    demo.load()
    for model in (Faculty, Unit, Subject):
        for title in model.objects.values_list("title", flat=True):
            assert persian.clean(title) == title
            assert not re.search("[A-Za-z]", title)
