"""Mails, and the link that proves an e-mail address."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import languages
from accounts.limits import Rule, take
from accounts.models import Message, User
from payment_portal import institution

SALT, CONFIRMING = "accounts.confirm-email", "confirm-email"
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
        template=CONFIRMING,
        values={"user": user.pk, "full_name": user.full_name},
        key=f"confirm-email:{user.pk}:{now.timestamp()}",
        language=languages.of_reader(user),
    )


def compose(message):
    """The mail itself; the link of a proof is made here: a row must hold no secret."""
    name = f"accounts/mail/{message.template.replace('-', '_')}"
    with translation.override(message.language or settings.LANGUAGE_CODE):
        context = {
            **institution.context(),
            **message.values,
        }
        if message.template == CONFIRMING:
            context["link"] = link(message.values["user"], message.to)
        subject = " ".join(render_to_string(f"{name}_subject.txt", context).split())
        text = render_to_string(f"{name}.txt", context)
    return EmailMessage(subject, text, to=[message.to])


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
