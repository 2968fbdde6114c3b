"""A bank whose answer is lost, and a worker that finds the truth."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Message
from payments.models import Claim, GatewayCall
from payments.states import State
from tests.payments.conftest import work

NO_ANSWER = ["http500", "http503", "reset", "half", "garbage", "html", "empty"]


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("fault", [*NO_ANSWER, "redirect", "huge"])
def test_lost_answer_is_unknown_and_then_paid(payer, bank, fault, phase):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", fault, phase=phase)

    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert payment.claims.get().state == Claim.State.UNKNOWN

    work(after=timedelta(seconds=3))
    payment.refresh_from_db()
    assert payment.state == State.PAID
    assert Message.objects.count() == 1


def test_bank_that_hangs_holds_nobody_past_the_deadline(payer, bank, settings):
    settings.GATEWAY_DEADLINE = timedelta(seconds=0.4)
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "hang", seconds=3)
    before = timezone.now()
    payer.bring(payment, fields)
    assert timezone.now() - before < timedelta(seconds=1.5)
    assert payment.state == State.CHECKING


def test_unknown_code_is_neither_yes_nor_no(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "refuse", code="-77")
    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert payment.claims.get().code == "code -77"


def test_fault_of_the_set_up_is_told_to_the_operator(payer, bank, caplog):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "refuse", code="-106")
    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert "terminal sep is not set up at the bank" in caplog.text


def test_clear_no_found_by_the_worker_is_told_to_the_payer(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    bank.fault("verify", "refuse", code="-2")

    work(after=timedelta(seconds=3))

    payment.refresh_from_db()
    assert payment.state == State.UNPAID
    assert Message.objects.get().template == "payment-unpaid"


def test_bank_is_asked_ever_more_rarely(payer, bank, settings):
    settings.RECHECK_DELAYS = [2, 10, 60]
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=9)
    payer.bring(payment, fields)
    now = timezone.now()
    waits = []
    for _ in range(4):
        claim = payment.claims.get()
        waits.append(round((claim.next_try_at - now).total_seconds()))
        work(after=claim.next_try_at - timezone.now())
        now = claim.next_try_at
    assert waits == [2, 10, 60, 60]


def test_silence_past_the_window_goes_to_staff_and_is_asked_on(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=2)
    payer.bring(payment, fields)

    work(after=timedelta(minutes=31))
    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    assert payment.events.filter(is_alarm=True).count() == 1

    work(after=timedelta(minutes=40))
    payment.refresh_from_db()
    assert payment.state == State.PAID


def test_lost_yes_and_a_window_that_is_over_is_not_a_no(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", phase="after")
    payer.bring(payment, fields)
    bank.fault("verify", "refuse", code="-6")
    work(after=timedelta(seconds=3))
    payment.refresh_from_db()
    assert payment.state == State.REVIEW


def test_first_answer_after_the_window_is_a_no(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.advance(31 * 60)
    payer.bring(payment, fields)
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == "reversed"


def test_lost_reversal_is_repeated_until_the_bank_says_yes(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "http500", phase="after")
    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert payment.claims.get().state == Claim.State.REVERSING

    work(after=timedelta(seconds=5))
    payment.refresh_from_db()
    assert payment.unpaid_reason == "reversed"


def test_refused_reversal_goes_to_staff(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "refuse", code="-2")
    payer.bring(payment, fields)
    assert payment.state == State.REVIEW


def test_check_that_was_cut_off_is_taken_up_again(payer, bank, monkeypatch):
    payment = payer.start()
    fields = payer.at_bank(payment)

    class Killed(BaseException):
        pass

    def kill(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr("payments.gateways.sep.Sep.verify", kill)
        with pytest.raises(Killed):
            payer.bring(payment, fields)
    assert GatewayCall.objects.get(closed_at=None).operation == "verify"
    assert work() == 0  # the lease still runs

    work(after=timedelta(seconds=31))
    payment.refresh_from_db()
    assert payment.state == State.PAID
    crashed, done = payment.calls.filter(operation="verify").order_by("pk")
    assert (crashed.code, done.outcome) == ("crashed", "yes")


def test_start_that_was_cut_off_is_closed(payer, monkeypatch):
    def kill(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr("payments.gateways.sep.Sep.start", kill)
        with pytest.raises(SystemExit):
            payer.start()
    work(after=timedelta(minutes=3))
    payment = payer.browser.session and GatewayCall.objects.get().payment
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == "refused"
    assert payment.calls.get().code == "crashed"


def test_payer_who_never_comes_back_is_waited_for_and_then_not(payer):
    payment = payer.start()
    payer.at_bank(payment, "close")

    work(after=timedelta(minutes=34))
    payment.refresh_from_db()
    assert payment.state == State.AT_BANK

    work(after=timedelta(minutes=36))
    payment.refresh_from_db()
    assert payment.unpaid_reason == "expired"


def test_payer_may_ask_again_at_once_but_not_all_the_time(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=2)
    payer.bring(payment, fields)
    again = f"{payment.get_absolute_url()}recheck/"

    payer.browser.post(again)
    payer.browser.post(again)

    assert payment.calls.filter(operation="verify").count() == 2


def test_bank_is_never_called_inside_a_transaction(payer, bank):
    from django.db import transaction

    from payments.checkout.steps import ask

    with transaction.atomic(), pytest.raises(RuntimeError):
        ask(lambda: None)


def test_worker_command_does_one_round(payer, bank):
    from django.core.management import call_command

    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    Claim.objects.update(next_try_at=timezone.now())
    call_command("work", "--once")
    payment.refresh_from_db()
    assert payment.state == State.PAID
