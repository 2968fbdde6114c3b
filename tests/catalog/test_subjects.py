"""How much may be paid, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from catalog.models import Faculty, Subject, Unit

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def refusal(subject, amount):
    with pytest.raises(ValidationError) as caught:
        subject.check_amount(amount)
    return caught.value.messages[0]


def test_free_amount_lies_within_what_banks_take(dormitory, settings):
    settings.MIN_AMOUNT, settings.MAX_AMOUNT = 10_000, 50_000_000
    dormitory.check_amount(10_000)
    dormitory.check_amount(50_000_000)
    assert refusal(dormitory, 9_999) == "مبلغ باید ۱۰٬۰۰۰ ریال یا بیشتر باشد"
    assert refusal(dormitory, 50_000_001) == "مبلغ باید ۵۰٬۰۰۰٬۰۰۰ ریال یا کمتر باشد"


def test_bounded_amount_lies_within_both_bounds(settings):
    settings.MIN_AMOUNT, settings.MAX_AMOUNT = 10_000, 50_000_000
    subject = Subject(amount_rule="bounded", min_amount=20_000, max_amount=90_000_000)
    assert subject.limits == (20_000, 50_000_000)
    subject.check_amount(20_000)
    assert "۲۰٬۰۰۰" in refusal(subject, 19_999)
    assert "۵۰٬۰۰۰٬۰۰۰" in refusal(subject, 50_000_001)


def test_fixed_amount_is_that_amount():
    subject = Subject(amount_rule="fixed", fixed_amount=500_000)
    subject.check_amount(500_000)
    for amount in (499_999, 500_001):
        assert "۵۰۰٬۰۰۰" in refusal(subject, amount)


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [
        (None, None, True),
        (NOON, None, True),
        (NOON + SECOND, None, False),
        (None, NOON, False),
        (None, NOON + SECOND, True),
    ],
)
def test_subject_is_open_from_its_first_to_before_its_last_moment(
    dormitory, opens, closes, is_open
):
    Subject.objects.update(opens_at=opens, closes_at=closes)
    dormitory.refresh_from_db()
    assert dormitory.is_open(NOON) is is_open
    assert Subject.objects.open(NOON).exists() is is_open


@pytest.mark.parametrize("model", [Faculty, Unit, Subject])
def test_what_is_switched_off_closes_all_below(dormitory, model):
    model.objects.update(is_active=False)
    subject = Subject.objects.get()
    assert not subject.is_open(NOON)
    assert not Subject.objects.open(NOON).exists()


def test_names_tell_rows_apart(dormitory):
    unit = "امور دانشجویی (دانشکده صنعت و معدن قروه)"
    assert str(dormitory) == f"خوابگاه، {unit}"
    assert str(dormitory.unit) == unit
    assert str(dormitory.unit.faculty) == "دانشکده صنعت و معدن قروه"


def test_key_for_searching_follows_the_title(dormitory):
    dormitory.title = "خوابگاه‌ها"
    dormitory.save()
    assert Subject.objects.get().search_key == "خوابگاهها"


@pytest.mark.parametrize(
    "query", ["خوابگاه", "خوا بگاه", "دانشجويي", "قروە خوابگاه", "دانشكده", ""]
)
def test_subject_is_found_by_words_of_its_place(dormitory, query):
    assert Subject.objects.matching(query).get() == dormitory


def test_subject_is_not_found_by_other_words(dormitory):
    assert not Subject.objects.matching("خوابگاه کشاورزی").exists()
