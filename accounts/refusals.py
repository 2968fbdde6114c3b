"""What the pages say when something was refused, and what to do about it."""

from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import security
from accounts.codes import WrongCode
from accounts.limits import TooMany
from accounts.sms import Problem
from payment_portal import formats

WRONG_CODE = {
    "old": gettext_lazy("This code is no longer valid. Ask for a new one."),
    "used": gettext_lazy(
        "This code has been used already. Log in, or ask for a new one."
    ),
    "tried": gettext_lazy(
        "The code was wrong too many times and is no longer valid. Ask for a new one."
    ),
}
WRONG_PASSWORD = gettext_lazy("The password is wrong. Type your present one.")
OURS = gettext_lazy(
    "The SMS could not be sent because of a fault on our side. Nothing you typed is "
    "lost: try again in a few minutes, or call us."
)
BUSY = gettext_lazy(
    "The SMS service is busy and the code was not sent. Nothing you typed is lost: "
    "send the code again in a minute."
)
NOT_SENT = {
    Problem.BAD_NUMBER: gettext_lazy(
        "The operator does not know this mobile number. Check it and change it."
    ),
    Problem.BLOCKED: gettext_lazy(
        "This mobile does not accept our SMS. Open it for service messages at your "
        "operator, or use another number."
    ),
    Problem.THROTTLED: BUSY,
    Problem.TEMPORARY: BUSY,
    Problem.CONFIG: OURS,
    Problem.CREDIT: OURS,
    Problem.UNKNOWN: gettext_lazy(
        "The SMS service did not answer, so we do not know whether the code is on its "
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
    return _(
        "The code is not right. Check it and type it again; %(left)s tries left."
    ) % {"left": formats.digits(refusal.left)}


def too_many(refusal, now):
    """When to come back."""
    return _("This was tried too often. Try again in %(time)s.") % {
        "time": span(refusal.until - now)
    }


def span(length):
    """A length of time in its largest whole unit, rounded up."""
    if length <= timedelta(seconds=90):
        return _("%(count)s seconds") % _count(length, timedelta(seconds=1))
    if length <= timedelta(minutes=90):
        return _("%(count)s minutes") % _count(length, timedelta(minutes=1))
    return _("%(count)s hours") % _count(length, timedelta(hours=1))


def _count(length, unit):
    return {"count": formats.digits(max(1, -(-length // unit)))}
