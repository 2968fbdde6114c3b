"""A bank whose answer is lost, and a worker that finds the truth."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone

from accounts.models import Message
from payments import checkout
from payments.checkout import checking
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
    assert (payment.state, payment.next_try_at) == (State.CHECKING, None)
    assert payment.claims.get().code == "code -77"


def test_fault_of_the_set_up_is_told_to_the_operator(payer, bank, caplog):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "refuse", code="-106")
    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    assert "terminal sep is not set up at the bank" in caplog.text


def fail_late(payer, bank, **start):
    """The bank is silent when the payer comes back, and says no to the worker."""
    payment = payer.start(**start)
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    bank.fault("verify", "refuse", code="-2")
    work(after=timedelta(seconds=3))
    payment.refresh_from_db()
    assert payment.state == State.UNPAID


def test_clear_no_found_by_the_worker_is_told_to_the_payer(payer, bank):
    fail_late(payer, bank)
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
    assert not payment.events.filter(is_alarm=True).exists()


def test_money_that_the_bank_gave_back_by_itself_is_no_cause_for_alarm(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "refuse", code="5")
    payer.bring(payment, fields)
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "reversed")
    assert not payment.events.filter(is_alarm=True).exists()


def test_lost_reversal_is_repeated_until_the_bank_says_yes(payer, bank, settings):
    settings.RECHECK_DELAYS = [60]
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="1000")
    bank.fault("reverse", "http500", phase="after")
    payer.bring(payment, fields)
    assert payment.state == State.CHECKING
    claim, call = payment.claims.get(), payment.calls.get(operation="reverse")
    assert claim.state == Claim.State.REVERSING
    assert claim.next_try_at == call.closed_at + timedelta(minutes=1)

    work(after=timedelta(minutes=1.1))
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
    payer.pay("700,000", action="cancel")
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
    work(after=timedelta(minutes=1.9))
    payment = GatewayCall.objects.get().payment
    assert payment.state == State.STARTED
    work(after=timedelta(minutes=2.1))
    payment.refresh_from_db()
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == "refused"
    assert payment.calls.get().code == "crashed"


def test_payer_who_never_comes_back_is_waited_for_and_then_not(payer):
    payment = payer.start()
    payer.at_bank(payment, "close")

    work(after=timedelta(minutes=34))
    payment.refresh_from_db()
    assert payment.state == State.AT_BANK

    later = payment.next_try_at + timedelta(seconds=30)
    assert later < payment.created_at + timedelta(minutes=36)
    assert checkout.look_after(payment, clock=lambda: later)
    assert payment.unpaid_reason == "expired"
    assert payment.events.latest("seq").at == later


def test_operator_may_say_how_long_nobody_is_waited_for(payer, settings):
    settings.ABANDONED_AFTER = 60
    payment = payer.start()
    assert payment.next_try_at == payment.calls.get().closed_at + timedelta(minutes=1)
    work(after=timedelta(seconds=61))
    payment.refresh_from_db()
    assert payment.unpaid_reason == "expired"


def test_worker_waits_longer_for_an_answer_than_a_payer(payer, bank, monkeypatch):
    waits, lines = [], checking.line_to

    def line(terminal, deadline):
        waits.append(deadline)
        return lines(terminal, deadline)

    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=2)
    payer.bring(payment, fields)
    monkeypatch.setattr(checking, "line_to", line)
    checkout.look_again(payment)
    work(after=timedelta(minutes=1))
    assert waits == [project.GATEWAY_DEADLINE, project.GATEWAY_WORKER_DEADLINE]


@pytest.mark.parametrize("late", [-1, 0])
def test_silence_at_the_last_moment_goes_to_staff(payer, bank, late):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=2)
    payer.bring(payment, fields)
    claim = payment.claims.get()
    moment = claim.window_ends_at + timedelta(microseconds=late)
    checkout.check(claim, cause="worker", clock=lambda: moment)
    payment.refresh_from_db()
    assert payment.state == (State.CHECKING if late else State.REVIEW)


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
