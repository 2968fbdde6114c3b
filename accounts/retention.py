"""How long the past of accounts is kept."""

from datetime import timedelta

from django.conf import settings

from accounts import outbox
from accounts.models import Limit, Message, MobileCode, SecurityEvent, SignUp

KEEP_CODES = timedelta(days=30)
KEEP_SIGN_UPS = timedelta(days=7)
EMPTIED_AT_ONCE = 5000


def purge(now):
    """Forget codes, sign-ups, counters and recipients that nobody needs any more."""
    MobileCode.objects.filter(created_at__lt=now - KEEP_CODES).delete()
    SignUp.objects.filter(created_at__lt=now - KEEP_SIGN_UPS).delete()
    Limit.objects.filter(expires_at__lte=now).delete()
    # To numbers that somebody only tried, nothing was ever sent.
    tried = Message.objects.filter(problem=outbox.NOBODY)
    tried.filter(created_at__lt=now - KEEP_CODES).delete()
    _forget_recipients(now - settings.KEEP_MESSAGES)
    _forget_events()


def _forget_recipients(before):
    """Empty old messages; the rows stay, for their keys keep a second copy away.

    What a message about a payment says stands in the payment as well, and by it the
    check of the money counts who was told.
    """
    ended = Message.objects.filter(next_try_at=None, leased_until=None)
    old = ended.filter(created_at__lt=before).exclude(to="").order_by("created_at")
    keys = list(old.values_list("pk", flat=True)[:EMPTIED_AT_ONCE])
    few = Message.objects.filter(pk__in=keys)
    few.exclude(template__startswith="payment-").update(values={})
    few.update(to="", provider_id="")


def _forget_events():
    """End what the security log has kept for long enough."""
    outlived = SecurityEvent.objects.outlived().order_by("keep_until")
    keys = list(outlived.values_list("pk", flat=True)[:EMPTIED_AT_ONCE])
    SecurityEvent.objects.filter(pk__in=keys).delete()
