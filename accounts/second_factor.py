"""The second factor of staff: set up, given at the door of their pages, renewed, lost.

Once an app is set up, neither a stolen password nor a stolen SIM opens these pages.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from accounts import authenticators, enrolling, languages, security
from accounts.limits import Rule, give_back, take
from accounts.models import Authenticator, Message
from accounts.sealing import Broken, seal, unseal
from accounts.security import Kind
from payment_portal import persian
from payment_portal.admin_site import VERIFIED

# What a session holds: the key that is being set up, the backup codes that its owner
# has still to write down (both sealed), and which app may be replaced until when.
KEY = "second_factor_key"
CODES = "second_factor_codes"
REPLACING = "second_factor_replacing"
REPLACING_LIFE = timedelta(minutes=10)

APP, PAPER = "app", "backup code"


class WrongFactor(Exception):
    """This is no code of his, or not any more."""


def of(user):
    """His authenticator, or None."""
    return Authenticator.objects.filter(user=user).first()


def is_given(request):
    return request.session.get(VERIFIED) == request.user.pk


def codes_left(authenticator):
    return authenticator.backup_codes.filter(used_at=None).count()


def give(request, code, now):
    """Open the staff pages to this session; whether it took a code from paper.

    Raises WrongFactor, TooMany.
    """
    kind = _check(of(request.user), code, now)
    request.session.cycle_key()
    request.session[VERIFIED] = request.user.pk
    _note(Kind.SECOND_FACTOR, request, now, kind)
    return kind == PAPER


def key_to_set_up(session):
    """The key of the app that is being set up: the same until a code confirms it."""
    try:
        return unseal(session[KEY])
    except (KeyError, Broken):
        key = authenticators.new_key()
        session[KEY] = seal(key)
        return key


def may_set_up(request, now):
    """Who has just given a code of his app, or of his mobile if he has none yet."""
    known = of(request.user)
    if known is None:
        return enrolling.is_proved(request, now)
    return _replaced(request.session, now) == known.confirmed_at


def begin_replacing(request, code, now):
    """A code lets the app be replaced, for a while; raises WrongFactor, TooMany."""
    known = of(request.user)
    _check(known, code, now)
    until = now + REPLACING_LIFE
    request.session[REPLACING] = [known.confirmed_at.isoformat(), until.isoformat()]
    request.session.pop(KEY, None)


def set_up(request, code, now):
    """Take the app whose code this is; ends his other sessions; raises WrongFactor."""
    user, session = request.user, request.session
    guesses = _guesses(user)
    take(guesses, now)
    key = key_to_set_up(session)
    step = authenticators.step_of(code, key, now, after=0)
    if step is None:
        raise WrongFactor
    give_back(guesses, now)
    replaced = _replaced(session, now)
    facts = {"key": seal(key), "last_step": step, "confirmed_at": now}
    with transaction.atomic():
        Authenticator.objects.filter(user=user, confirmed_at=replaced).delete()
        known = _stored(user, facts)
        codes = authenticators.new_backup_codes(known)
        session.cycle_key()
        user.sessions.exclude(pk=session.session_key).delete()
        _tell(user, now)
    for name in (KEY, REPLACING, enrolling.PROVED):
        session.pop(name, None)
    session[VERIFIED], session[CODES] = user.pk, seal(" ".join(codes))
    _note(Kind.SECOND_FACTOR_SET, request, now)


def renew_codes(request, code, now):
    """Other backup codes in place of the old ones; raises WrongFactor, TooMany."""
    known = of(request.user)
    _check(known, code, now)
    with transaction.atomic():
        codes = authenticators.new_backup_codes(known)
    request.session[CODES] = seal(" ".join(codes))
    _note(Kind.BACKUP_CODES_RENEWED, request, now)


def codes_to_keep(session):
    """The backup codes, until their owner says that he has written them down."""
    try:
        return unseal(session[CODES]).split()
    except (KeyError, Broken):
        return []


def forget_codes(session):
    session.pop(CODES, None)


def reset(user, origin, reason, now):
    """Take a lost app away: he sets up another one when he comes next."""
    with transaction.atomic():
        taken, _each = Authenticator.objects.filter(user=user).delete()
        user.sessions.all().delete()
        for rule in _guesses(user):
            rule.forget()
        if taken:
            _tell(user, now)
            kind = Kind.SECOND_FACTOR_RESET
            security.record(kind, now, origin, about=user, detail=reason)
    return bool(taken)


def _check(authenticator, code, now):
    """What kind of code of his this is, used up; the try is counted before."""
    guesses = _guesses(authenticator.user)
    take(guesses, now)
    on_paper = len(code) == authenticators.BACKUP_DIGITS
    use = authenticators.use_backup_code if on_paper else authenticators.use_code_of_app
    if not use(authenticator, code, now):
        raise WrongFactor
    give_back(guesses, now)
    return PAPER if on_paper else APP


def _stored(user, facts):
    salt = get_random_string(32)
    try:
        with transaction.atomic():
            return Authenticator.objects.create(user=user, salt=salt, **facts)
    except IntegrityError as other:  # set up elsewhere while this page was open
        raise WrongFactor from other


def _replaced(session, now):
    """Which app, by the moment of its setting up, this session may replace."""
    known, until = session.get(REPLACING, (None, None))
    if known is None or datetime.fromisoformat(until) <= now:
        return None
    return datetime.fromisoformat(known)


def _guesses(user):
    """Of one person, wherever from: whoever has his password has any browser."""
    key = str(user.pk)
    return [
        Rule("second-factor", key, 5, timedelta(minutes=15)),
        Rule("second-factor-day", key, 30, timedelta(days=1)),
    ]


def _note(kind, request, now, detail=""):
    origin = security.source(request)
    security.record(kind, now, origin, about=request.user, detail=detail)


def _tell(user, now):
    """By SMS: whoever did not do it himself calls us."""
    Message.objects.queue(
        now,
        channel=Message.Channel.SMS,
        to=user.mobile,
        template="second-factor",
        values={"token": persian.latin_moment(now)},
        key=f"second-factor:{user.pk}:{now.timestamp()}",
        language=languages.of_reader(user),
    )
