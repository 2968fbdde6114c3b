"""The database is away, the bank is silent, too many payers wait."""

import re
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from payment_portal.seats import Seats
from payments import checkout
from payments.checkout import steps
from payments.models import Claim, Payment, Terminal
from payments.states import State
from tests.payments.conftest import callback_of, work


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_return_that_cannot_be_stored_is_kept_by_the_browser(payer, monkeypatch, fault):
    payment = payer.start()
    fields = payer.at_bank(payment)

    def away(*args, **kwargs):
        raise fault("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr("payments.checkout.receive", away)
        answer = Client().post(callback_of(payment), fields)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "دوباره پرداخت نکنید" in page
    for name, value in fields.items():
        assert f'name="{name}"' in page
        assert f'value="{value.replace("+", "+")}"' in page
    assert payer.bring(payment, fields).state == State.PAID


def test_other_pages_say_503_while_the_database_is_away(payer, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the database is away")

    payer.browser.raise_request_exception = False
    monkeypatch.setattr("catalog.options.faculties", away)
    answer = payer.browser.get(reverse("payments:dashboard"))
    assert answer.status_code == 503
    assert "هنوز" not in answer.content.decode()


def test_silent_bank_is_left_alone_and_then_tried_by_one(payer, bank, settings):
    settings.BREAKER_SILENCES = 3
    bank.fault("token", "http500", times=3)
    for _ in range(3):
        assert payer.start().unpaid_reason == "refused"

    answer = payer.browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503
    assert Payment.objects.count() == 3

    Terminal.objects.update(resting_until=timezone.now())
    assert payer.start().state == State.AT_BANK
    terminal = Terminal.objects.get()
    assert (terminal.silences, terminal.resting_until) == (0, None)


def test_failed_probe_lets_the_terminal_rest_on(payer, bank, settings):
    settings.BREAKER_SILENCES = 1
    bank.fault("token", "http500", times=2)
    payer.start()
    Terminal.objects.update(resting_until=timezone.now())
    payer.start()
    answer = payer.browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503


def test_clear_no_is_not_silence(payer, bank, settings):
    settings.BREAKER_SILENCES = 1
    bank.fault("token", "refuse", code="5", times=2)
    payer.start()
    payer.start()
    assert Terminal.objects.get().resting_until is None


def test_return_while_the_bank_is_silent_waits_for_the_worker(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    until = timezone.now() + timedelta(seconds=30)
    Terminal.objects.update(resting_until=until)

    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert payment.claims.get().state == Claim.State.NEW
    assert bank.transaction(payment.order_number)["verify_calls"] == 0
    assert work() == 0

    work(after=timedelta(seconds=31))
    payment.refresh_from_db()
    assert payment.state == State.PAID


@pytest.fixture
def crowded(monkeypatch):
    monkeypatch.setattr(steps, "_seats", Seats(0))


def test_payer_who_finds_no_seat_is_told_to_come_again(payer, crowded):
    answer = payer.browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "اکنون افراد زیادی در حال پرداخت هستند" in answer.content.decode()
    assert not Payment.objects.exists()


def test_payer_who_found_no_seat_sends_the_same_form_again(payer, monkeypatch):
    form = payer.form()
    with monkeypatch.context() as full:
        full.setattr(steps, "_seats", Seats(0))
        page = payer.browser.post(reverse("payments:pay"), form)
    text = page.content.decode()
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="(.*?)"', text))
    fields = {name: kept[name] for name in form}
    assert fields == {name: str(value) for name, value in form.items()}
    payer.browser.post(reverse("payments:pay"), fields)
    assert Payment.objects.get().state == State.AT_BANK


def test_submission_that_is_known_needs_no_seat(payer, request):
    form = payer.form()
    first = payer.browser.post(reverse("payments:pay"), form)
    request.getfixturevalue("crowded")
    again = payer.browser.post(reverse("payments:pay"), form)
    assert (again.status_code, again["Location"]) == (303, first["Location"])


def test_return_that_finds_no_seat_waits_for_the_worker(payer, monkeypatch):
    payment = payer.start()
    fields = payer.at_bank(payment)
    with monkeypatch.context() as full:
        full.setattr(steps, "_seats", Seats(0))
        payer.bring(payment, fields)
        assert payment.state == State.CHECKING
        payer.browser.post(f"{payment.get_absolute_url()}recheck/")
        assert not payment.calls.filter(operation="verify").exists()
    work()
    payment.refresh_from_db()
    assert payment.state == State.PAID


def test_seats_are_given_back(settings):
    for _ in range(settings.BANK_SEATS + 1):
        with steps.seat() as seated:
            assert seated


def test_silence_past_the_window_goes_to_staff_without_asking(payer, bank):
    payments = []
    for amount in ("100,000", "200,000", "300,000"):
        payment = payer.start(amount)
        fields = payer.at_bank(payment)
        bank.fault("verify", "http500")
        payer.bring(payment, fields)
        payments.append(payment)
    later = timezone.now() + timedelta(minutes=31)
    Terminal.objects.update(resting_until=later + timedelta(seconds=20))

    assert work(after=timedelta(minutes=31)) == 3

    assert [payment.calls.count() for payment in payments] == [2, 2, 2]
    states = Payment.objects.values_list("state", flat=True)
    assert list(states) == [State.REVIEW] * 3


def test_claim_goes_to_staff_whatever_was_noted_since_the_worker_read_it(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    claim = Claim.objects.select_related("payment").get()
    payer.bring(payment, fields | {"Token": "of another"})
    assert checkout.leave_to_staff(claim, clock=lambda: claim.window_ends_at)
    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    assert payment.events.latest("seq").at == claim.window_ends_at


def test_check_that_was_cut_off_is_freed_while_the_bank_is_silent(
    payer, bank, monkeypatch
):
    payment = payer.start()
    fields = payer.at_bank(payment)

    def kill(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr("payments.gateways.sep.Sep.verify", kill)
        with pytest.raises(SystemExit):
            payer.bring(payment, fields)
    Terminal.objects.update(resting_until=timezone.now() + timedelta(minutes=5))

    assert work(after=timedelta(seconds=31)) == 1

    claim = payment.claims.get()
    assert (claim.state, claim.unknown_tries) == (Claim.State.UNKNOWN, 1)
    assert payment.calls.get(operation="verify").code == "crashed"
