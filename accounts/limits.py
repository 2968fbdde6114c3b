"""So many times in so long: counters that no race can pass.

Each counter is one row, moved by conditional updates only; nothing is read and then
written, so that it holds on every database and for any number of processes.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_network

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.models import Limit
from payment_portal.addresses import parsed, told_by_proxies

logger = logging.getLogger(__name__)

NOWHERE = "::"


class TooMany(Exception):
    """Not now; ``until`` says when, ``scope`` which limit is reached."""

    def __init__(self, until, scope=""):
        super().__init__(until)
        self.until, self.scope = until, scope


@dataclass(frozen=True)
class Rule:
    """At most ``limit`` times in ``window`` for one key of a scope."""

    scope: str
    key: str
    limit: int
    window: timedelta
    alarming: bool = False

    def count(self, now):
        """Count once more unless that would be once too often."""
        if self.limit < 1:
            return False
        return self._again(now) or self._anew(now) or self._first(now)

    def give_back(self, now):
        """What was counted did not happen after all."""
        running = self._row().filter(expires_at__gt=now, count__gt=0)
        running.update(count=F("count") - 1)

    def forget(self):
        """Count from nothing again."""
        self._row().delete()

    def opens_at(self, now):
        """When it counts from nothing again."""
        running = self._row().filter(expires_at__gt=now).first()
        return running.expires_at if running else now

    def _again(self, now):
        running = self._row().filter(expires_at__gt=now, count__lt=self.limit)
        return running.update(count=F("count") + 1) == 1

    def _anew(self, now):
        over = self._row().filter(expires_at__lte=now)
        return over.update(count=1, expires_at=now + self.window) == 1

    def _first(self, now):
        row = Limit(
            scope=self.scope, key=self._hashed_key(), expires_at=now + self.window
        )
        Limit.objects.bulk_create([row], ignore_conflicts=True)
        return self._again(now)

    def _row(self):
        return Limit.objects.filter(scope=self.scope, key=self._hashed_key())

    def _hashed_key(self):
        salt = f"accounts.limits.{self.scope}"
        return salted_hmac(salt, self.key, algorithm="sha256").hexdigest()


def allow(scope, key, limit, window, now):
    """Count once more unless that would be once too often."""
    return Rule(scope, key, limit, window).count(now)


def take(rules, now):
    """Count all the rules or, if one of them is full, none and raise TooMany."""
    with transaction.atomic():
        full = next((rule for rule in rules if not rule.count(now)), None)
        if full:
            transaction.set_rollback(True)
    if full:
        level = logging.ERROR if full.alarming else logging.INFO
        logger.log(level, "The limit %s is reached", full.scope)
        raise TooMany(full.opens_at(now), full.scope)


def give_back(rules, now):
    """What was taken did not happen after all."""
    for rule in rules:
        rule.give_back(now)


def address_of(request):
    """Where a request comes from; of IPv6 the network, for a host has it whole."""
    number = parsed(told_by_proxies(request) or request.META.get("REMOTE_ADDR", ""))
    if number is None:
        return NOWHERE
    if not isinstance(number, IPv6Address):
        return str(number)
    return str(ip_network((number.packed, 64), strict=False).network_address)
