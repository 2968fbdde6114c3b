"""Reports are made of payments; what is stored is who asked for what."""

import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from payments.models import Payment


class Report(Payment):
    """What the staff pages list as reports; nothing of it is stored."""

    class Meta:
        proxy = True
        default_permissions = ()
        permissions = [
            ("export", _("Can export reports")),
            ("order", _("Can have receipts and reports made")),
        ]
        verbose_name = _("report")
        verbose_name_plural = _("Reports of payments")


class AskedQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(asked_by=user)

    def alone(self, user):
        """Those of one who asks for one thing after the other.

        His row is locked until the transaction ends, so that no second press comes
        between the look at these and what is added. SQLite has one writer anyway.
        """
        users = get_user_model().objects.select_for_update(of=["self"], no_key=True)
        return self.of(users.get(pk=user.pk))

    def free(self, now):
        """Those that no worker is at."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now))


class Bundle(models.Model):
    """Receipts that an officer asked for in one file.

    The worker makes them piece by piece; the file is his alone, for a day.
    """

    class State(models.TextChoices):
        MAKING = "making", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=100)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    payments = models.JSONField()  # their numbers, in the order of the file
    wish = models.UUIDField(null=True, editable=False)  # the same for the same receipts
    whole = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.MAKING)
    leased_until = models.DateTimeField(null=True)
    keep_until = models.DateTimeField()

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of receipts")
        verbose_name_plural = _("files of receipts")
        default_permissions = ()
        constraints = [
            # A button that is pressed twice has one file made.
            models.UniqueConstraint(
                fields=["asked_by", "wish"],
                condition=Q(state="making"),
                name="bundle_is_made_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(whole__gt=0, done__lte=F("whole")),
                name="bundle_is_done_at_most_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(done=F("whole")),
                name="bundle_ready_when_whole",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def path(self):
        return settings.FILES_DIR / f"{self.key}.zip"


class Schedule(models.Model):
    """A report that an officer has sent to his e-mail whenever a period is over."""

    class Every(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every week, on Saturday")
        MONTH = "month", _("after each month")

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    every = models.CharField(_("How often"), max_length=10, choices=Every)
    asked = models.JSONField()  # the filter, but for its period
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(every__in=["day", "week", "month"]),
                name="schedule_every_known",
            ),
        ]

    def __str__(self):
        return self.get_every_display()

    @property
    def query(self):
        """What leads to the page with this filter, for the period that lasts now."""
        return urlencode({**self.asked, "period": self.every})
