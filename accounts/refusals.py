"""What the pages say when something was refused, and what to do about it."""

from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import security
from accounts.code_limits import UNPROVED
from accounts.codes import WrongCode
from accounts.limits import TooMany
from accounts.second_factor import WrongFactor
from accounts.sms import Problem
from payment_portal import formats

WRONG_CODE = {
    "old": gettext_lazy("This code is no longer valid. Ask for a new one."),
    "used": gettext_lazy(
        "This code has already been used. Log in, or ask for a new one."
    ),
    "tried": gettext_lazy(
        "The code was entered wrongly too many times and is no longer valid. "
        "Ask for a new one."
    ),
}
WRONG_PASSWORD = gettext_lazy("The password is wrong. Enter your current password.")
WRONG_FACTOR = gettext_lazy(
    "This code is not right, or it has been used already. Wait for your app's next "
    "code; if that is refused too, set the clock of your phone."
)
OURS = gettext_lazy(
    "The SMS could not be sent because of a fault on our side. What you "
    "typed is kept: try again in a few minutes, or call us."
)
BUSY = gettext_lazy(
    "The SMS service is busy and the code was not sent. What you typed is "
    "kept: send the code again in a minute."
)
NOT_SENT = {
    Problem.BAD_NUMBER: gettext_lazy(
        "The mobile network does not know this number. Check it and correct it."
    ),
    Problem.BLOCKED: gettext_lazy(
        "This number does not accept our messages. Ask your operator to allow "
        "service messages, or use another number."
    ),
    Problem.THROTTLED: BUSY,
    Problem.TEMPORARY: BUSY,
    Problem.CONFIG: OURS,
    Problem.CREDIT: OURS,
    Problem.UNKNOWN: gettext_lazy(
        "The SMS service did not answer, so the code may or may not be on its "
        "way. If it does not arrive within a minute, send it again."
    ),
}


@contextmanager
def told(form, request, now):
    """Put on the form why what is done inside was refused, and log it."""
    try:
        yield
    except WrongCode as refusal:
        form.add_error("code", wrong_code(refusal))
        origin, detail = security.source(request), refusal.reason
        security.record(security.Kind.CODE_WRONG, now, origin, detail=detail)
    except WrongFactor:
        form.add_error("code", WRONG_FACTOR)
        kind, origin = security.Kind.SECOND_FACTOR_WRONG, security.source(request)
        security.record(kind, now, origin, about=request.user)
    except TooMany as refusal:
        form.add_error(None, too_many(refusal, now))
        limit_reached(request, now)


def limit_reached(request, now):
    """Write down that somebody was told to come back later."""
    origin, detail = security.source(request), request.resolver_match.url_name
    security.record(security.Kind.LIMIT_REACHED, now, origin, detail=detail)


def wrong_code(refusal):
    """Why a code was refused, and how many tries are left."""
    if refusal.reason in WRONG_CODE:
        return WRONG_CODE[refusal.reason]
    text = ngettext(
        "The code is not right. Check it and enter it again; %(left)s attempt left.",
        "The code is not right. Check it and enter it again; %(left)s attempts left.",
        refusal.left,
    )
    return text % {"left": formats.digits(refusal.left)}


def too_many(refusal, now):
    """When to come back, or what to do at once instead."""
    if refusal.scope.startswith(UNPROVED):
        return _unproved(refusal, now)
    return _("Too many attempts. Try again in %(time)s.") % {
        "time": formats.span(refusal.until - now)
    }


def _unproved(refusal, now):
    how = _(
        "Many codes have been asked for. Switch JavaScript on and try again: your "
        "browser then does a small task that keeps machines away."
    )
    if refusal.until <= now:
        return how
    wait = _("Without JavaScript, try again in %(time)s.")
    return f"{how} {wait % {'time': formats.span(refusal.until - now)}}"
