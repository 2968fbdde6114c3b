"""The sandbox's clock: the real time plus an offset that tests may push forward."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from sandbox.models import Transaction, World


def now():
    offset = World.objects.values_list("clock_offset", flat=True).get(pk=1)
    return timezone.now() + timedelta(seconds=offset)


def strike():
    """The time now, after the bank has done everything that is due by now."""
    moment = now()
    Transaction.objects.pass_time(moment)
    return moment


def advance(seconds):
    World.objects.filter(pk=1).update(clock_offset=F("clock_offset") + seconds)
    return strike()
