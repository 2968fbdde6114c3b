"""The second factor of staff: an app that makes codes, and codes on paper."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _


class Authenticator(models.Model):
    """The app on somebody's telephone; he has one, or none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="authenticator",
        verbose_name=_("user"),
    )
    # Sealed: who reads the database cannot make codes.
    key = models.CharField(max_length=200)
    # No code of this half minute, or of one before it, is taken again.
    last_step = models.BigIntegerField()
    # Of the hashes of the backup codes.
    salt = models.CharField(max_length=32)
    confirmed_at = models.DateTimeField(_("set up at"))

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()

    def __str__(self):
        return str(self.user)


class BackupCode(models.Model):
    """For the day on which the telephone is not at hand; it works once."""

    authenticator = models.ForeignKey(
        Authenticator, models.CASCADE, related_name="backup_codes"
    )
    mac = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("backup code")
        verbose_name_plural = _("backup codes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authenticator", "mac"], name="backup_code_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("mac"), 64)),
                name="backup_code_is_stored_as_a_hash",
            ),
        ]

    def __str__(self):
        return str(self.pk)
