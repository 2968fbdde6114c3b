"""Browsers in which somebody has proved who he is.

A whole campus may share one address, so whoever guesses there would lock everybody
out. A browser that is known to belong to an account is counted by itself instead.
"""

import secrets
from datetime import timedelta

from django.conf import settings

NAME = "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"
SALT = "accounts.device"
LIFE = timedelta(days=365)


def remember(request, response, user):
    """Let this browser be known as one of the user's; returns the response."""
    if not known(request, user.pk):
        response.set_signed_cookie(
            NAME,
            f"{user.pk}:{secrets.token_urlsafe(12)}",
            salt=SALT,
            max_age=LIFE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def known(request, user_id):
    """What this browser is called if it is one of the user's, else nothing."""
    value = request.get_signed_cookie(NAME, "", salt=SALT, max_age=LIFE)
    owner, _colon, device = value.partition(":")
    return device if owner == str(user_id) else ""
