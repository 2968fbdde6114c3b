"""The security log: who did what to an account, or looked at whom, and from where.

No code, no password and no whole number stands in it, nor anything that could begin a
line of its own. Every event is a row and, for whoever collects them elsewhere, a line
of JSON in the log.
"""

import json
import logging
import re
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings

from accounts.limits import Rule, address_of
from accounts.models import SecurityEvent
from payment_portal import persian
from payment_portal.fields import e164

logger = logging.getLogger("security")

Kind = SecurityEvent.Kind
# Anybody can have these happen as often as he likes: a few tell all there is to tell.
ENDLESS = {Kind.LOCKED_OUT, Kind.CODE_WRONG, Kind.LIMIT_REACHED}
FEW, AGAIN_AFTER = 5, timedelta(minutes=15)
AN_HOUR = timedelta(hours=1)

UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+"
)
EMAIL = re.compile(r"([^@\s])[^@\s]*@([^@\s]{1,100})")


class Source(NamedTuple):
    """Where something came from: a network address and, if known, somebody."""

    address: str
    actor: Any = None


def source(request):
    user = request.user
    return Source(address_of(request), user if user.is_authenticated else None)


def record(kind, now, origin, *, about=None, detail=""):
    """Write down one event."""
    detail = _kept_of(detail)
    if kind in ENDLESS and not _is_rare(kind, origin.address, detail, now):
        return
    SecurityEvent.objects.create(
        at=now,
        keep_until=now + settings.KEEP_SECURITY_EVENTS,
        kind=kind,
        actor=origin.actor,
        about=about,
        address=origin.address,
        detail=detail,
    )
    facts = {
        "at": now.isoformat(),
        "kind": kind.value,
        "actor": origin.actor.pk if origin.actor else None,
        "about": about.pk if about else None,
        "address": origin.address,
        "detail": detail,
    }
    logger.info(json.dumps(facts))


def record_once(kind, now, origin, *, about=None, detail=""):
    """Write down what somebody looks at again and again, once in an hour."""
    said = SecurityEvent.objects.filter(kind=kind, at__gt=now - AN_HOUR)
    alike = said.filter(actor=origin.actor, about=about, detail=_kept_of(detail))
    if not alike.exists():
        record(kind, now, origin, about=about, detail=detail)


def _kept_of(detail):
    return UNPRINTABLE.sub(" ", detail)[:200]


def masked(mobile):
    """A mobile as an SMS shows it: 0918***4567."""
    return persian.to_ascii_digits(persian.masked_mobile(mobile)).replace("•", "*")


def disguised(name):
    """A mobile or an e-mail in part; nothing of what is neither.

    People type passwords where their name belongs.
    """
    if mobile := e164(name):
        return masked(mobile)
    email = EMAIL.fullmatch(name.strip())
    return f"{email[1]}***@{email[2]}" if email else ""


def hinted(search):
    """What somebody searched for: of each word at most half, and four signs.

    Of a number it is the end, of a name the beginning.
    """
    if known := disguised(search):
        return known
    words = persian.to_ascii_digits(persian.clean(search)).split()
    return " ".join(map(_hint, words))


def _hint(word):
    shown = min(len(word) // 2, 4)
    if any(sign.isdigit() for sign in word):
        return f"***{word[len(word) - shown :]}"
    return f"{word[:shown]}***"


def _is_rare(kind, address, detail, now):
    return Rule(f"log-{kind}", f"{address} {detail}", FEW, AGAIN_AFTER).count(now)
