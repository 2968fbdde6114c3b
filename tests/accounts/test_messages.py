"""The queue of messages, the worker's part and what is thrown away."""

import smtplib
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import outbox, retention
from accounts.models import Limit, Message, MobileCode, SignUp
from accounts.models.messages import LEASE
from tests.accounts.conftest import MOBILE, forget, sign_up

NOW = timezone.now()
SECOND = timedelta(seconds=1)


def queue(key="payment-paid:1", **changes):
    facts = {
        "channel": "sms",
        "to": MOBILE,
        "template": "payment-paid",
        "values": {"token": "500000", "token2": "12345678901", "token3": "98"},
    }
    Message.objects.queue(timezone.now(), key=key, **facts | changes)
    return Message.objects.get(key=key)


def queue_mail():
    return queue(
        "confirm-email:1",
        channel="mail",
        to="ali@uok.ac.ir",
        template="confirm-email",
        values={"user": 1, "full_name": "علی"},
    )


def later(**length):
    return timezone.now() + timedelta(**length)


def test_the_worker_sends_what_waits(db, phone):
    message = queue()
    assert outbox.send_due(later()) == 1
    assert phone.messages == [(MOBILE, "payment-paid", message.values)]
    message.refresh_from_db()
    assert (message.state, message.tries, message.provider_id) == ("sent", 1, "1")
    assert outbox.send_due(later()) == 0


def test_one_key_is_queued_once(db, phone):
    with transaction.atomic():
        first = queue()
        second = queue(values={"token": "other"})
    assert first == second
    assert second.values["token"] == "500000"
    outbox.send_due(later())
    assert len(phone.messages) == 1


def test_nothing_is_sent_before_its_time(db, phone):
    queue()
    assert outbox.send_due(NOW - timedelta(hours=1)) == 0


@pytest.mark.parametrize("problem", ["temporary", "throttled", "config", "credit"])
def test_what_may_pass_is_tried_again_rarer_and_rarer(db, phone, problem):
    phone.problem = problem
    message, now, waits = queue(), later(), []
    for _ in outbox.DELAYS:
        outbox.send_due(now)
        message.refresh_from_db()
        waits.append(message.next_try_at - now)
        assert outbox.send_due(message.next_try_at - SECOND) == 0
        now = message.next_try_at
    assert waits == outbox.DELAYS == sorted(waits)
    outbox.send_due(now)
    message.refresh_from_db()
    assert (message.state, message.tries) == ("failed", 8)
    assert message.problem == f"{problem} told to"


def test_a_message_goes_out_when_the_provider_is_back(db, phone):
    phone.problem = "temporary"
    message, now = queue(), later()
    outbox.send_due(now)
    phone.problem = ""
    outbox.send_due(now + timedelta(seconds=10))
    message.refresh_from_db()
    assert (message.state, message.tries, message.problem) == ("sent", 2, "")


@pytest.mark.parametrize("problem", ["bad_number", "blocked"])
def test_what_never_passes_is_not_tried_again(db, phone, problem):
    phone.problem = problem
    message = queue()
    outbox.send_due(later())
    message.refresh_from_db()
    assert (message.state, message.next_try_at) == ("failed", None)


def test_an_sms_that_may_have_gone_out_is_never_sent_again(db, phone):
    phone.problem = "unknown"
    message = queue()
    outbox.send_due(later())
    message.refresh_from_db()
    assert message.state == "unknown"
    phone.problem = ""
    assert outbox.send_due(later(days=30)) == 0
    assert phone.messages == []


@pytest.mark.parametrize("problem", ["config", "credit"])
def test_what_is_ours_to_mend_raises_an_alarm(db, phone, caplog, problem):
    phone.problem = problem
    queue()
    outbox.send_due(later())
    alarms = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(alarms) == 1
    assert MOBILE[3:] not in caplog.text


def test_a_round_ends_before_its_leases_do(db, phone, monkeypatch):
    monkeypatch.setattr(outbox, "ROUND_SECONDS", -1)
    queue()
    assert outbox.send_due(later()) == 0
    longest = 8 * settings.EMAIL_TIMEOUT
    monkeypatch.undo()
    assert outbox.ROUND_SECONDS + longest < LEASE.total_seconds()


def test_two_workers_do_not_send_one_message(db, phone):
    message, now = queue(), later()
    same = Message.objects.get()
    assert message.lease(now)
    assert not same.lease(now)
    assert outbox.send_due(now) == 0


def test_an_sms_of_a_worker_that_died_is_unknown(db, phone):
    message, now = queue(), later()
    message.lease(now)
    outbox.send_due(now + LEASE - SECOND)
    message.refresh_from_db()
    assert message.state == "sending"
    outbox.send_due(now + LEASE)
    message.refresh_from_db()
    assert (message.state, message.problem) == ("unknown", "unknown lost")
    assert phone.messages == []


