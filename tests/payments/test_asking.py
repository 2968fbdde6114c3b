"""Nobody comes back from a bank that can be asked what became of an order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Message
from payments import checkout
from payments.checkout import steps
from payments.gateways.base import Callback, Claimed, Refused, Unknown
from payments.gateways.sep import Sep
from payments.models import GatewayCall, Payment, Terminal
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_invariants import broken
from tests.payments.test_records import START, life
from tests.payments.test_returning import alarms

PENDING = Callback(Claimed.PENDING)
MINUTE = timedelta(minutes=1)


def let_inquire(monkeypatch, inquire, **traits):
    """Give the bank an inquiry, which it has not."""
    make = Sep.__init__

    def able(self, **options):
        make(self, **options)
        self.traits = replace(self.traits, can_inquire=True, **traits)

    monkeypatch.setattr(Sep, "__init__", able)
    monkeypatch.setattr(Sep, "inquire", inquire)


@pytest.fixture
def bank_tells(monkeypatch):
    """Let the bank answer inquiries with these in turn; the last one stays."""
    answers = []

    def inquire(self, order):
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        return answer

    let_inquire(monkeypatch, inquire)
    return answers.extend


@pytest.fixture
def gone(payer, bank_tells):
    """A payment whose payer closed the bank's page."""
    return payer.start()


def paid_there(payer, payment):
    """What the bank tells of a payment that was paid, and its receipt."""
    receipt = payer.at_bank(payment)["RefNum"]
    return Callback(Claimed.PAID, receipt_number=receipt, token=payment.token), receipt


def look(payment, after):
    work(after=after if isinstance(after, timedelta) else after * MINUTE)
    payment.refresh_from_db()
    return payment.state


def asked(payment):
    return payment.calls.filter(operation="inquire").order_by("pk")


def test_money_that_nobody_brought_news_of_is_found(payer, gone, bank_tells):
    told, receipt = paid_there(payer, gone)
    bank_tells([told])
    assert look(gone, 1.9) == State.AT_BANK
    assert not asked(gone).exists()
    assert look(gone, 2.1) == State.PAID
    assert life(gone) == [
        *START,
        ("at_bank", "checking", "bank", receipt),
        ("checking", "paid", "bank", receipt, "0"),
    ]
    assert gone.claims.get().source == "inquiry"
    call = asked(gone).get()
    assert (call.outcome, call.claim) == ("yes", None)
    assert Message.objects.get().template == "payment-paid"


def test_bank_is_asked_ever_more_rarely_until_nobody_can_come(gone, bank_tells):
    bank_tells([PENDING])
    waits = []
    while gone.state == State.AT_BANK:
        due = gone.next_try_at
        work(after=due - timezone.now())
        gone.refresh_from_db()
        if gone.next_try_at:
            waits.append(round((gone.next_try_at - due) / MINUTE, 1))
        assert len(waits) < 50
    assert waits[:5] == [2, 2, 2, 2, 2.5]
    assert waits == sorted(waits)
    assert set(waits[-10:]) == {5}
    assert 90 <= sum(waits) + 2 < 96
    assert life(gone) == [*START, ("at_bank", "unpaid", "worker")]
    assert (gone.unpaid_reason, gone.next_try_at) == ("expired", None)


def test_bank_that_cannot_answer_is_asked_for_a_day(gone, bank_tells):
    bank_tells([Unknown("what?")])
    for minutes in (2.1, 95, 97, 23 * 60):
        assert look(gone, minutes) == State.AT_BANK
        assert broken(after=minutes * MINUTE) == {}
    assert look(gone, 24 * 60 + 1) == State.UNPAID
    assert gone.unpaid_reason == "expired"
    assert {call.outcome for call in asked(gone)} == {"unknown"}


def test_bank_that_does_not_know_the_order_is_asked_again(gone, bank_tells):
    bank_tells([Refused("-2")])
    assert look(gone, 2.1) == State.AT_BANK
    assert gone.next_try_at
    assert look(gone, 91) == State.UNPAID


