"""What a monitor reads, and who may."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as plain

from payments import invariants, metrics, triggers, worker
from payments.gateways.sep import Sep
from payments.models import Claim, GatewayCall, Payment, Terminal
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_guards import raw

ADDRESS = "/metrics"


def scrape(**changes):
    return Client().get(ADDRESS, **changes)


def gauges(after=None):
    """Every sample, perhaps some time later: (name, labels…) -> value."""
    text, _kind = metrics.page("", timezone.now() + (after or timedelta()))
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in plain(text.decode())
        for sample in family.samples
    }


# ---- who -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "10.1.2.3"]
)
def test_operators_hosts_may_read(db, settings, host):
    settings.METRICS_ALLOWED = [*settings.METRICS_ALLOWED, ip_network("10.1.0.0/16")]
    answer = scrape(REMOTE_ADDR=host)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert not answer.cookies


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "192.168.1.1", "8.8.8.8", "::2", "2001:db8::1", "", "unix:"]
)
def test_nobody_else_finds_a_page(db, host):
    assert scrape(REMOTE_ADDR=host).status_code == 404


def test_no_log_in_opens_it(client_of, superuser):
    stranger = client_of(superuser)
    assert stranger.get(ADDRESS, REMOTE_ADDR="8.8.8.8").status_code == 404


@pytest.mark.parametrize(
    ("proxies", "forwarded", "status"),
    [
        (1, "127.0.0.1", 200),
        (1, "8.8.8.8", 404),
        (1, "127.0.0.1, 8.8.8.8", 404),
        (1, "8.8.8.8, 127.0.0.1", 200),
        (1, "", 404),
        (1, "rubbish", 404),
        # Not through both proxies: whoever it is stands behind the second.
        (2, "8.8.8.8", 404),
        (2, "127.0.0.1", 404),
        (2, "127.0.0.1, 10.0.0.1", 200),
        (2, "127.0.0.1, 8.8.8.8, 10.0.0.1", 404),
        # A proxy that nobody told us of.
        (0, "8.8.8.8", 404),
        (0, "127.0.0.1", 404),
    ],
)
def test_proxy_lets_nobody_in(db, settings, proxies, forwarded, status):
    settings.TRUSTED_PROXIES = proxies
    answer = scrape(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert answer.status_code == status


def test_operator_who_goes_past_the_proxy_is_himself(db, settings):
    settings.TRUSTED_PROXIES = 1
    assert scrape(REMOTE_ADDR="127.0.0.1").status_code == 200
    assert scrape(REMOTE_ADDR="8.8.8.8").status_code == 404


# ---- what ----------------------------------------------------------------------------


def test_payments_and_messages_are_counted_by_state(payer):
    payer.pay()
    payer.start("600,000")
    found = gauges()
    counted = {state: found["portal_payments", state] for state in State.values}
    others = dict.fromkeys(set(State) - {State.PAID, State.AT_BANK}, 0)
    assert counted == {"paid": 1, "at_bank": 1} | others
    assert found["portal_messages", "queued"] == 1
    assert found["portal_messages", "failed"] == 0


def test_age_of_the_oldest_unknown_claim(payer, bank):
    name = ("portal_oldest_unknown_claim_seconds",)
    assert gauges()[name] == 0
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    came = payment.claims.get().created_at
    later = came + timedelta(seconds=90)
    assert gauges(later - timezone.now())[name] == pytest.approx(90, abs=1)
    work(after=timedelta(seconds=3))
    assert gauges()[name] == 0


def test_age_of_the_work_that_is_due(payer, bank):
    payer.start("600,000")
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    found = gauges(after=timedelta(hours=1))
    name = "portal_oldest_due_work_seconds"
    # Asked about after 2 seconds; given up after 35 minutes; nothing to tell yet.
    assert found[name, "claim"] == pytest.approx(3598, abs=2)
    assert found[name, "payment"] == pytest.approx(25 * 60, abs=2)
    assert found[name, "message"] == 0
    assert gauges()[name, "payment"] == 0


def test_age_of_the_work_that_is_due_for_what_seems_finished(payer, monkeypatch):
    now = timezone.now()
    payer.pay(action="cancel").try_again_at(now)  # its bank is to be asked once more
    payer.pay("600,000").try_again_at(now - timedelta(days=1))  # no work for anybody
    monkeypatch.setattr(Sep, "traits", replace(Sep.traits, needs_settlement=True))
    payer.pay("700,000")
    found = gauges(after=timedelta(hours=1))
    name = "portal_oldest_due_work_seconds"
    assert found[name, "payment"] == pytest.approx(3600, abs=60)
    assert found[name, "settlement"] == pytest.approx(3600, abs=60)


def test_result_of_the_last_check_of_the_money(payer):
    assert ("portal_money_check_age_seconds",) not in gauges()
    payer.start()
    triggers.drop()
    raw("UPDATE payments_payment SET amount = 50000")
    worker.watch_once()
    found = gauges(after=timedelta(minutes=1))
    broken = {
        one.number: found["portal_money_check_broken", one.number]
        for one in invariants.INVARIANTS
    }
    assert broken.pop("INV-11") == 1
    assert set(broken.values()) == {0}
    age = found["portal_money_check_age_seconds",]
    assert age == pytest.approx(60, abs=2)


def test_terminal_that_rests(terminal):
    assert gauges()["portal_terminal_resting", "sep"] == 0
    until = timezone.now() + timedelta(seconds=30)
    Terminal.objects.update(resting_until=until)
    assert gauges()["portal_terminal_resting", "sep"] == 1
    after_it = timedelta(seconds=31)
    assert gauges(after=after_it)["portal_terminal_resting", "sep"] == 0


def test_times_of_the_calls_of_the_last_hour(paid):
    triggers.drop()
    call = GatewayCall.objects.get(operation="verify")
    GatewayCall.objects.filter(pk=call.pk).delete()
    for milliseconds in (90, 600, 7000, 30_000):
        call.pk, call.milliseconds = None, milliseconds
        call.save(force_insert=True)
    call.pk, call.started_at = None, call.started_at - timedelta(hours=2)
    call.save(force_insert=True)

    name, found = "portal_gateway_call_seconds", gauges()
    verify = ("verify", "yes", "sep")
    bounds = ["0.1", "0.5", "1.0", "8.0", "20.0", "+Inf"]
    counted = [found[f"{name}_bucket", bound, *verify] for bound in bounds]
    assert counted == [1, 1, 2, 3, 3, 4]
    assert found[f"{name}_gcount", *verify] == 4
    assert found[f"{name}_gsum", *verify] == pytest.approx(37.69)


def test_scraper_of_today_is_understood(paid):
    answer = scrape(headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer["Content-Type"].startswith("application/openmetrics-text")
    families = {family.name for family in openmetrics(answer.content.decode())}
    assert "portal_gateway_call_seconds" in families


# ---- what it costs -------------------------------------------------------------------


def test_scrape_costs_the_same_for_many(payer, django_assert_num_queries):
    with django_assert_num_queries(11):
        scrape()
    for number in range(1, 6):
        payer.pay(f"{number}00,000")
        payer.start(f"{number}50,000")
    worker.watch_once()
    assert Payment.objects.count() == Claim.objects.count() * 2 == 10
    with django_assert_num_queries(11):
        scrape()
