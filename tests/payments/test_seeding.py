"""Made-up payments are such as the portal would have made."""

import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog import demo
from payments import invariants, seeding
from payments.models import Payment, Terminal
from payments.states import Reason, State


@pytest.fixture
def seeded(db, terminal, monkeypatch):
    monkeypatch.setattr(seeding, "BATCH", 50)
    demo.load()
    Terminal.objects.create(
        alias="mellat", title="ملت", psp="mellat", merchant_number="7001234"
    )
    chance = random.Random(5)
    return list(seeding.seed(120, timezone.now(), chance=chance))


def test_check_of_the_money_finds_nothing(seeded):
    assert seeded == [50, 100, 120]
    assert Payment.objects.count() == 120
    later = timezone.now() + timedelta(days=1)
    broken = [one.number for one in invariants.check(later) if one.count]
    assert broken == []


def test_payments_are_of_several_years_and_kinds(seeded):
    payments = Payment.objects.all()
    first, last = payments.earliest("pk"), payments.latest("pk")
    assert last.created_at - first.created_at > timedelta(days=2 * 365)
    assert last.created_at < timezone.now()
    assert set(payments.values_list("state", flat=True)) == {State.PAID, State.UNPAID}
    reasons = set(payments.values_list("unpaid_reason", flat=True))
    assert Reason.CANCELLED in reasons
    for payment in payments.select_related("subject__unit__faculty"):
        payment.subject.check_amount(payment.amount)
        assert payment.paid_at is None or payment.paid_at > payment.created_at
    assert payments.paid().filter(settlement="done").exists()


def test_made_up_payments_are_for_the_sandbox(settings):
    settings.SANDBOX = False
    with pytest.raises(CommandError):
        call_command("seed_demo", payments=1)


def test_command_brings_its_catalogue_and_its_banks(db, capsys):
    call_command("seed_demo", payments=3, seed="x")
    assert Payment.objects.count() == 3
    assert "3 of 3" in capsys.readouterr().out