@pytest.mark.parametrize(
    ("claimed", "reason"),
    [
        (Claimed.CANCELLED, "cancelled"),
        (Claimed.DECLINED, "declined"),
        (Claimed.EXPIRED, "expired"),
    ],
)
def test_clear_no_ends_the_waiting(gone, bank_tells, claimed, reason):
    bank_tells([Callback(claimed, token=gone.token, code="7")])
    look(gone, 2.1)
    assert life(gone) == [*START, ("at_bank", "unpaid", "bank", "7")]
    assert gone.unpaid_reason == reason


def test_answer_about_another_order_alarms_and_is_not_believed(gone, bank_tells):
    bank_tells([Callback(Claimed.PAID, receipt_number="r", token="another")])
    assert look(gone, 2.1) == State.AT_BANK
    assert not gone.claims.exists()
    assert alarms(gone) == ["return does not match the payment"]
    assert gone.events.get(is_alarm=True).cause == "bank"
    assert look(gone, gone.next_try_at - timezone.now()) == State.AT_BANK
    assert len(alarms(gone)) == 1
    assert asked(gone).count() == 2


def test_bank_and_browser_that_are_both_wrong_are_two_alarms(payer, gone, bank_tells):
    payer.bring(gone, {"State": "OK", "Token": "another"})
    bank_tells([Callback(Claimed.PAID, receipt_number="r", token="another")])
    look(gone, 2.1)
    assert alarms(gone) == ["return does not match the payment"] * 2


def test_return_that_is_quicker_than_the_answer_counts(payer, gone, bank_tells):
    fields = payer.at_bank(gone)

    def come_back_meanwhile():
        payer.bring(gone, fields)
        return Callback(Claimed.CANCELLED, token=gone.token)

    bank_tells([come_back_meanwhile])
    assert look(gone, 2.1) == State.PAID


def test_bank_is_left_alone_while_it_rests(gone, bank_tells):
    bank_tells([PENDING])
    Terminal.objects.update(resting_until=timezone.now() + 9 * MINUTE)
    assert look(gone, 3) == State.AT_BANK
    assert not asked(gone).exists()
    gone.refresh_from_db()
    assert gone.next_try_at > timezone.now() + 3 * MINUTE  # others have their turn
    look(gone, 10)
    assert asked(gone).count() == 1


def test_one_of_two_workers_asks(gone, bank_tells):
    bank_tells([PENDING])
    first, second = (Payment.objects.get(pk=gone.pk) for _ in range(2))
    now = gone.next_try_at

    def meanwhile():
        assert not checkout.look_after(second, clock=lambda: now)
        return PENDING

    bank_tells([meanwhile])
    assert checkout.look_after(first, clock=lambda: now)
    assert asked(gone).count() == 1


@pytest.mark.parametrize("step", [{"version": 9}, {"next_try_at": None}])
def test_who_is_overtaken_at_the_last_moment_does_not_ask(
    gone, bank_tells, monkeypatch, step
):
    def overtaken(terminal, now):
        Payment.objects.filter(pk=gone.pk).update(**step)
        return True

    bank_tells([PENDING])
    monkeypatch.setattr(Terminal, "may_be_asked", overtaken)
    assert not checkout.look_after(gone, clock=lambda: gone.created_at + 3 * MINUTE)
    assert not asked(gone).exists()


def test_payment_that_changed_since_the_worker_read_it_is_asked_about(gone, bank_tells):
    bank_tells([PENDING])
    stale = Payment.objects.get(pk=gone.pk)
    gone.note("something", now=timezone.now(), cause="worker")
    moment = gone.next_try_at
    assert checkout.look_after(stale, clock=lambda: moment)
    call = asked(gone).get()
    assert (call.started_at, call.closed_at) == (moment, moment)


def test_who_is_asked_about_keeps_nobody_else_waiting(payer, gone, bank_tells):
    bank_tells([PENDING])
    other = payer.start("600,000")
    Payment.objects.update(next_try_at=gone.next_try_at)
    work(after=gone.next_try_at - timezone.now())
    assert [asked(payment).count() for payment in (gone, other)] == [1, 1]


