"""A believable catalogue of the University of Kurdistan, to look at and to try."""

import json
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from catalog.models import AmountRule, Faculty
from payment_portal import persian

FILE = Path(__file__).with_name("demo.json")


@transaction.atomic
def load():
    """Add what is missing; what staff changed since stays as it is."""
    today = persian.start_of_day(timezone.localdate())
    tree = json.loads(FILE.read_text(encoding="utf-8"))
    for faculty, branch in _rows(Faculty.objects.all(), tree):
        for unit, twig in _rows(faculty.units, branch["units"]):
            _rows(unit.subjects, [_subject(leaf, today) for leaf in twig["subjects"]])


def _rows(siblings, entries):
    """The row of each entry, found or made, in the order of the file."""
    return [
        (_row(siblings, position, entry), entry)
        for position, entry in enumerate(entries, start=1)
    ]


def _row(siblings, position, entry):
    facts = {name: entry[name] for name in entry if name not in {"units", "subjects"}}
    row, _ = siblings.get_or_create(
        search_key=persian.search_key(entry["title"]),
        defaults=facts | {"position": position},
    )
    return row


def _subject(leaf, today):
    """An entry of the file as fields: days count from the day of loading."""
    facts = {"amount_rule": _rule(leaf)} | leaf
    for field, days in (("opens_at", "opens_in_days"), ("closes_at", "closes_in_days")):
        if days in facts:
            facts[field] = today + timedelta(days=facts.pop(days))
    return facts


def _rule(leaf):
    if "fixed_amount" in leaf:
        return AmountRule.FIXED
    return AmountRule.BOUNDED if "min_amount" in leaf else AmountRule.FREE
