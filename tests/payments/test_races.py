"""Many at once: the bank is asked once, the payer is told once."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Message
from payments.models import Payment
from payments.states import State
from tests.payments.conftest import callback_of

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 8


def together(deed, count=CROWD):
    """Let several threads do the same at the same moment; their results."""
    gate = threading.Barrier(count)
    results = []

    def act():
        try:
            gate.wait()
            results.append(deed())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_return_many_times_is_verified_once(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment, "twice")

    answers = together(lambda: Client().post(callback_of(payment), fields).status_code)

    assert answers == [303] * CROWD
    payment.refresh_from_db()
    assert payment.state == State.PAID
    assert bank.transaction(payment.order_number)["verify_calls"] == 1
    assert Message.objects.count() == 1
    assert payment.events.filter(to_state="paid").count() == 1


def test_one_submission_many_times_makes_one_token(payer, bank, client_of):
    form = payer.form()
    user = Payment.payer.field.related_model.objects.get()
    browsers = [client_of(user) for _ in range(CROWD)]

    answers = together(
        lambda: browsers.pop().post(reverse("payments:pay"), form).status_code
    )

    assert answers == [303] * CROWD
    assert Payment.objects.count() == 1
    assert len(bank.ledger()) == 1


def test_one_receipt_for_many_payments_pays_one(payer, bank):
    payments = [payer.start() for _ in range(CROWD)]
    receipt = payer.at_bank(payments[0])["RefNum"]
    waiting = list(payments)

    def steal():
        payment = waiting.pop()
        fields = {"State": "OK", "Status": "2", "Token": payment.token}
        return (
            Client()
            .post(callback_of(payment), fields | {"RefNum": receipt})
            .status_code
        )

    assert together(steal) == [303] * CROWD
    assert Payment.objects.paid().count() == 1
    assert len(bank.ledger()) == CROWD
    assert sum(row["verify_calls"] for row in bank.ledger()) == 1


def test_cancelling_beside_a_return_loses_no_money(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment)
    deeds = [
        lambda: Client().post(callback_of(payment), fields),
        lambda: payer.browser.post(f"{payment.get_absolute_url()}cancel/"),
    ]
    together(lambda: deeds.pop()(), count=2)
    payment.refresh_from_db()
    assert payment.state == State.PAID