def test_a_mail_of_a_worker_that_died_is_sent_again(db):
    message, now = queue_mail(), later()
    message.lease(now)
    outbox.send_due(now + LEASE)
    message.refresh_from_db()
    assert (message.state, message.tries) == ("sent", 2)
    assert len(mail.outbox) == 1


def test_who_comes_too_late_settles_nothing(db):
    message, now = queue_mail(), later()
    message.lease(now)
    outbox.send_due(now + LEASE)
    assert not message.settle("failed", problem="late")
    message.refresh_from_db()
    assert message.state == "sent"


REFUSED = {"ali@uok.ac.ir": (550, b"no such mailbox")}
BUSY = {"ali@uok.ac.ir": (451, b"later")}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPServerDisconnected(), "queued"),
        (ConnectionRefusedError(), "queued"),
        (TimeoutError(), "queued"),
        (smtplib.SMTPRecipientsRefused(BUSY), "queued"),
        (smtplib.SMTPRecipientsRefused(REFUSED), "failed"),
    ],
)
def test_a_mail_is_tried_again_unless_it_is_refused_for_good(
    db, monkeypatch, error, state
):
    def fail(self, fail_silently=False):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    message = queue_mail()
    outbox.send_due(later())
    message.refresh_from_db()
    assert message.state == state
    assert type(error).__name__ in message.problem


def test_a_mail_holds_its_link_and_its_row_does_not(db):
    message = queue_mail()
    outbox.send_due(later())
    assert "http://localhost:8000/e-mail/" in mail.outbox[0].body
    assert "e-mail/" not in str(message.values)


def test_old_things_are_thrown_away(browser, phone):
    sign_up(browser)
    retention.purge(timezone.now())
    assert MobileCode.objects.exists()
    assert SignUp.objects.exists()
    assert Limit.objects.exists()
    retention.purge(later(days=8))
    assert not SignUp.objects.exists()
    assert not Limit.objects.exists()
    assert MobileCode.objects.get().sign_up is None
    retention.purge(later(days=31))
    assert not MobileCode.objects.exists()
    assert Message.objects.exists()


def test_a_number_that_somebody_tried_is_forgotten_with_its_code(browser, phone):
    forget(browser, "09189999999")
    forget(Client(), "09189999998")
    sign_up(Client())
    retention.purge(later(days=29))
    assert Message.objects.count() == 3
    retention.purge(later(days=31))
    assert Message.objects.get().template == "sign-up-code"


def test_an_old_message_forgets_to_whom_it_went(db, phone, settings):
    sent, waiting = queue(), queue("payment-paid:2")
    outbox.send_due(later())
    mail_ = queue_mail()
    outbox.send_due(later())
    Message.objects.filter(pk=waiting.pk).update(
        state="queued", next_try_at=NOW, sent_at=None
    )
    retention.purge(timezone.now() + settings.KEEP_MESSAGES - timedelta(hours=1))
    assert not Message.objects.filter(to="").exists()
    retention.purge(timezone.now() + settings.KEEP_MESSAGES + timedelta(hours=1))
    sent.refresh_from_db()
    assert (sent.to, sent.provider_id, sent.state) == ("", "", "sent")
    assert sent.values["token2"] == "12345678901"  # counted by the check of the money
    mail_.refresh_from_db()
    assert (mail_.to, mail_.values, mail_.key) == ("", {}, "confirm-email:1")
    waiting.refresh_from_db()
    assert waiting.to == MOBILE


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"channel": "pigeon"}, "message_channel_is_known"),
        ({"state": "lost", "next_try_at": None}, "message_state_is_known"),
        (
            {"state": "sending", "next_try_at": None},
            "message_is_leased_while_being_sent",
        ),
        ({"leased_until": NOW}, "message_is_leased_while_being_sent"),
        ({"next_try_at": None}, "message_waits_for_its_next_try_only_in_the_queue"),
        (
            {"state": "sent", "next_try_at": None},
            "message_has_a_moment_when_it_was_sent",
        ),
        ({"template": "sign-up-code"}, "message_never_holds_a_code"),
        ({"template": "reset-code"}, "message_never_holds_a_code"),
        ({"template": "mobile-code"}, "message_never_holds_a_code"),
    ],
)
def test_the_database_refuses(db, changes, constraint):
    facts = {
        "channel": "sms",
        "to": MOBILE,
        "template": "payment-paid",
        "values": {"token": "123456"},
        "key": "x",
        "created_at": NOW,
        "next_try_at": NOW,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.create(**facts | changes)


def test_the_database_refuses_a_key_twice(db):
    queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            channel="sms",
            to=MOBILE,
            template="payment-paid",
            key="payment-paid:1",
            created_at=NOW,
            next_try_at=NOW,
        )
