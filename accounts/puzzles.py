"""Proof of work: what a browser does, unseen, before it asks for a code by SMS.

It looks for the number that has a certain key (PBKDF2, which browsers and machines
make equally fast): a moment for one telephone, and for whoever asks for thousands of
codes as much for each. Nobody elsewhere is asked, and nothing is kept but which puzzles
have been used.
"""

import json
import secrets
from base64 import b64decode
from datetime import timedelta
from typing import NamedTuple

import altcha
from django.utils.crypto import salted_hmac

from accounts.limits import Rule, address_of

FIELD = "proof"
WAY = "PBKDF2/SHA-256"
COST = 10_000  # rounds for every number that is tried
NUMBERS = 400  # tried at most, the half of them on average
LIFE = timedelta(minutes=30)


class Asker(NamedTuple):
    """Who asks for a code: from where, and whether the browser has worked for it."""

    address: str
    proved: bool


def asker(request, now):
    return Asker(address_of(request), is_solved(request.POST.get(FIELD, ""), now))


def puzzle(now):
    """A new one, as JSON takes it; its signature says that it is ours."""
    return altcha.create_challenge(
        WAY,
        COST,
        counter=secrets.randbelow(NUMBERS),
        expires_at=now + LIFE,
        hmac_secret=_secret(),
    ).to_dict()


def is_solved(text, now):
    """Whether this is the solution of a puzzle of ours; it is one only once."""
    try:
        asked = json.loads(b64decode(text, validate=True))["challenge"]
        cost, signature = asked["parameters"]["cost"], str(asked["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    # One that was signed when less was demanded is worth nothing.
    if cost != COST or not altcha.verify_solution(text, _secret()).verified:
        return False
    return Rule("proof", signature, 1, LIFE).count(now)


def _secret():
    return salted_hmac("accounts.puzzles", "", algorithm="sha256").hexdigest()
