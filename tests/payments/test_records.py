"""What is written down of every step: who caused it, why, and what the bank said."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Message
from payment_portal import outbound
from payments import notes
from payments.checkout import reviewing
from payments.gateways.base import Confirmation, Refused, Unknown
from payments.gateways.sep import Sep
from payments.models import Claim, Payment, Terminal
from payments.states import State
from tests.payments.conftest import work
from tests.payments.test_returning import UNKNOWN_RECEIPT, alarms

START = [("", "started", "payer"), ("started", "at_bank", "bank")]
RETURNED = ("at_bank", "checking", "return")


def life(payment):
    """Each event as (from, to, cause), and after these what else it says."""
    return [
        (event.from_state, event.to_state, event.cause, *said(event))
        for event in payment.events.order_by("seq")
    ]


def said(event):
    claim = [event.claim.receipt_number] if event.claim else []
    return [*claim, *filter(None, [event.code, event.note])]


def told():
    """Every SMS on its way to a payer."""
    return [
        (sms.channel, sms.to, sms.template, sms.values)
        for sms in Message.objects.order_by("pk")
    ]


def test_payment_that_is_paid(payer, student):
    payment = payer.start()
    fields = payer.at_bank(payment)
    before = timezone.now()
    payer.bring(payment, fields)
    receipt = fields["RefNum"]
    assert life(payment) == [
        *START,
        (*RETURNED, receipt),
        ("checking", "paid", "bank", receipt, "0"),
    ]
    assert before <= payment.paid_at <= timezone.now()
    assert payment.paid_at == payment.events.get(to_state="paid").at
    assert payment.tracking_number
    assert payment.masked_card == "621986****0082"
    assert (payment.settlement, payment.next_try_at) == ("not_needed", None)
    values = {
        "token": "500,000",
        "token2": payment.order_number,
        "token3": payment.reference_number,
    }
    assert told() == [("sms", student.mobile, "payment-paid", values)]


def test_claim_that_is_confirmed(paid):
    claim = paid.claims.get()
    assert (claim.state, claim.holds_receipt, claim.code) == ("confirmed", True, "0")
    assert (claim.confirmed_amount, claim.source) == (500_000, "callback")
    assert (claim.psp, claim.merchant_number) == ("sep", "2015")
    assert (claim.tries, claim.lease_until, claim.next_try_at) == (1, None, None)
    assert claim.window_ends_at - claim.created_at == timedelta(minutes=30)


def test_calls_of_a_payment_that_is_paid(paid):
    start, verify = paid.calls.order_by("pk")
    assert (start.operation, start.claim, start.outcome) == ("start", None, "yes")
    assert (verify.operation, verify.claim) == ("verify", paid.claims.get())
    assert (verify.outcome, verify.code) == ("yes", "0")
    assert start.started_at <= start.closed_at <= verify.started_at <= verify.closed_at
    assert 0 < verify.milliseconds < 60_000
    assert "VerifyTransaction" not in verify.body.request
    assert "RRN" in verify.body.answer


def test_receipt_that_the_bank_does_not_know(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.bring(payment, fields | {"RefNum": "invented"})
    assert life(payment) == [
        *START,
        (*RETURNED, "invented"),
        ("checking", "checking", "bank", "invented", "-2", UNKNOWN_RECEIPT),
        ("checking", "unpaid", "bank", "-2"),
    ]
    assert payment.unpaid_reason == "declined"
    claim = payment.claims.get()
    assert (claim.holds_receipt, claim.code) == (False, "-2")
    verify = payment.calls.get(operation="verify")
    assert (verify.outcome, verify.code) == ("no", "-2")
    assert told() == []  # the payer looks at the page


def test_denied_receipt_is_free_for_its_owner(payer, other_payer):
    thief, owner = payer.start(), other_payer.start("700,000")
    receipt = other_payer.at_bank(owner)
    payer.bank.fault("verify", "refuse", code="-2")
    fields = {"State": "OK", "Status": "2", "Token": thief.token}
    payer.bring(thief, fields | {"RefNum": receipt["RefNum"]})
    assert other_payer.bring(owner, receipt).state == State.PAID


@pytest.mark.parametrize(
    ("action", "code"), [("cancel", "1"), ("wrong_pin", "3"), ("timeout", "4")]
)
def test_bank_that_says_no_on_the_way_back(payer, action, code):
    payment = payer.start()
    fields = payer.at_bank(payment, action)
    payer.bring(payment, fields)
    assert life(payment) == [*START, ("at_bank", "unpaid", "return", fields["Status"])]
    assert payment.next_try_at is None


def test_payer_who_cancels_here(payer):
    payment = payer.start()
    payer.browser.post(f"{payment.get_absolute_url()}cancel/")
    assert life(payment) == [*START, ("at_bank", "unpaid", "payer")]
    payment.refresh_from_db()
    assert payment.next_try_at is None


def test_payer_who_never_comes_back(payer):
    payment = payer.start()
    work(after=timedelta(minutes=36))
    assert life(payment) == [*START, ("at_bank", "unpaid", "worker")]


def test_payer_who_cancelled_and_paid_all_the_same(payer):
    payment = payer.start()
    fields = payer.at_bank(payment)
    payer.browser.post(f"{payment.get_absolute_url()}cancel/")
    payer.bring(payment, fields)
    receipt = fields["RefNum"]
    assert life(payment) == [
        *START,
        ("at_bank", "unpaid", "payer"),
        ("unpaid", "checking", "return", receipt),
        ("checking", "paid", "bank", receipt, "0"),
    ]


def test_answer_that_was_lost(payer, bank, review):
    receipt = review.claims.get().receipt_number
    note = "window is over and an answer was lost"
    assert life(review) == [
        *START,
        (*RETURNED, receipt),
        ("checking", "review", "bank", receipt),
        ("review", "review", "bank", receipt, note),
    ]
    claim = review.claims.get()
    assert (claim.code, claim.unknown_tries) == (note, 2)
    unknown, no = review.calls.filter(operation="verify").order_by("pk")
    assert (unknown.outcome, unknown.code) == ("unknown", "http status 500")
    assert (no.outcome, no.code) == ("no", "-6")


def test_money_that_went_back(payer, bank, student):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "wrong_amount", code="400000")
    payer.bring(payment, fields)
    receipt, note = fields["RefNum"], "the bank confirms another amount"
    assert life(payment) == [
        *START,
        (*RETURNED, receipt),
        ("checking", "checking", "bank", receipt, "400000", note),
        ("checking", "unpaid", "bank", note),
    ]
    claim = payment.claims.get()
    assert (claim.state, claim.holds_receipt) == (Claim.State.REVERSED, True)
    assert payment.calls.get(operation="reverse").outcome == "yes"
    assert told() == []


def test_money_that_went_back_behind_the_payers_back(payer, bank, student):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500")
    payer.bring(payment, fields)
    bank.fault("verify", "wrong_amount", code="400000")
    work(after=timedelta(seconds=3))
    values = {"token": "500,000", "token2": payment.order_number}
    assert told() == [("sms", student.mobile, "payment-unpaid", values)]


def test_what_two_officers_decided(decision, second_officer, student):
    from payments import checkout

    checkout.confirm(decision, second_officer)
    payment = decision.payment
    payment.refresh_from_db()
    receipt = decision.receipt_number
    assert life(payment)[-1] == (
        *("review", "paid", "officer", receipt),
        *(str(decision.pk), "decided by two officers"),
    )
    assert payment.tracking_number == payment.order_number
    claim = payment.claims.get()
    assert (claim.state, claim.confirmed_amount) == ("confirmed", 500_000)
    assert claim.next_try_at is None
    decision.refresh_from_db()
    assert (decision.state, decision.closed_by) == ("confirmed", second_officer)
    assert decision.closed_at == payment.paid_at
    assert told()[0][2:] == (
        "payment-paid",
        {"token": "500,000", "token2": payment.order_number, "token3": "990011"},
    )


@pytest.mark.parametrize(
    "answer",
    [
        Refused("x" * 90),
        Unknown("x" * 90),
        Unknown("x" * 90, faulty_set_up=True),
        Confirmation("r", 1, "2015", "9", code="x" * 90),
    ],
)
def test_long_words_of_a_bank_are_cut(payer, monkeypatch, answer):
    payment = payer.start()
    fields = payer.at_bank(payment)

    def say(*args):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(Sep, "verify", say)
    payer.bring(payment, fields | {"RefNum": "r"})
    assert len(payment.claims.get().code) <= 50
    assert all(len(call.code) <= 50 for call in payment.calls.all())
    assert all(len(event.code) <= 50 for event in payment.events.all())


def test_lost_answer_is_looked_for_ever_more_rarely(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=999)
    payer.bring(payment, fields)
    claim, asked = payment.claims.get(), []
    while claim.next_try_at:
        Terminal.objects.update(resting_until=None, silences=0)
        late = claim.next_try_at - claim.window_ends_at
        work(after=claim.next_try_at - timezone.now())
        claim.refresh_from_db()
        asked.append((late, claim.next_try_at))
        assert len(asked) < 200
    late = [when for when, _next in asked if when > timedelta(0)]
    hour, day, week = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
    assert 11 <= sum(when < hour for when in late) <= 13
    assert 22 <= sum(hour <= when < day for when in late) <= 24
    assert 6 <= sum(day <= when for when in late) <= 7
    assert week <= late[-1] < week + day
    assert len(alarms(payment)) == 1


HOUR, DAY, A_MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("late", "pause"),
    [
        (HOUR - A_MOMENT, timedelta(minutes=5)),
        (HOUR, HOUR),
        (DAY - A_MOMENT, HOUR),
        (DAY, DAY),
        (7 * DAY - A_MOMENT, DAY),
        (7 * DAY, None),
    ],
)
def test_how_rarely_depends_on_how_late_it_is(late, pause):
    end = timezone.now()
    now = end + late
    again = reviewing._next_try(Claim(window_ends_at=end), notes.ANSWER_LOST, now)
    assert again == (now + pause if pause else None)


def test_alarms_of_the_bank_do_not_silence_a_return(payer):
    payment = payer.start()
    for _ in range(5):
        payment.note("something", now=timezone.now(), cause="bank", is_alarm=True)
    payer.bring(payment, {"State": "OK", "Token": "of another"})
    assert alarms(payment)[-1] == "return does not match the payment"


def test_review_that_only_goes_on_alarms_no_more(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=2)
    payer.bring(payment, fields)
    work(after=timedelta(minutes=31))
    bank.fault("verify", "refuse", code="-6", times=9)
    for minutes in (37, 43):
        work(after=timedelta(minutes=minutes))
    assert payment.claims.get().code == "window is over and an answer was lost"
    assert alarms(payment) == ["window is over and the bank has not answered"]


def test_silence_after_a_lost_answer_alarms_no_more(bank, review):
    known = alarms(review)
    bank.fault("verify", "http500", times=2)
    work(after=timedelta(minutes=40))
    assert review.claims.get().code == "window is over and the bank has not answered"
    assert alarms(review) == known


def test_rows_are_named_for_staff(decision):
    payment = decision.payment
    event = payment.events.get(to_state="review", from_state="checking")
    call = payment.calls.get(operation="verify", outcome="no")
    assert str(payment) == payment.order_number
    assert str(event) == f"4: {event.get_to_state_display()}"
    assert str(call) == f"{call.get_operation_display()} {call.get_outcome_display()}"
    assert str(call.body) == str(call.pk)
    assert str(decision) == f"{payment}: {decision.get_verdict_display()}"
    assert str(payment.terminal) == "سامان"
    assert payment.spaced_code.replace("-", "") == payment.verify_code


@pytest.mark.parametrize(
    "words",
    ["محمدی", "09181234567", "صنعت و معدن", "امور دانشجويي", "خوابگاه", "500000"],
)
def test_payment_is_found_by_whatever_it_says(payer, words):
    payment = payer.start()
    found = Payment.objects.matching(f"{words} {payment.order_number}")
    assert found.get() == payment


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_answer_with_a_sign_that_no_database_stores_still_counts(
    payer, monkeypatch, sign
):
    payment = payer.start()
    fields = payer.at_bank(payment)
    said = outbound.post_json

    def odd(*args, **options):
        answer = said(*args, **options)
        found = json.loads(answer.text) | {"Remark": sign}
        return replace(answer, text=json.dumps(found))

    monkeypatch.setattr(outbound, "post_json", odd)
    assert payer.bring(payment, fields).state == State.PAID


@pytest.mark.parametrize(
    ("fault", "silences", "is_odd"), [("http500", 1, False), ("garbage", 0, True)]
)
def test_silence_is_counted_and_an_odd_word_is_told(
    payer, bank, caplog, fault, silences, is_odd
):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", fault)
    payer.bring(payment, fields)
    assert payment.terminal.silences == silences
    assert ("terminal sep spoke oddly: " in caplog.text) is is_odd


def test_confirmed_money_counts_whoever_gave_the_payment_up_meanwhile(
    payer, monkeypatch
):
    payment = payer.start()
    fields = payer.at_bank(payment)
    verify = Sep.verify

    def given_up(*args):
        close = {"cause": "officer", "reason": "declined"}
        Payment.objects.get().move_to(State.UNPAID, now=timezone.now(), **close)
        return verify(*args)

    monkeypatch.setattr(Sep, "verify", given_up)
    receipt = fields["RefNum"]
    assert payer.bring(payment, fields).state == State.PAID
    assert life(payment)[-3:] == [
        ("checking", "unpaid", "officer"),
        ("unpaid", "checking", "bank", receipt),
        ("checking", "paid", "bank", receipt, "0"),
    ]
    assert payment.events.get(from_state="unpaid").at == payment.paid_at
