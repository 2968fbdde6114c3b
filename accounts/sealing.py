"""Short secrets kept where others may read: closed by a key outside the database."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class Broken(Exception):
    """This was sealed under a secret that is no longer among ours."""


def seal(text):
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed):
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Broken from error


def _keys():
    """The newest seals; those of earlier secrets open until they are gone."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_key(secret) for secret in secrets])


def _key(secret):
    digest = salted_hmac("accounts.sealing", "", secret, algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(digest))
