"""What the worker throws away when it has had its time."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from payments.models import GatewayCall, GatewayCallBody
from tests.payments.conftest import work
from tests.payments.test_invariants import broken

HOUR = timedelta(hours=1)


def work_at(age):
    cache.clear()  # in which the worker notes when it has last tidied up
    work(after=age)


def test_what_was_said_to_a_bank_is_forgotten_and_the_call_is_not(paid):
    calls = GatewayCall.objects.count()
    assert GatewayCallBody.objects.count() == calls >= 2
    work_at(settings.KEEP_CALL_BODIES - HOUR)
    assert GatewayCallBody.objects.count() == calls
    work_at(settings.KEEP_CALL_BODIES + HOUR)
    assert not GatewayCallBody.objects.exists()
    assert GatewayCall.objects.count() == calls


def test_newer_words_stay(payer):
    payer.pay()
    old = set(GatewayCall.objects.values_list("pk", flat=True))
    payer.pay("777,000")
    newer = GatewayCall.objects.exclude(pk__in=old)
    GatewayCallBody.objects.forget(newer.earliest("pk").started_at)
    left = set(GatewayCallBody.objects.values_list("pk", flat=True))
    assert left == set(newer.values_list("pk", flat=True))


def test_the_oldest_words_go_first_and_not_all_at_once(payer):
    payer.pay()
    oldest = GatewayCallBody.objects.earliest("pk")
    count = GatewayCallBody.objects.count()
    GatewayCallBody.objects.forget(timezone.now() + HOUR, at_once=1)
    assert GatewayCallBody.objects.count() == count - 1
    assert not GatewayCallBody.objects.filter(pk=oldest.pk).exists()


def test_money_is_still_counted_after_everything_old_is_forgotten(paid):
    work_at(timedelta(seconds=1))
    assert broken() == {}
    work_at(max(settings.KEEP_MESSAGES, settings.KEEP_CALL_BODIES) + HOUR)
    assert broken() == {}
