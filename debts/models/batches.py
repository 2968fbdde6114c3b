"""A sheet of debts: while it is looked at, and once it is stored."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject, Unit


class Terms(models.Model):
    """What the clerk says of all rows of a sheet."""

    title = models.CharField(_("title"), max_length=140)
    subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        related_name="+",
        verbose_name=_("payment subject"),
    )
    least_part = models.PositiveBigIntegerField(
        _("smallest part (rial)"),
        null=True,
        blank=True,
    )
    reminds = models.BooleanField(_("reminders by SMS"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        abstract = True

    def __str__(self):
        return self.title


class UploadQuerySet(models.QuerySet):
    def to_look_at(self):
        """Long sheets that the worker is to look at."""
        return self.filter(is_long=True, look__isnull=True)

    def to_store(self):
        """Long sheets whose clerk wants what he was shown."""
        return self.exclude(promise="")

    def free(self, now):
        """Those that no worker is at."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now))


class Upload(Terms):
    """A sheet that nobody has confirmed yet: kept for a day, no debt of it stored."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    # How far the worker has come with a long one, and what it has found; see looking.
    is_long = models.BooleanField(default=False)
    leased_until = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    look = models.JSONField(null=True)
    rejected = models.BinaryField(null=True)  # a sheet of the rejected rows
    # What the clerk wants to have stored, until the worker has done so; see storing.
    promise = models.CharField(max_length=64, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded sheet")
        verbose_name_plural = _("uploaded sheets")
        constraints = [
            models.CheckConstraint(
                condition=Q(least_part__gt=0), name="upload_least_part_positive"
            ),
            models.CheckConstraint(
                condition=Q(judged__lte=F("rows")), name="upload_judged_of_its_rows"
            ),
        ]


class Batch(Terms):
    """The debts that one sheet brought. Its debts may be cancelled together."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="batches", verbose_name=_("unit")
    )
    file_name = models.CharField(_("sheet"), max_length=255)
    upload_key = models.UUIDField(null=True, unique=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    cancel_reason = models.CharField(
        _("reason of the cancellation"), max_length=500, blank=True
    )

    class Meta:
        verbose_name = _("batch of debts")
        verbose_name_plural = _("batches of debts")
        permissions = [("import_debts", _("Can import and cancel debts"))]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="batch_has_a_title"),
            models.CheckConstraint(
                condition=Q(least_part__gt=0), name="batch_least_part_positive"
            ),
            models.CheckConstraint(
                condition=Q(
                    cancelled_at__isnull=True,
                    cancelled_by__isnull=True,
                    cancel_reason="",
                )
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancel_reason="")
                ),
                name="batch_cancelled_by_somebody_for_a_reason",
            ),
        ]
