"""Fifty times the same return at the same moment: one confirmation, one SMS, no error.

CROWDS says how many payments are returned so, 200 in script/soak --crowds.
"""

import itertools
import json
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from accounts.models import Message
from payment_portal.outbound import Answer
from payments import checkout, worker
from payments.models import Payment, PaymentEvent
from tests.environment import ON_POSTGRESQL
from tests.patience import until
from tests.payments.conftest import callback_of

CROWD = 50
PAYMENTS = int(os.environ.get("CROWDS", 30 if ON_POSTGRESQL else 2))
OVER_HTTP = int(os.environ.get("CROWDS", 4))


class QuickBank:
    """Stands where the portal posts to its bank; answers at once, counts verifies."""

    def __init__(self):
        self.tokens, self.verified = itertools.count(), Counter()
        self.amounts = {}

    def post_json(self, url, body, **more):
        if body.get("action") == "token":
            token = f"token-{next(self.tokens)}"
            self.amounts[f"receipt of {token}".replace(" ", "-")] = body["Amount"]
            return self.say(status=1, token=token)
        receipt = body["RefNum"]
        self.verified[receipt] += 1
        amount = self.amounts[receipt]
        detail = {"RefNum": receipt, "RRN": f"9{receipt[-5:]}", "TerminalNumber": 2015}
        detail |= {"OrginalAmount": amount, "AffectiveAmount": amount}
        return self.say(ResultCode=0, TransactionDetail=detail)

    @staticmethod
    def say(**answer):
        return Answer(200, json.dumps(answer), {})


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_return_the_same(student, dormitory, terminal, monkeypatch):
    bank = QuickBank()
    monkeypatch.setattr("payment_portal.outbound.post_json", bank.post_json)
    payments = [
        checkout.start(checkout.Draft(student, dormitory, 10_000 + number, str(number)))
        for number in range(PAYMENTS)
    ]
    assert statuses_of_a_crowd(payments) == {303: CROWD * PAYMENTS}
    while worker.run_once():
        pass  # returns that found no seat are the worker's, and the SMS fail here

    assert Payment.objects.paid().count() == PAYMENTS
    assert PaymentEvent.objects.filter(to_state="paid").count() == PAYMENTS
    assert Message.objects.count() == PAYMENTS
    assert set(bank.verified.values()) == {1}


def statuses_of_a_crowd(payments):
    gate, statuses = threading.Barrier(CROWD), []

    def person():
        browser = Client(raise_request_exception=False)
        try:
            for payment in payments:
                receipt = f"receipt-of-{payment.token}"
                fields = {"State": "OK", "Token": payment.token, "RefNum": receipt}
                gate.wait()
                answer = browser.post(callback_of(payment), fields)
                statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=person) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


@pytest.mark.parametrize("amount", range(10_000, 10_000 + OVER_HTTP))
def test_fifty_browsers_return_the_same(portal, visitor, amount):
    answer = visitor.submit(visitor.form(portal.subject(), amount))
    payment, way = portal.payment_at(answer), visitor.at_bank(answer)
    with ThreadPoolExecutor(CROWD) as crowd:
        waiting = [crowd.submit(visitor.come_back, way) for _ in range(CROWD)]
    assert {one.result().status_code for one in waiting} == {303}

    until(lambda: visitor.see(payment.get_absolute_url()) == "paid")
    until(lambda: portal.told(payment) == 1)
    row = portal.sandbox.transaction(payment.order_number)
    assert (row["state"], row["verify_calls"]) == ("verified", 1)
    assert payment.events.filter(to_state="paid").count() == 1
