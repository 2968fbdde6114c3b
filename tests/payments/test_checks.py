"""What stops the start: terminals that payers would be sent through in vain."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError

from payment_portal.fitness import stop_if_unfit
from payments import checks
from payments.models import Terminal


def make(**changes):
    values = {"alias": "mellat", "psp": "mellat", "merchant_number": "7001234"}
    return Terminal.objects.create(title="ملت", **values | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"psp": "spe"}, "spe"),
        ({"merchant_number": "۲۰۱۵ abc"}, "mellat"),
        ({"alias": "other"}, "TERMINAL_OTHER_USERNAME"),
    ],
)
def test_terminal_that_cannot_be_spoken_for_stops_the_start(db, changes, said):
    make(**changes)
    with pytest.raises(SystemCheckError, match=said):
        stop_if_unfit()


def test_malformed_secret_stops_the_start_and_is_not_told(db, settings):
    make()
    secret = {"TERMINAL_MELLAT_PASSWORD": "two words"}
    settings.TERMINAL_SETTINGS = settings.TERMINAL_SETTINGS | secret
    with pytest.raises(SystemCheckError) as stopped:
        stop_if_unfit()
    assert "TERMINAL_MELLAT_PASSWORD" in str(stopped.value)
    assert "two words" not in str(stopped.value)


def test_closed_terminal_may_wait_for_its_secrets(db):
    make(alias="other", is_open=False)
    stop_if_unfit()


def test_right_terminal_lets_the_start_be(db):
    make()
    stop_if_unfit()


def test_database_that_is_away_is_no_fault_of_a_terminal(db, monkeypatch):
    def away(*args, **kwargs):
        raise DatabaseError("the database is away")

    monkeypatch.setattr(type(Terminal.objects.all()), "open", away)
    stop_if_unfit()


def test_without_a_database_nothing_is_asked(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        call_command("check")
        assert checks.terminals(None) == []


def test_closed_terminal_with_payers_on_their_way_still_needs_its_secrets(
    payer, settings
):
    payer.start()
    Terminal.objects.update(is_open=False)
    stop_if_unfit()
    sep = {"TERMINAL_SEP_GENERATION": "2"}
    settings.TERMINAL_SETTINGS = settings.TERMINAL_SETTINGS | sep
    with pytest.raises(SystemCheckError, match="TERMINAL_SEP_GENERATION"):
        stop_if_unfit()
