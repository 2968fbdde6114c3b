"""A terminal whose bank is silent, faulty or well again; the others go on as before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Subject, Unit
from payments.models import Terminal

NOW = timezone.now()
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def other(terminal):
    return Terminal.objects.create(
        alias="sep-41", title="سامان ۲", psp="sep", merchant_number="2041"
    )


def stored(terminal):
    names = ("is_open", "fault", "silences", "resting_until")
    return Terminal.objects.values_list(*names).get(pk=terminal.pk)


def test_silences_are_counted_until_the_terminal_rests(terminal, other, settings):
    settings.BREAKER_SILENCES = 3
    for silences in (1, 2):
        terminal.kept_silent(NOW)
        assert stored(terminal) == (True, "", silences, None)
    terminal.kept_silent(NOW)
    assert stored(terminal) == (True, "", 3, NOW + settings.BREAKER_REST)
    assert stored(other) == (True, "", 0, None)


def test_answer_forgets_the_silences(terminal, other):
    Terminal.objects.update(silences=2, resting_until=NOW)
    terminal.refresh_from_db()
    terminal.answered()
    assert stored(terminal) == (True, "", 0, None)
    assert stored(other) == (True, "", 2, NOW)


def test_answer_of_a_bank_that_was_not_silent_writes_nothing(
    terminal, django_assert_num_queries
):
    with django_assert_num_queries(0):
        terminal.answered()


def test_terminal_that_rests_is_tried_by_one_when_its_rest_is_over(
    terminal, other, settings
):
    Terminal.objects.update(resting_until=NOW)
    first, second = (Terminal.objects.get(pk=terminal.pk) for _ in range(2))
    assert not first.may_be_asked(NOW - A_SECOND)
    assert first.may_be_asked(NOW)
    assert not second.may_be_asked(NOW)
    assert stored(terminal)[3] == NOW + settings.BREAKER_REST
    assert stored(other)[3] == NOW


def test_faulty_terminal_is_closed_once_and_opened_again(terminal, other):
    assert terminal.close_for("x" * 150)
    assert not terminal.close_for("something else")
    assert stored(terminal) == (False, "x" * 100, 0, None)
    assert stored(other)[0]

    Terminal.objects.update(is_open=False, fault="f", silences=9, resting_until=NOW)
    terminal.open_again()
    assert stored(terminal) == (True, "", 0, None)
    assert stored(other) == (False, "f", 9, NOW)


def test_terminal_that_was_led_elsewhere_is_closed_alone(terminal, other, student):
    terminal.was_led_elsewhere(student)
    assert list(Terminal.objects.open()) == [other]
    assert terminal.changed_by.get() == student


def test_payer_is_offered_what_is_open_and_takes_his_amount(terminal, other, dormitory):
    def offered(amount):
        return Terminal.objects.offered(dormitory, amount)

    assert offered(500) == [terminal, other]
    Terminal.objects.filter(pk=other.pk).update(max_amount=499)
    assert offered(500) == [terminal]
    Terminal.objects.filter(pk=terminal.pk).update(is_open=False)
    assert offered(500) == []


def test_terminals_that_the_money_of_some_subjects_may_go_through(
    terminal, other, dormitory
):
    unit = Unit.objects.create(faculty=dormitory.unit.faculty, title="آموزش")
    subject = Subject.objects.create(unit=unit, title="شهریه")

    def serving(*subjects):
        return set(Terminal.objects.serving_any(subjects))

    assert serving(dormitory) == serving(subject) == {terminal, other}
    other.subjects.add(subject)
    assert serving(dormitory) == {terminal}
    assert serving(dormitory, subject) == {terminal, other}
    other.subjects.clear()
    other.units.add(unit)
    assert serving(dormitory) == {terminal}
    assert serving(subject) == {terminal, other}


@pytest.mark.parametrize(
    ("least", "most", "taken"),
    [
        (None, None, True),
        (500, None, True),
        (501, None, False),
        (None, 500, True),
        (None, 499, False),
    ],
)
def test_limits_of_a_terminal(terminal, least, most, taken):
    Terminal.objects.update(min_amount=least, max_amount=most)
    terminal.refresh_from_db()
    assert terminal.takes(500) is taken
