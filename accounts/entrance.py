"""Who comes in: a mobile or an e-mail with its password, and not too many guesses.

Failures are counted by django-axes for an account and an address together, so that
nobody can lock its owner out from elsewhere; all failures of one address have a
budget beside it, against trying one password on many accounts. A browser known to
be the owner's is subject to neither, but to a count of its own.
"""

from datetime import timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import auth
from django.db.models import Max

from accounts import devices, security, sessions
from accounts.backends import account_of, spelling_of
from accounts.limits import Rule, address_of, take
from accounts.models import Message
from accounts.security import Kind
from payment_portal import persian


def admit(request, username, password, now):
    """The user whose password this is, else None; raises TooMany."""
    guesses = _guesses(request, username)
    take([guesses], now)
    user = auth.authenticate(request, username=username, password=password)
    if user:
        guesses.give_back(now)
    return user


def welcome(request, user, now):
    """Note that somebody has come in, and tell him if it was by an unknown browser."""
    sessions.begin(request, user, now)
    browser = request.session[sessions.BROWSER]
    origin = security.source(request)
    security.record(Kind.LOG_IN, now, origin, about=user, detail=browser)
    if not devices.known(request, user.pk):
        _tell_of_new_device(user, now)


def _tell_of_new_device(user, now):
    if not Rule("new-device", str(user.pk), 1, timedelta(hours=1)).count(now):
        return
    Message.objects.queue(
        now,
        channel=Message.Channel.SMS,
        to=user.mobile,
        template="new-device",
        values={"token": persian.latin_moment(now)},
        key=f"new-device:{user.pk}:{now.timestamp()}",
    )


def turned_away(request, now, *, locked=False):
    """Write down who did not come in, and whether he was let try at all."""
    typed = request.POST.get("username", "")
    # django-axes answers in place of the view, which cannot tell otherwise.
    locked = locked or getattr(request, "axes_locked_out", False)
    security.record(
        Kind.LOCKED_OUT if locked else Kind.LOG_IN_FAILED,
        now,
        security.source(request),
        about=_account(request, typed),
        detail=security.disguised(typed),
    )


def name_of(request, credentials):
    """For django-axes: one name for an account, however it was spelled."""
    typed = (credentials or request.POST).get("username") or ""
    user = _account(request, typed)
    return _name(user) if user else spelling_of(typed)[:200]


def is_at_home(request, credentials):
    """For django-axes: whether this browser is known to be the owner's."""
    return bool(_device(request, (credentials or {}).get("username") or ""))


def forget_failures(user):
    """Whoever guessed at this account locks its owner out no longer."""
    reset(username=_name(user))


def locked_until(request, credentials, now):
    """When this address may try this account again."""
    tries = AccessAttempt.objects.filter(
        username=name_of(request, credentials), ip_address=address_of(request)
    )
    last = tries.aggregate(last=Max("attempt_time"))["last"]
    # None if a reset took the failures away between the lock and this answer.
    return last + settings.AXES_COOLOFF_TIME if last else now


def _guesses(request, username):
    if device := _device(request, username):
        return Rule("log-in-device", device, 10, timedelta(minutes=15))
    limit = settings.LOG_IN_FAILURES_PER_ADDRESS
    return Rule("log-in-address", address_of(request), limit, timedelta(hours=1))


def _device(request, username):
    user = _account(request, username)
    return devices.known(request, user.pk) if user else ""


def _account(request, typed):
    """Whom the typed name stands for; asked several times in one request."""
    if getattr(request, "named", (None,))[0] != typed:
        request.named = typed, account_of(typed)
    return request.named[1]


def _name(user):
    return f"user:{user.pk}"
