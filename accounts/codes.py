"""Codes by SMS: sent, sent again and checked.

What is shown and how long it takes does not depend on whether a number has an
account. A code is bound to its purpose, its number and the session that asked.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts import code_limits, languages, outbox, security
from accounts.limits import Rule, TooMany, give_back, take
from accounts.models import Message, MobileCode, User
from accounts.models.codes import MAX_ATTEMPTS
from accounts.sms import Problem

LIFE = timedelta(seconds=300)
DAY = timedelta(days=1)
SESSION_KEY = "mobile_code"

Purpose = MobileCode.Purpose
TAKEN = "already-registered"
CODES = {
    Purpose.SIGN_UP: "sign-up-code",
    Purpose.RESET: "reset-code",
    Purpose.CHANGE_MOBILE: "mobile-code",
    Purpose.SECOND_FACTOR: "second-factor-code",
}
# Codes for the owner of a number; the others are for a number without an account.
OF_ACCOUNTS = {Purpose.RESET, Purpose.SECOND_FACTOR}


class WrongCode(Exception):
    """The code proves nothing; ``reason`` is used, replaced, old, tried, wrong."""

    def __init__(self, reason, left=0):
        super().__init__(reason)
        self.reason = reason
        self.left = left


@dataclass(frozen=True)
class Held:
    """What a session knows about the code that it waits for."""

    id: str
    purpose: str
    mobile: str
    secret: str
    resend_at: str
    problem: str = ""
    device: str = ""

    def wait(self, now):
        """Seconds until the code may be sent again."""
        left = datetime.fromisoformat(self.resend_at) - now
        return max(0, -(-left // timedelta(seconds=1)))


def held(session, purpose=None):
    """What the session holds, for this purpose if one is named; or None."""
    stored = session.get(SESSION_KEY)
    if not stored or purpose not in {None, stored["purpose"]}:
        return None
    return Held(**stored)


def start(session, challenge, asker, now, device=""):
    """Send a code, or go on with the living one that this session has for the same."""
    try:
        send(session, challenge, asker, now, device)
    except TooMany:
        # Pressed twice, or gone back to correct a name: the code is on its way.
        known = held(session, challenge.purpose)
        if not known or known.mobile != challenge.mobile:
            raise
        alive = MobileCode.objects.live(now).filter(pk=known.id)
        if not alive.update(sign_up=challenge.sign_up):
            raise


def resend(session, known, asker, now):
    """Send a new code in place of the one that the session holds; raises TooMany."""
    old = MobileCode.objects.get(pk=known.id)
    again = MobileCode(
        purpose=old.purpose, mobile=old.mobile, sign_up=old.sign_up, user=old.user
    )
    send(session, again, asker, now, known.device)


def send(session, challenge, asker, now, device=""):
    """Make a code and send it; the older one of this session is worth nothing then.

    ``device`` is a browser known as the owner's: it has codes of its own to ask for,
    whatever strangers have used up.

    A reset is sent by the worker: neither what the provider says nor how long it takes
    may show whether the number has an account.
    """
    rules = code_limits.of_number(challenge, device, asker)
    if challenge.purpose != Purpose.RESET:
        rules += code_limits.in_all(asker)
    take([*code_limits.of_address(asker), *rules], now)
    _note(challenge, asker.address, now)
    secret = secrets.token_urlsafe(32)
    message = _store(session, challenge, secret, now)
    problem = _post(message, challenge, now)
    not_sent = problem not in {None, Problem.UNKNOWN}
    if not_sent:
        give_back(rules, now)
    session[SESSION_KEY] = {
        "id": str(challenge.pk),
        "purpose": challenge.purpose,
        "mobile": challenge.mobile,
        "secret": secret,
        "resend_at": (now if not_sent else now + code_limits.GAP).isoformat(),
        "problem": problem or "",
        "device": device,
    }


def check(session, purpose, code, now):
    """The challenge that a typed code meets; raises WrongCode.

    The try is counted before anything is compared, so that trying in parallel gains
    nothing. Whoever acts on the answer must consume it (see redeem).
    """
    known = held(session, purpose)
    if not known:
        raise WrongCode("old")
    challenge = MobileCode.objects.filter(pk=known.id)
    if not challenge.live(now).update(attempts=F("attempts") + 1):
        raise WrongCode(_why_dead(challenge.first(), now))
    failures = Rule("code-failure", known.mobile, 15, DAY)
    counted = failures.count(now)
    found = challenge.get()
    # Whoever guesses at a number uses up its tries, but never the first try of a code:
    # its owner gets in with a new one.
    if not counted and found.attempts > 1:
        raise WrongCode("tried")
    if found.fits(code, known.secret):
        if counted:
            failures.give_back(now)
        return found
    left = max(0, MAX_ATTEMPTS - found.attempts) if counted else 0
    raise WrongCode("wrong" if left else "tried", left)


def redeem(session, purpose, code, now):
    """Use a code up, for what the session may do from now on; raises WrongCode."""
    challenge = check(session, purpose, code, now)
    if not challenge.consume(now):
        raise WrongCode("used")
    forget(session)
    session.cycle_key()
    return challenge


def forget(session):
    """The code has done its work."""
    session.pop(SESSION_KEY, None)


def _note(challenge, address, now):
    kind, origin = security.Kind(f"code_{challenge.purpose}"), security.Source(address)
    whom = {"about": challenge.user, "detail": security.masked(challenge.mobile)}
    security.record(kind, now, origin, **whom)


@transaction.atomic
def _store(session, challenge, secret, now):
    """Write down the challenge and its message; returns the message."""
    older = session.get(SESSION_KEY, {}).get("id")
    MobileCode.objects.open().filter(pk=older).update(superseded_at=now)
    of_account = challenge.purpose in OF_ACCOUNTS
    has_account = User.objects.filter(mobile=challenge.mobile).exists()
    if challenge.user is not None if of_account else not has_account:
        challenge.keep(secret)
    else:
        challenge.keep_none()
    challenge.created_at, challenge.expires_at = now, now + LIFE
    challenge.save(force_insert=True)
    taken = has_account and not of_account
    facts = {
        "channel": Message.Channel.SMS,
        "to": challenge.mobile,
        "template": TAKEN if taken else CODES[challenge.purpose],
        "values": {"token": security.masked(challenge.mobile)} if taken else {},
        "key": f"{outbox.CODE_KEY}{challenge.pk}",
        "language": "" if taken else languages.of_reader(challenge.user),
    }
    if challenge.purpose == Purpose.RESET:
        return Message.objects.queue(now, **facts)
    return Message.objects.leased(now, **facts)


def _post(message, challenge, now):
    """Send at once what does not wait for the worker; returns the problem, if any."""
    if message is None:
        return None  # it is in the worker's queue
    return outbox.send_now(message, message.values or {"token": challenge.digits}, now)


def _why_dead(challenge, now):
    if challenge is None or challenge.superseded_at or challenge.expires_at <= now:
        return "old"
    return "used" if challenge.consumed_at else "tried"
