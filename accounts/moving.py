"""A new mobile for an account: proved by a code, told to the old one."""

from django.db import IntegrityError, transaction

from accounts import codes, languages, security
from accounts.models import Message, MobileCode
from accounts.signing_up import MobileTaken

CHANGE = MobileCode.Purpose.CHANGE_MOBILE


def begin(session, user, mobile, asker, now):
    """Send a code to the new number; raises TooMany."""
    challenge = MobileCode(purpose=CHANGE, mobile=mobile, user=user)
    codes.start(session, challenge, asker, now)


def finish(session, user, code, now):
    """Give the account its new number; raises WrongCode, MobileTaken."""
    challenge = codes.check(session, CHANGE, code, now)
    if challenge.user_id != user.pk:
        raise codes.WrongCode("old")
    if not challenge.consume(now):
        raise codes.WrongCode("used")
    codes.forget(session)
    try:
        with transaction.atomic():
            _move(user, challenge.mobile, now)
    except IntegrityError as taken:
        user.refresh_from_db(fields=["mobile"])
        raise MobileTaken from taken


def _move(user, mobile, now):
    old, user.mobile = user.mobile, mobile
    user.save(update_fields=["mobile"])
    # Whoever has the old SIM proves nothing with it any more.
    MobileCode.objects.open().filter(user=user).update(superseded_at=now)
    Message.objects.queue(
        now,
        channel=Message.Channel.SMS,
        to=old,
        template="mobile-changed",
        values={"token": security.masked(mobile)},
        key=f"mobile-changed:{user.pk}:{now.timestamp()}",
        language=languages.of_reader(user),
    )
