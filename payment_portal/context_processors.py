from django.contrib.auth.models import AnonymousUser
from django.db import Error

from payment_portal import institution as ours


def institution(request):
    """Names, numbers and notices that stand on every page."""
    return ours.context()


def reader(request):
    """Nobody, where the database that would know him is away.

    A page that needs somebody has asked for him before it is drawn.
    """
    try:
        bool(getattr(request, "user", None))
    except Error:
        return {"user": AnonymousUser(), "messages": []}
    return {}
