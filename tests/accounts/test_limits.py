"""Counters that no race passes, and whom they count."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.limits import Rule, TooMany, address_of, allow, take
from accounts.models import Limit, User
from tests.accounts.conftest import confirm, sign_up, text

NOW = timezone.now()
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def test_so_many_times_and_no_more(db):
    assert [allow("try", "ali", 3, HOUR, NOW) for _ in range(5)] == [
        *[True] * 3,
        *[False] * 2,
    ]


def test_it_opens_when_the_window_is_over(db):
    assert allow("try", "ali", 1, HOUR, NOW)
    assert not allow("try", "ali", 1, HOUR, NOW + HOUR - SECOND)
    assert allow("try", "ali", 1, HOUR, NOW + HOUR)
    assert not allow("try", "ali", 1, HOUR, NOW + HOUR + SECOND)


def test_scopes_and_keys_are_counted_apart(db):
    assert allow("try", "ali", 1, HOUR, NOW)
    assert allow("try", "sara", 1, HOUR, NOW)
    assert allow("send", "ali", 1, HOUR, NOW)


def test_a_limit_of_nothing_allows_nothing(db):
    assert not allow("try", "ali", 0, HOUR, NOW)
    assert not Limit.objects.exists()


def test_all_rules_are_counted_or_none(db):
    wide, narrow = Rule("wide", "ali", 5, HOUR), Rule("narrow", "ali", 1, HOUR)
    take([wide, narrow], NOW)
    with pytest.raises(TooMany) as refused:
        take([wide, narrow], NOW + SECOND)
    assert refused.value.until == NOW + HOUR
    assert Limit.objects.get(scope="wide").count == 1


def test_what_did_not_happen_is_given_back(db):
    rule = Rule("try", "ali", 1, HOUR)
    assert rule.count(NOW)
    rule.give_back(NOW)
    rule.give_back(NOW)
    assert rule.count(NOW)
    assert not rule.count(NOW)
    assert rule.opens_at(NOW + HOUR) == NOW + HOUR


def test_a_full_budget_raises_an_alarm(db, caplog):
    rule = Rule("budget", "", 1, HOUR, alarming=True)
    take([rule], NOW)
    with pytest.raises(TooMany):
        take([rule], NOW)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_counter_does_not_name_whom_it_counts(db):
    allow("code-day", "+989181234567", 1, HOUR, NOW)
    assert "9181234567" not in str(vars(Limit.objects.get()))


def test_one_counter_has_one_row(db):
    row = {"scope": "try", "key": "a" * 64, "expires_at": NOW}
    Limit.objects.create(**row)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        Limit.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_in_parallel_no_more_are_let_through():
    start, allowed = threading.Barrier(8), []

    def count():
        start.wait()
        try:
            allowed.append(allow("try", "ali", 3, HOUR, NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 5 + [True] * 3


# ---- codes


def ask(mobile="09185551234", address="203.0.113.1"):
    """Somebody asks for a code in a fresh browser; the page he gets."""
    browser = Client(REMOTE_ADDR=address)
    answer = sign_up(browser, mobile=mobile)
    return text(browser.get(answer.url) if answer.status_code == 302 else answer)


def test_a_number_gets_3_codes_in_10_minutes_5_in_an_hour_10_in_a_day(db, phone, clock):
    for seconds, expected in [
        (0, 1),
        (61, 2),
        (61, 3),
        (61, 3),  # the fourth in ten minutes
        (600, 4),
        (61, 5),
        (61, 5),  # the sixth in an hour
        (3600, 6),
        (61, 7),
        (61, 8),
        (3600, 9),
        (61, 10),
        (61, 10),
        (3600, 10),  # the eleventh in a day
        (24 * 3600, 11),
    ]:
        clock.shift(seconds)
        ask()
        assert len(phone.messages) == expected


def test_numbers_with_and_without_an_account_are_limited_alike(
    db, phone, clock, student
):
    pages = {}
    for mobile in ("09181234567", "09185551234"):
        for _ in range(4):
            pages[mobile] = ask(mobile)
            clock.shift(61)
        clock.shift(3600)
    assert len(phone.messages) == 6
    waits = {page.split("دوباره تلاش کنید")[0][-30:] for page in pages.values()}
    assert len(waits) == 1


def test_all_spellings_of_a_number_are_one(db, phone):
    ask("09185551234")
    ask("+98 918 555 1234")
    ask("۰۰۹۸۹۱۸۵۵۵۱۲۳۴")
    assert len(phone.messages) == 1


def test_one_address_does_not_send_to_everybody(db, phone, settings):
    settings.CODES_PER_ADDRESS = 2
    pages = [ask(f"0918555000{number}") for number in range(3)]
    assert len(phone.messages) == 2
    assert "۶۰ دقیقه دیگر دوباره تلاش کنید" in pages[2]
    assert "۰۹" not in pages[2].split("<form")[0]
    ask("09185550009", address="203.0.113.2")
    assert len(phone.messages) == 3


def test_what_an_address_may_not_send_costs_the_number_nothing(db, phone, settings):
    settings.CODES_PER_ADDRESS = 0
    ask(address="203.0.113.1")
    settings.CODES_PER_ADDRESS = 30
    ask(address="203.0.113.2")
    assert len(phone.messages) == 1


def test_the_whole_site_has_an_hourly_budget(db, phone, settings, clock, caplog):
    settings.CODES_PER_HOUR = 2
    for number in range(4):
        ask(f"0918555000{number}", address=f"203.0.113.{number}")
    assert len(phone.messages) == 2
    assert "code-budget" in caplog.text
    clock.shift(3600)
    ask("09185550009")
    assert len(phone.messages) == 3


def test_a_code_that_did_not_go_out_is_not_counted_for_the_number(db, phone):
    phone.problem = "temporary"
    for _ in range(12):
        ask()
    phone.problem = ""
    ask()
    assert len(phone.messages) == 1
    assert Limit.objects.get(scope="code-budget").count == 1


def test_a_refused_sign_up_leaves_nothing_behind(db, phone, browser):
    ask()
    ask()
    assert confirm(browser, "123456").url == "/sign-up/"
    assert not User.objects.exists()


# ---- addresses


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "203.0.113.9", "198.51.100.7", "203.0.113.9"),
        (1, "127.0.0.1", "198.51.100.7", "198.51.100.7"),
        (1, "127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        (2, "127.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "203.0.113.9", "6.6.6.6", "203.0.113.9"),
        (1, "", "", "::"),
        (1, "127.0.0.1", "nonsense", "::"),
        (0, "::ffff:203.0.113.9", "", "203.0.113.9"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
    ],
)
def test_an_address_is_what_trusted_proxies_say(
    settings, proxies, remote, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded
    )
    assert address_of(request) == address