def test_inquiry_that_was_cut_off_is_made_again(gone, bank_tells):
    class Killed(BaseException):
        pass

    def die():
        raise Killed

    bank_tells([die, PENDING])
    other = steps.open_call(gone, "verify", timezone.now())
    with pytest.raises(Killed):
        look(gone, 2.1)
    assert look(gone, 2.2) == State.AT_BANK  # the lease still runs
    assert asked(gone).count() == 1
    look(gone, 4)
    crashed, done = asked(gone)
    assert (crashed.code, crashed.outcome) == ("crashed", "unknown")
    assert (crashed.closed_at is None, done.outcome) == (False, "yes")
    other.refresh_from_db()
    assert other.closed_at is None


def test_payer_who_asks_is_answered_at_once(payer, gone, bank_tells):
    told, _receipt = paid_there(payer, gone)
    bank_tells([told])
    checkout.look_again(gone)
    gone.refresh_from_db()
    assert gone.state == State.PAID


def test_time_that_was_put_into_the_payment_is_its_time_in_hand_too(gone):
    gone.try_again_at(gone.created_at)
    assert gone.next_try_at == Payment.objects.get().next_try_at == gone.created_at


def test_payer_who_asks_without_a_seat_waits_for_the_worker(
    payer, gone, bank_tells, monkeypatch
):
    told, _receipt = paid_there(payer, gone)
    bank_tells([told])
    with monkeypatch.context() as full:
        full.setattr(steps._seats, "_free", _Full())
        checkout.look_again(gone)
    assert not asked(gone).exists()
    assert look(gone, 0) == State.PAID


class _Full:
    def acquire(self, timeout):
        return False


def test_payment_that_is_known_is_not_asked_about(payer, gone, bank_tells):
    bank_tells([PENDING])
    payer.bring(gone, payer.at_bank(gone))
    checkout.look_again(gone)
    for minutes in (3, 100):
        look(gone, minutes)
    gone.try_again_at(timezone.now())
    assert not checkout.look_after(gone)
    assert not asked(gone).exists()
    assert GatewayCall.objects.count() == 2


def test_payer_whose_receipt_waits_asks_about_the_receipt(payer, gone):
    payer.bank.fault("verify", "http500")
    payer.bring(gone, payer.at_bank(gone))
    later = gone.created_at + 3 * MINUTE
    checkout.look_again(gone, clock=lambda: later)
    gone.refresh_from_db()
    assert (gone.state, gone.paid_at) == (State.PAID, later)
    assert not asked(gone).exists()


def test_receipt_of_an_inquiry_that_the_bank_denies_is_nobodys_fraud(gone, bank_tells):
    told = Callback(Claimed.PAID, receipt_number="lost", token=gone.token)
    bank_tells([told])
    assert look(gone, 2.1) == State.UNPAID
    assert gone.claims.get().state == "rejected"
    assert alarms(gone) == []


@pytest.mark.parametrize("claimed", [Claimed.CANCELLED, Claimed.DECLINED])
def test_no_about_a_closed_payment_ends_the_asking(payer, gone, bank_tells, claimed):
    """A return that says nothing makes us ask; its payer must not do so for ever."""
    bank_tells([Callback(claimed, token=gone.token, code="7")])
    checkout.cancel(gone)
    Payment.objects.update(next_try_at=timezone.now())
    look(gone, 1)
    assert (gone.state, gone.next_try_at) == (State.UNPAID, None)
    look(gone, 60)
    assert asked(gone).count() == 1


def test_receipt_that_was_denied_before_ends_the_asking(payer, gone, bank_tells):
    """The bank tells of it in every inquiry, and denies it whenever it is verified."""
    fields = payer.at_bank(gone)
    payer.bank.fault("verify", "refuse", code="-2")
    payer.bring(gone, fields)
    told = Callback(
        Claimed.PAID, receipt_number=fields["RefNum"], token=gone.token, code="2"
    )
    bank_tells([told])
    Payment.objects.update(next_try_at=timezone.now())
    look(gone, 1)
    assert (gone.state, gone.next_try_at) == (State.UNPAID, None)


