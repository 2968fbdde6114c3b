"""Who makes the check of the money, who hears of it, and who sees it."""

import json
import signal
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from payments import invariants, money_check, triggers, worker
from payments.models import MoneyCheck, checks
from tests.payments.test_guards import raw

EVERY = timedelta(minutes=10)
FRONT = reverse("admin:index")


@pytest.fixture
def tampered(payer):
    """Somebody with a hand in the database made a bill cheaper."""
    payment = payer.start()
    triggers.drop()
    raw("UPDATE payments_payment SET amount = 50000")
    return payment


# ---- the command ---------------------------------------------------------------------


def test_command_says_that_all_is_well(paid, capsys):
    call_command("check_money")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(invariants.INVARIANTS)
    assert all(line.split()[1] == "ok" for line in lines)
    assert lines[0].startswith("INV-01")
    assert not MoneyCheck.objects.exists()


def test_command_fails_and_names_what_is_broken(tampered, capsys):
    with pytest.raises(CommandError, match="Broken: INV-11") as failure:
        call_command("check_money")
    assert failure.value.returncode == 1
    out = capsys.readouterr().out
    assert "INV-11         1  Who pays what" in out
    assert tampered.order_number in out


def test_command_speaks_json(tampered, capsys):
    with pytest.raises(CommandError):
        call_command("check_money", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["broken"] == 1
    [one] = [entry for entry in told["invariants"] if entry["count"]]
    assert one == {
        "number": "INV-11",
        "sentence": "Who pays what under which order number never changes.",
        "count": 1,
        "order_numbers": [tampered.order_number],
    }


# ---- the worker ----------------------------------------------------------------------


def watch(after=0):
    """The worker looks, so many minutes from now, whether it is time for a check."""
    moment = timezone.now() + timedelta(minutes=after)
    worker.watch_once(clock=lambda: moment)


def test_worker_checks_every_ten_minutes(db, settings):
    assert settings.MONEY_CHECK_EVERY == EVERY
    for after in (0, 5, 9.9, 10.1, 15, 21):
        watch(after)
    assert MoneyCheck.objects.count() == 3


def test_turn_of_who_died_over_a_check_falls_to_another_after_ten_minutes(db):
    now = timezone.now()
    MoneyCheck.objects.keep([], now - EVERY)
    turns = [
        MoneyCheck.objects.take_turn(now + timedelta(minutes=minutes))
        for minutes in (0, 9.9, 10)
    ]
    assert turns == [True, False, True]


def test_one_round_for_cron_checks_too(db):
    call_command("work", "--once")
    assert MoneyCheck.objects.count() == 1


def test_worker_checks_beside_a_round_that_takes_long(db, settings, monkeypatch):
    settings.WORKER_PAUSE = timedelta(seconds=0.01)
    checked, handlers = threading.Event(), {}

    def one_long_round():
        checked.wait(20)
        handlers[signal.SIGTERM]()

    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(worker, "watch_once", lambda: checked.set())
    monkeypatch.setattr(worker, "run_once", one_long_round)
    call_command("work")
    assert checked.is_set()


def test_check_is_made_by_one_of_many_workers(transactional_db, monkeypatch):
    now = timezone.now()
    MoneyCheck.objects.keep([], now - EVERY)
    asked = []
    monkeypatch.setattr(invariants, "check", lambda now: asked.append(now) or [])
    gate = threading.Barrier(8)

    def run():
        try:
            gate.wait()
            money_check.run_when_due(now)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert MoneyCheck.objects.count() == 2


def test_worker_that_dies_over_a_check_is_followed_by_another(db, monkeypatch):
    now = timezone.now()
    MoneyCheck.objects.keep([], now - EVERY)

    def die(now):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(invariants, "check", die)
        with pytest.raises(SystemExit):
            money_check.run_when_due(now)

    money_check.run_when_due(now + checks.LEASE / 2)
    assert MoneyCheck.objects.count() == 1
    money_check.run_when_due(now + checks.LEASE)
    assert MoneyCheck.objects.count() == 2


def test_broken_invariant_is_an_alarm(tampered, caplog):
    watch()
    [record] = [one for one in caplog.records if one.name == "payments.money_check"]
    assert record.levelname == "ERROR"
    assert "INV-11 is broken" in record.getMessage()
    assert tampered.order_number in record.getMessage()
    assert MoneyCheck.objects.get().broken == 1


def test_nothing_broken_is_no_alarm(paid, caplog):
    watch()
    assert "payments.money_check" not in {one.name for one in caplog.records}


def test_only_the_last_checks_are_kept(db, monkeypatch):
    assert checks.KEPT == 1000
    monkeypatch.setattr(checks, "KEPT", 3)
    kept = [MoneyCheck.objects.keep([], timezone.now()) for _ in range(5)]
    assert list(MoneyCheck.objects.order_by("pk")) == kept[2:]


# ---- the front page of the staff -----------------------------------------------------


def front(client_of, person):
    return client_of(person).get(FRONT).content.decode()


def test_finance_sees_that_all_is_well(paid, client_of, finance_officer):
    watch()
    page = front(client_of, finance_officer)
    assert "مغایرتی نیست" in page


def test_finance_sees_what_is_broken(tampered, client_of, finance_officer):
    watch()
    page = front(client_of, finance_officer)
    assert "مغایرتی نیست" not in page
    assert "INV-11" in page
    assert tampered.order_number in page


def test_finance_sees_that_nobody_checks(db, client_of, finance_officer):
    assert "هنوز بررسی نشده است" in front(client_of, finance_officer)
    MoneyCheck.objects.keep([], timezone.now() - 4 * EVERY)
    assert "مدت زیادی است که بررسی نشده" in front(client_of, finance_officer)


def test_who_sees_no_payments_sees_no_check(tampered, client_of, clerk):
    watch()
    page = front(client_of, clerk)
    assert "INV-11" not in page
    assert tampered.order_number not in page
