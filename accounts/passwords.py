"""Passwords: asked for, changed, and set anew by whoever proves the mobile."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts import codes, devices, languages, puzzles
from accounts.entrance import forget_failures
from accounts.limits import Rule, take
from accounts.models import Message, MobileCode, User
from payment_portal import persian

RESET = MobileCode.Purpose.RESET
PROVED = "password_reset"
PROVED_LIFE = timedelta(minutes=10)


def begin_reset(request, mobile, now):
    """Send a code to whoever has an account with this number; raises TooMany."""
    user = User.objects.filter(mobile=mobile, is_active=True).first()
    challenge = MobileCode(purpose=RESET, mobile=mobile, user=user)
    device = devices.known(request, user.pk) if user else ""
    codes.start(request.session, challenge, puzzles.asker(request, now), now, device)


def prove(session, code, now):
    """The right code lets this session set a password, and nothing else."""
    challenge = codes.redeem(session, RESET, code, now)
    session[PROVED] = {
        "user": challenge.user.pk,
        "mobile": challenge.mobile,
        "password": challenge.user.get_session_auth_hash(),
        "until": (now + PROVED_LIFE).isoformat(),
    }


def proved(session, now):
    """Who may set a password in this session; once, and not for long."""
    proof = session.get(PROVED)
    if not proof or datetime.fromisoformat(proof["until"]) <= now:
        return None
    whom = {"pk": proof["user"], "mobile": proof["mobile"], "is_active": True}
    user = User.objects.filter(**whom).first()
    if user and constant_time_compare(user.get_session_auth_hash(), proof["password"]):
        return user
    return None


def set_password(user, password, now):
    """A new password: it ends all sessions and codes, and is told to the owner."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        user.sessions.all().delete()
        MobileCode.objects.open().filter(user=user).update(superseded_at=now)
        Message.objects.queue(
            now,
            channel=Message.Channel.SMS,
            to=user.mobile,
            template="password-changed",
            values={"token": persian.latin_moment(now)},
            key=f"password-changed:{user.pk}:{now.timestamp()}",
            language=languages.of_reader(user),
        )
    forget_failures(user)


def is_right(user, password, now):
    """Whether somebody logged in knows his password; raises TooMany."""
    guesses = Rule("password-guess", str(user.pk), 10, timedelta(hours=1))
    take([guesses], now)
    if not user.check_password(password):
        return False
    guesses.give_back(now)
    return True
