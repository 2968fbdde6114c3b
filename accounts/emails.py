"""The link that proves an e-mail address."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.limits import Rule, take
from accounts.models import Message, User

SALT = "accounts.confirm-email"
LINK_LIFE = timedelta(days=3)


class EmailTaken(Exception):
    """Another account has confirmed this address."""


def send_link(user, now):
    """Have the worker mail the link; raises TooMany."""
    take([Rule("email-link", str(user.pk), 5, timedelta(days=1))], now)
    Message.objects.queue(
        now,
        channel=Message.Channel.MAIL,
        to=user.email,
        template="confirm-email",
        values={"user": user.pk, "full_name": user.full_name},
        key=f"confirm-email:{user.pk}:{now.timestamp()}",
    )


def compose(message):
    """The mail itself; its link is made here, for the row must hold no secret."""
    context = {
        **message.values,
        "link": link(message.values["user"], message.to),
        "system_name": settings.SYSTEM_NAME,
    }
    name = f"accounts/mail/{message.template.replace('-', '_')}"
    subject = " ".join(render_to_string(f"{name}_subject.txt", context).split())
    return EmailMessage(
        subject, render_to_string(f"{name}.txt", context), to=[message.to]
    )


def link(user_id, email):
    """The address that its reader opens to prove that he can read this mailbox."""
    token = signing.dumps({"user": user_id, "email": email}, salt=SALT)
    return settings.BASE_URL + reverse("accounts:confirm_email", args=[token])


def read(token):
    """Whose address a link proves; None if it is forged, old or out of date."""
    try:
        claim = signing.loads(token, salt=SALT, max_age=LINK_LIFE)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=claim["user"], email=claim["email"]).first()


def confirm(user, now):
    """The address is proved; EmailTaken if somebody else was first."""
    claims = User.objects.filter(
        pk=user.pk, email=user.email, email_confirmed_at__isnull=True
    )
    try:
        with transaction.atomic():
            claims.update(email_confirmed_at=now)
    except IntegrityError as taken:
        raise EmailTaken from taken
