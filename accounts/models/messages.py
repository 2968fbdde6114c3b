"""SMS and mail that went out, are to go out, or could not."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payment_portal import persian

# Longer than a round of the worker may take.
LEASE = timedelta(minutes=5)
CODE_TEMPLATES = ["sign-up-code", "reset-code", "mobile-code", "second-factor-code"]


class MessageQuerySet(models.QuerySet):
    def queue(self, now, *, channel, to, template, values, key, language=""):
        """Have a message sent by the worker, once per key; safe in a transaction."""
        message = self.model(
            channel=channel,
            to=to,
            template=template,
            values=values,
            key=key,
            language=language,
            created_at=now,
            next_try_at=now,
        )
        self.bulk_create([message], ignore_conflicts=True)

    def leased(self, now, **facts):
        """A message that its writer sends himself, at once."""
        return self.create(
            state=Message.State.SENDING,
            leased_until=now + LEASE,
            created_at=now,
            tries=1,
            **facts,
        )

    def due(self, now):
        return self.filter(state=Message.State.QUEUED, next_try_at__lte=now)

    def lost(self, now):
        """Whoever was sending these is gone."""
        return self.filter(state=Message.State.SENDING, leased_until__lte=now)


class Message(models.Model):
    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        MAIL = "mail", _("email")

    class State(models.TextChoices):
        QUEUED = "queued", _("in the queue")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("went out")
        FAILED = "failed", _("did not go out")
        UNKNOWN = "unknown", _("unknown")

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    to = models.CharField(_("recipient"), max_length=254)
    template = models.CharField(_("template"), max_length=40)
    # Empty: in the language of whoever has the recipient's account by then.
    language = models.CharField(_("language"), max_length=2, blank=True)
    values = models.JSONField(_("values"), default=dict, blank=True)
    key = models.CharField(_("key"), max_length=100)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.QUEUED
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    leased_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    provider_id = models.CharField(_("provider's number"), max_length=60, blank=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state="queued"),
                name="message_due",
            ),
            models.Index(
                fields=["leased_until"],
                condition=Q(state="sending"),
                name="message_leased",
            ),
            models.Index(fields=["to", "created_at"], name="message_to"),
            models.Index(fields=["created_at"], name="message_by_day"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["queued", "sending"]),
                name="message_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="message_is_queued_once_per_key"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["sms", "mail"]),
                name="message_channel_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "sending", "sent", "failed", "unknown"]
                ),
                name="message_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", leased_until__isnull=False)
                | (~Q(state="sending") & Q(leased_until__isnull=True)),
                name="message_is_leased_while_being_sent",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", next_try_at__isnull=False)
                | (~Q(state="queued") & Q(next_try_at__isnull=True)),
                name="message_waits_for_its_next_try_only_in_the_queue",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="message_has_a_moment_when_it_was_sent",
            ),
            models.CheckConstraint(
                condition=~Q(template__in=CODE_TEMPLATES) | Q(values={}),
                name="message_never_holds_a_code",
            ),
        ]

    def __str__(self):
        return persian.local_mobile(self.to)

    def lease(self, now):
        """Take this message from the queue; False if somebody was quicker."""
        taken = Message.objects.due(now).filter(pk=self.pk)
        if not taken.update(
            state=Message.State.SENDING,
            leased_until=now + LEASE,
            next_try_at=None,
            tries=F("tries") + 1,
        ):
            return False
        self.refresh_from_db()
        return True

    def settle(self, state, **facts):
        """Write down how the sending ended, unless the lease has passed on."""
        held = Message.objects.filter(
            pk=self.pk, state=Message.State.SENDING, leased_until=self.leased_until
        )
        return held.update(state=state, leased_until=None, **facts) == 1
