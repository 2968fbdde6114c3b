"""How often a code is sent: to a number, at the wish of an address, in all.

The first two are for any browser. The next are for one that has worked for them (see
``puzzles``), or for whoever waits: nobody is shut out for good.
"""

from datetime import timedelta

from django.conf import settings

from accounts import outbox
from accounts.limits import Rule
from accounts.models import MobileCode

GAP = timedelta(seconds=60)
TEN_MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# What the limits of browsers without a proof are called.
UNPROVED = "code-unproved"


def of_number(challenge, device, asker):
    """``device`` is a browser known as the owner's, or nothing (see ``codes.send``)."""
    whom = f"{challenge.mobile} {device}" if device else challenge.mobile
    return [
        *_unproved(asker, "number", whom, HOUR),
        Rule("code-gap", whom, 1, GAP),
        Rule("code-10-minutes", whom, 3, TEN_MINUTES),
        Rule("code-hour", whom, 5, HOUR),
        Rule("code-day", whom, 10, DAY),
        *_of_user(challenge),
    ]


def _of_user(challenge):
    """Whoever has his password gets as many known browsers as he likes."""
    if challenge.purpose != MobileCode.Purpose.SECOND_FACTOR:
        return []
    return [Rule("code-user-day", str(challenge.user.pk), 20, DAY)]


def of_address(asker):
    most = settings.CODES_PER_ADDRESS
    return [
        *_unproved(asker, "address", asker.address, TEN_MINUTES),
        Rule("code-address", asker.address, most, HOUR),
    ]


def in_all(asker):
    """Who works for a code gets one even when machines have had all the others."""
    return [
        *_unproved(asker, "in-all", "", HOUR, times=100, alarming=True),
        outbox.code_budget(),
    ]


def _unproved(asker, name, key, window, *, times=1, alarming=False):
    if asker.proved:
        return []
    few = times * settings.CODES_WITHOUT_PROOF
    return [Rule(f"{UNPROVED}-{name}", key, few, window, alarming)]
