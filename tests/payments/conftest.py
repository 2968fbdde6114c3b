"""A terminal at the sandbox's bank, and a student who pays there."""

import secrets
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from payments import worker
from payments.models import Decision, Payment, Terminal
from payments.states import State
from tests.conftest import officer


@pytest.fixture
def bank(sandbox, settings):
    """The sandbox, as the bank that the portal speaks with."""
    sep = project.GATEWAYS["sep"]
    settings.GATEWAYS = {"sep": sep | {"OPTIONS": {"base_url": sandbox.sep_url}}}
    return sandbox


@pytest.fixture
def terminal(db):
    return Terminal.objects.create(
        alias="sep", title="سامان", psp="sep", merchant_number="2015"
    )


WORD_OF_THE_BANK = {
    "verdict": "paid",
    "reference_number": "990011",
    "evidence": "خانم رضایی از بانک، تلفن ۱۴۰۵/۰۹/۰۱",
}


# Somebody who works for the whole, wherever it does not matter who it is.
SEES_ALL = User(is_superuser=True)


class Payer:
    """Somebody in front of a browser, who pays for one subject."""

    def __init__(self, browser, bank, subject):
        self.browser, self.bank, self.subject = browser, bank, subject

    def form(self, amount="500,000", **changes):
        return {
            "faculty": self.subject.unit.faculty_id,
            "unit": self.subject.unit_id,
            "subject": self.subject.pk,
            "amount": amount,
            "submission_key": secrets.token_urlsafe(16),
        } | changes

    def start(self, amount="500,000", **changes):
        """Confirm the form, and insist if asked about an earlier one; the payment."""
        form = self.form(amount, **changes)
        answer = self.browser.post(reverse("payments:pay"), form)
        if answer.status_code == 200 and "hidden" in answer.context:
            answer = self.browser.post(
                reverse("payments:pay"), answer.context["hidden"]
            )
        assert answer.status_code == 303, answer.content.decode()
        public_id = answer["Location"].split("/")[2]
        return Payment.objects.get(public_id=public_id)

    def at_bank(self, payment, action="success"):
        """Act on the bank's page; the fields that the browser is to bring back."""
        back = self.bank.pay(payment.token, action)
        return back and back.fields

    def bring(self, payment, fields):
        """Come back from the bank, without any cookie, and read the stored payment."""
        answer = Client().post(callback_of(payment), fields)
        assert answer.status_code == 303
        assert not answer.cookies
        payment.refresh_from_db()
        return payment

    def pay(self, amount="500,000", action="success"):
        """The whole way there and back."""
        payment = self.start(amount)
        return self.bring(payment, self.at_bank(payment, action))

    def see(self, payment):
        """The text of the result page."""
        answer = self.browser.get(payment.get_absolute_url())
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def payer(student, client_of, bank, terminal, dormitory):
    return Payer(client_of(student), bank, dormitory)


@pytest.fixture
def other_payer(other_student, client_of, bank, terminal, dormitory):
    return Payer(client_of(other_student), bank, dormitory)


@pytest.fixture
def paid(payer):
    return payer.pay()


@pytest.fixture
def second_officer(db):
    return officer("هیوا مرادی", "+989180000009", "امور مالی مرکزی")


@pytest.fixture
def review(payer, bank):
    """A payment whose verify was accepted and never answered."""
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", phase="after")
    payer.bring(payment, fields)
    bank.fault("verify", "refuse", code="-6")
    work(after=timedelta(seconds=3))
    payment.refresh_from_db()
    assert payment.state == State.REVIEW
    return payment


@pytest.fixture
def decision(review, finance_officer):
    return Decision.objects.create(
        payment=review,
        receipt_number=review.claims.get().receipt_number,
        recorded_by=finance_officer,
        recorded_at=timezone.now(),
        **WORD_OF_THE_BANK,
    )


def callback_of(payment):
    return reverse("payments:callback", args=[payment.callback_key])


def work(after=None):
    """One round of the worker, ``after`` some time has gone by."""
    moment = timezone.now() + after if after else timezone.now()
    return worker.run_once(clock=lambda: moment)
