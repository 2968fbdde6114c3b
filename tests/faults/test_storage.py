"""The database takes nothing, or does not say if it did: nobody is sent to a bank."""

import errno
import io
import logging
import resource
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.signals import connection_created
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from payments import worker
from payments.management.commands.work import Command
from payments.models import Payment
from payments.states import State
from tests.environment import ON_POSTGRESQL
from tests.faults.load import KEPT
from tests.faults.proxy import reset
from tests.payer import LastForm
from tests.payments.conftest import callback_of, work

pytestmark = pytest.mark.django_db(transaction=True)
LEASE_IS_OVER, ORPHAN_IS_OVER = timedelta(seconds=31), timedelta(seconds=121)


@contextmanager
def read_only():
    """Every connection refuses to write, as on a standby."""

    def refuse_writes(connection, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute(
                "SET default_transaction_read_only = on"
                if ON_POSTGRESQL
                else "PRAGMA query_only = on"
            )

    connection_created.connect(refuse_writes)
    connection.close()
    try:
        yield
    finally:
        connection_created.disconnect(refuse_writes)
        connection.close()


@contextmanager
def full_disk():
    """No file of this process grows; SQLite writes here, PostgreSQL elsewhere."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        connection.close()


@contextmanager
def no_connection():
    """The server is away, or takes no more clients."""
    refused = OperationalError("sorry, too many clients already")
    database = type(connections["default"])
    connection.close()
    with mock.patch.object(database, "get_new_connection", side_effect=refused):
        yield


READABLE = [read_only] if ON_POSTGRESQL else [read_only, full_disk]


@pytest.fixture(params=[*READABLE, no_connection])
def writing_nothing(request, db):
    return request.param


@pytest.fixture
def browser(payer):
    payer.browser.raise_request_exception = False
    return payer.browser


def test_no_payment_begins_while_nothing_can_be_written(
    payer, browser, line, writing_nothing
):
    with writing_nothing():
        answer = browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503
    assert line.paths == []
    assert not Payment.objects.exists()


def test_return_is_kept_while_nothing_can_be_written(payer, line, writing_nothing):
    payment = payer.start()
    fields = payer.at_bank(payment)
    with writing_nothing():
        page = Client().post(callback_of(payment), fields)
    assert page.status_code == 503
    assert KEPT in page.content.decode()
    assert line.heard("VerifyTransaction") == 0

    kept = LastForm(page.content.decode()).found
    assert {name: kept.fields[name] for name in fields} == fields
    assert payer.bring(payment, kept.fields).state == State.PAID


@pytest.mark.parametrize("fault", READABLE)
def test_result_is_read_while_nothing_can_be_written(payer, fault):
    payment = payer.pay()
    with fault():
        assert "عملیات موفق" in payer.see(payment)


def test_worker_waits_while_nothing_can_be_written(payer, line, writing_nothing):
    payment = payer.start()
    line.plan("VerifyTransaction", reset())
    payer.bring(payment, payer.at_bank(payment))
    payment.claims.update(next_try_at=timezone.now())
    with writing_nothing():
        assert Command().round(worker.run_once) == 0
    work()
    payment.refresh_from_db()
    assert payment.state == State.PAID


# ---- the commit whose answer is lost -------------------------------------------------


@pytest.fixture
def lose_commit(monkeypatch):
    """Let the n-th commit from now happen, but not be told: lose_commit(1)."""
    database = type(connections["default"])
    commit = database._commit

    def lose(number):
        commits = iter(range(1, number + 1))

        def tell_or_not(self):
            commit(self)
            if next(commits, 0) == number:
                raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(database, "_commit", tell_or_not)

    return lose


@pytest.mark.parametrize("number", [1, 2], ids=["of the claim", "of the bank's yes"])
def test_lost_commit_at_the_return(payer, line, lose_commit, number):
    payment = payer.start()
    fields = payer.at_bank(payment)
    lose_commit(number)
    page = Client().post(callback_of(payment), fields)
    assert page.status_code == 503
    payer.bring(payment, LastForm(page.content.decode()).found.fields)
    work(after=LEASE_IS_OVER)
    payment.refresh_from_db()
    assert payment.state == State.PAID
    assert line.heard("VerifyTransaction") == 1
    assert payment.events.filter(to_state=State.PAID).count() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize("number", [1, 2], ids=["of the start", "of the token"])
def test_lost_commit_at_the_start(payer, browser, line, lose_commit, number):
    form = payer.form()
    lose_commit(number)
    assert browser.post(reverse("payments:pay"), form).status_code == 503
    again = browser.post(reverse("payments:pay"), form)  # the payer presses reload
    payment = Payment.objects.get()
    assert again.status_code == 303
    if number == 2:
        assert payer.bring(payment, payer.at_bank(payment)).state == State.PAID
        return
    assert again["Location"] == payment.get_absolute_url()
    work(after=ORPHAN_IS_OVER)
    payment.refresh_from_db()
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "refused")


# ---- the log cannot be written -------------------------------------------------------


class Full(io.StringIO):
    def write(self, text):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_full_log_stops_no_payment(payer, monkeypatch, capsys):
    [handler] = (one for one in logging.root.handlers if one.name == "stderr")
    payment = payer.start()
    fields = payer.at_bank(payment)
    monkeypatch.setattr(handler, "stream", Full())
    payer.bring(payment, fields | {"Token": "another"})  # is logged
    assert payer.bring(payment, fields).state == State.PAID
    assert "No space left on device" in capsys.readouterr().err
