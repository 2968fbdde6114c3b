"""Signing up: what was typed, a code, an account."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from accounts import codes, emails
from accounts.limits import Rule, take
from accounts.models import MobileCode, SignUp
from payment_portal import institution

SIGN_UP = MobileCode.Purpose.SIGN_UP


class MobileTaken(Exception):
    """Meanwhile somebody else proved this number and has an account."""


def begin(session, typed, asker, now):
    """Keep what was typed and send a code; raises TooMany.

    Hashing is dear, so forms are counted before it: one and a correction a code.
    """
    forms = 2 * settings.CODES_PER_ADDRESS
    take([Rule("sign-up-address", asker.address, forms, timedelta(hours=1))], now)
    sign_up = SignUp.objects.create(
        full_name=typed["full_name"],
        mobile=typed["mobile"],
        email=typed["email"] or None,
        password=make_password(typed["password"]),
        terms_version=institution.current().institution.version_of_terms,
        terms_accepted_at=now,
        created_at=now,
    )
    challenge = MobileCode(purpose=SIGN_UP, mobile=sign_up.mobile, sign_up=sign_up)
    try:
        codes.start(session, challenge, asker, now)
    except codes.TooMany:
        sign_up.delete()
        raise


def pending(session):
    """What this session has typed and not yet proved, but for the password."""
    held = codes.held(session, SIGN_UP)
    found = held and SignUp.objects.filter(mobilecode=held.id).first()
    if not found:
        return None
    names = ("full_name", "mobile", "email")
    return {name: getattr(found, name) for name in names} | {"terms": True}


def finish(session, code, now):
    """The account of whoever typed the right code; raises WrongCode, MobileTaken."""
    challenge = codes.check(session, SIGN_UP, code, now)
    with transaction.atomic():
        if not challenge.consume(now):
            raise codes.WrongCode("used")
        user = _create_user(challenge.sign_up)
        challenge.sign_up.delete()
        if user and user.email:
            emails.send_link(user, now)
    codes.forget(session)
    if user is None:
        raise MobileTaken
    return user


def _create_user(sign_up):
    try:
        with transaction.atomic():
            return sign_up.create_user(get_language())
    except IntegrityError:
        return None