def test_receipt_that_is_not_believed_is_asked_about_ever_more_rarely(
    payer, other_payer, gone, bank_tells
):
    """The bank tells of a receipt that another payment holds."""
    taken = other_payer.pay().claims.get().receipt_number
    bank_tells([Callback(Claimed.PAID, receipt_number=taken, token=gone.token)])
    assert look(gone, 3) == State.AT_BANK
    assert gone.next_try_at - gone.created_at > 4 * MINUTE
    assert look(gone, 91) == State.UNPAID
    assert gone.unpaid_reason == "expired"


def test_faulty_set_up_closes_the_terminal(gone, bank_tells):
    bank_tells([Unknown("code 21", faulty_set_up=True)])
    assert look(gone, 2.1) == State.AT_BANK
    assert not Terminal.objects.get().is_open
    assert gone.events.get(is_alarm=True).cause == "bank"


@pytest.mark.parametrize(("answer", "times"), [(PENDING, 1), (Unknown("what?"), 2)])
def test_payment_that_was_given_up_is_asked_about_until_the_bank_knows(
    payer, gone, bank_tells, answer, times
):
    bank_tells([answer])
    payer.browser.post(f"{gone.get_absolute_url()}cancel/")
    Payment.objects.update(next_try_at=timezone.now())
    for minutes in (1, 10):
        assert look(gone, minutes) == State.UNPAID
    assert asked(gone).count() == times


# ---- returns that say nothing --------------------------------------------------------


@pytest.fixture
def silent_returns(monkeypatch):
    """Every return only says that somebody came back."""
    monkeypatch.setattr(Sep, "read_callback", lambda self, fields: PENDING)


def test_return_that_says_nothing_lets_the_bank_be_asked(
    payer, gone, bank_tells, silent_returns
):
    told, _receipt = paid_there(payer, gone)
    bank_tells([told])
    assert payer.bring(gone, {"any": "thing"}).state == State.PAID
    events = life(gone)
    assert payer.bring(gone, {"any": "thing"}).next_try_at is None
    assert life(gone) == events


def test_return_that_says_nothing_and_finds_no_seat_waits(
    payer, gone, bank_tells, silent_returns, monkeypatch
):
    bank_tells([PENDING])
    monkeypatch.setattr(steps._seats, "_free", _Full())
    payer.bring(gone, {"any": "thing"})
    assert not asked(gone).exists()
    assert gone.next_try_at <= timezone.now()  # the worker asks at once


def test_return_that_says_nothing_of_a_closed_payment_asks_once(
    payer, gone, bank_tells, silent_returns
):
    bank_tells([PENDING])
    checkout.cancel(gone)
    for _ in range(2):
        assert payer.bring(gone, {"any": "thing"}).next_try_at is None
    assert asked(gone).count() == 1


def test_return_that_says_nothing_is_nothing_where_nobody_can_be_asked(
    payer, silent_returns
):
    payment = payer.start()
    payer.bring(payment, {"any": "thing"})
    assert life(payment) == START
    assert payment.next_try_at > timezone.now() + 30 * MINUTE


def test_bank_is_asked_every_ten_seconds_at_most(
    payer, gone, bank_tells, silent_returns
):
    bank_tells([PENDING])
    now = timezone.now()
    for seconds, times in ((0, 1), (1, 1), (9.9, 1), (10.1, 2), (30, 3)):
        moment = now + timedelta(seconds=seconds)
        checkout.receive(gone, {}, clock=lambda moment=moment: moment)
        assert asked(gone).count() == times


def test_bank_is_not_asked_because_of_returns_without_end(
    payer, gone, bank_tells, silent_returns
):
    bank_tells([PENDING])
    now = timezone.now()
    for minutes in range(30):
        moment = now + minutes * MINUTE
        checkout.receive(gone, {}, clock=lambda moment=moment: moment)
    assert gone.events.filter(cause="return").count() == 20
