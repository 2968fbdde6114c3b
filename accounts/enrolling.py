"""Whoever sets up his first second factor proves his mobile before.

A thief may have his password, and nothing else stands before these pages then.
"""

from datetime import datetime, timedelta

from accounts import codes, devices, puzzles
from accounts.models import MobileCode

ENROL = MobileCode.Purpose.SECOND_FACTOR
PROVED = "second_factor_mobile"
PROVED_LIFE = timedelta(minutes=10)


def begin(request, now):
    """Send a code to his mobile; raises TooMany."""
    user = request.user
    challenge = MobileCode(purpose=ENROL, mobile=user.mobile, user=user)
    device = devices.known(request, user.pk)
    codes.start(request.session, challenge, puzzles.asker(request, now), now, device)


def held(request):
    """What this session knows about the code that it waits for, or None."""
    return codes.held(request.session, ENROL)


def prove(request, code, now):
    """The right code lets this session set up an app, for a while; raises WrongCode."""
    session = request.session
    challenge = codes.redeem(session, ENROL, code, now)
    session[PROVED] = [challenge.mobile, (now + PROVED_LIFE).isoformat()]


def is_proved(request, now):
    mobile, until = request.session.get(PROVED, (None, None))
    return mobile == request.user.mobile and datetime.fromisoformat(until) > now
