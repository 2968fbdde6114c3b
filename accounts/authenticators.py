"""Codes of an app (TOTP, RFC 6238) and codes on paper: made, compared and used up."""

import logging
import secrets
from base64 import b32decode, b32encode
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, get_random_string, pbkdf2
from django_otp.oath import hotp

from accounts.models import Authenticator, BackupCode
from accounts.sealing import Broken, seal, unseal
from payment_portal import persian

logger = logging.getLogger(__name__)

STEP = 30  # seconds
# The clocks of telephones are not ours, and typing takes a moment.
TOLERANCE = 1  # steps
BACKUP_CODES = 10
BACKUP_DIGITS = 12
# For every code and check; a hash of a password is for less than these forty bits.
ROUNDS = 100_000


def new_key():
    """160 random bits as the app's owner may have to type them."""
    return b32encode(secrets.token_bytes(20)).decode()


def in_groups(signs, size=4):
    return " ".join(signs[start : start + size] for start in range(0, len(signs), size))


def address(key, user):
    """What the QR code says to the app: whose key of which site this is."""
    host, name = urlsplit(settings.BASE_URL).hostname, persian.local_mobile(user.mobile)
    facts = urlencode({"secret": key, "issuer": host})
    return f"otpauth://totp/{quote(f'{host}:{name}')}?{facts}"


def step_of(code, key, now, after):
    """The half minute whose code this is, later than ``after``; None if none."""
    present = int(now.timestamp()) // STEP
    secret, found = b32decode(key), None
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        fits = constant_time_compare(f"{hotp(secret, step):06}", code)
        if fits and step > after and found is None:
            found = step
    return found


def use_code_of_app(authenticator, code, now):
    """Whether this is a code of the app that nobody has given before."""
    try:
        key = unseal(authenticator.key)
    except Broken:
        logger.error("The second factor of user %s cannot be read", authenticator.pk)
        return False
    step = step_of(code, key, now, after=authenticator.last_step)
    if step is None:
        return False
    mine = Authenticator.objects.filter(pk=authenticator.pk, last_step__lt=step)
    # Sealed anew: it outlives the secret of the day on which it was set up.
    return mine.update(last_step=step, key=seal(key)) == 1


def use_backup_code(authenticator, code, now):
    """Whether this code stands on the paper and has not been used."""
    mine = authenticator.backup_codes.filter(mac=_hashed(code, authenticator.salt))
    return mine.filter(used_at=None).update(used_at=now) == 1


def new_backup_codes(authenticator):
    """Other codes in place of those that he has; they can be read here alone."""
    codes = set()
    while len(codes) < BACKUP_CODES:
        codes.add(get_random_string(BACKUP_DIGITS, "0123456789"))
    authenticator.backup_codes.all().delete()
    BackupCode.objects.bulk_create(
        BackupCode(authenticator=authenticator, mac=_hashed(code, authenticator.salt))
        for code in codes
    )
    return sorted(codes)


def _hashed(code, salt):
    return pbkdf2(code, salt, ROUNDS).hex()
