"""Messages on their way out: by the request that waits, or by the worker.

An SMS that may have gone out is never sent again by itself; a mail is, for a second
copy does no harm.
"""

import logging
import time
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from types import MappingProxyType

from django.conf import settings
from django.db.models import F

from accounts import emails, languages, sms
from accounts.limits import Rule, TooMany, take
from accounts.models import Message, MobileCode
from accounts.models.messages import CODE_TEMPLATES
from accounts.sms import Problem, SmsError
from payment_portal.seats import Seats

logger = logging.getLogger(__name__)

BATCH = 10
REQUEST_DEADLINE = 8.0  # seconds, somebody is looking at the page
WORKER_DEADLINE = 20.0
# A round ends soon enough for its last message to be through before its lease is over,
# and a mail, whose every step may take EMAIL_TIMEOUT, has up to eight of them.
ROUND_SECONDS = 120
DELAYS = [
    timedelta(seconds=wait) for wait in (10, 30, 60, 5 * 60, 15 * 60, 3600, 3 * 3600)
]
FINAL = {Problem.BAD_NUMBER, Problem.BLOCKED}
OURS_TO_MEND = {Problem.CONFIG, Problem.CREDIT}

CODE_KEY = "code:"
NONE = MappingProxyType({})
NOBODY = "nobody"

_seats = Seats(settings.SMS_SEATS)


class Needless(Exception):
    """There is nobody to send this to any more; ``reason`` says why."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class NotNow(Exception):
    """This waits until another moment, which is not counted as a try."""

    def __init__(self, until):
        super().__init__(until)
        self.until = until


def code_budget():
    """How many codes go out in an hour, whoever asks for them."""
    hour = timedelta(hours=1)
    return Rule("code-budget", "", settings.CODES_PER_HOUR, hour, alarming=True)


def send_now(message, tokens, now):
    """Try once while somebody waits; returns the problem, None if it went out.

    The tokens come beside the message because a code must not be stored.
    """
    with _seats.seat() as seated:
        if not seated:
            message.settle(Message.State.FAILED, problem=f"{Problem.THROTTLED} no seat")
            return Problem.THROTTLED
        return _send_now(message, tokens, now)


def _send_now(message, tokens, now):
    try:
        sent = sms.sender().send(
            message.to, languages.worded(message), tokens, deadline=REQUEST_DEADLINE
        )
    except SmsError as error:
        unknown = error.problem is Problem.UNKNOWN
        state = Message.State.UNKNOWN if unknown else Message.State.FAILED
        message.settle(state, problem=str(error))
        _report(message, error.problem, error.detail)
        return error.problem
    message.settle(Message.State.SENT, sent_at=now, provider_id=sent.number)
    return None


def send_due(now, makers=NONE):
    """Send what waits its turn; returns how many messages were tried.

    What some templates say is made only now: ``makers`` are called with the message and
    the time by the templates' names, and may raise Needless or NotNow. The first
    trouble of a provider ends the round: who waits for it must not keep the worker from
    the banks.
    """
    _end_lost(now)
    tried, over_at = 0, time.monotonic() + ROUND_SECONDS
    for message in Message.objects.due(now).order_by("next_try_at", "pk")[:BATCH]:
        if time.monotonic() > over_at:
            break
        if message.lease(now):
            tried += 1
            if not _send(message, now, makers):
                break
    return tried


def _end_lost(now):
    lost = Message.objects.lost(now)
    lost.filter(channel=Message.Channel.SMS).update(
        state=Message.State.UNKNOWN,
        leased_until=None,
        problem=f"{Problem.UNKNOWN.value} lost",
    )
    lost.filter(channel=Message.Channel.MAIL).update(
        state=Message.State.QUEUED, next_try_at=F("leased_until"), leased_until=None
    )


def _send(message, now, makers):
    """Try once; returns whether the provider is fit for the next message."""
    try:
        if message.channel == Message.Channel.SMS:
            number = _by_sms(message, now, makers)
        else:
            number = _by_mail(message)
    except Needless as needless:
        message.settle(Message.State.FAILED, problem=needless.reason)
        return True
    except NotNow as later:
        facts = {"next_try_at": later.until, "tries": F("tries") - 1}
        message.settle(Message.State.QUEUED, **facts)
        return True
    except SmsError as error:
        _put_off(message, error.problem, error.detail, now)
        return error.problem in FINAL
    except ValueError as error:  # what no mail server would take
        _put_off(message, Problem.BAD_NUMBER, type(error).__name__, now)
        return True
    except (SMTPException, OSError) as error:
        problem = _mail_problem(error)
        _put_off(message, problem, type(error).__name__, now)
        return problem in FINAL
    message.settle(Message.State.SENT, sent_at=now, provider_id=number, problem="")
    return True


def _by_sms(message, now, makers):
    make = (makers | CODE_MAKERS).get(message.template)
    tokens = make(message, now) if make else message.values
    sent = sms.sender().send(
        message.to, languages.worded(message), tokens, deadline=WORKER_DEADLINE
    )
    return sent.number


def _code(message, now):
    """The code of a reset, if somebody still waits for it and may have it."""
    asked = MobileCode.objects.live(now).filter(pk=message.key.removeprefix(CODE_KEY))
    challenge = asked.first()
    if challenge is None:
        raise Needless("late")
    if challenge.user is None:
        raise Needless(NOBODY)
    try:
        take([code_budget()], now)
    except TooMany as full:
        raise Needless("budget") from full
    return {"token": challenge.digits}


CODE_MAKERS = dict.fromkeys(CODE_TEMPLATES, _code)


def _by_mail(message):
    emails.compose(message).send()
    return ""


def _mail_problem(error):
    """Whether the other side will never take this mail; else it is tried again."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return Problem.BAD_NUMBER if min(codes) >= 500 else Problem.TEMPORARY
    return Problem.TEMPORARY


def _put_off(message, problem, detail, now):
    """Decide what becomes of a message that did not, or not surely, go out."""
    _report(message, problem, detail)
    text = f"{problem.value} {detail}"
    if problem is Problem.UNKNOWN:
        message.settle(Message.State.UNKNOWN, problem=text)
    elif problem in FINAL or message.tries > len(DELAYS):
        message.settle(Message.State.FAILED, problem=text)
    else:
        next_try_at = now + DELAYS[message.tries - 1]
        message.settle(Message.State.QUEUED, next_try_at=next_try_at, problem=text)


def _report(message, problem, detail):
    level = logging.ERROR if problem in OURS_TO_MEND else logging.WARNING
    logger.log(level, "Message %s: %s %s", message.pk, problem.value, detail)
