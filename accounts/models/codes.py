"""One-time codes sent by SMS: a keyed hash, its life and its tries."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.users import SignUp, is_iranian_mobile

MAX_ATTEMPTS = 5


class MobileCodeQuerySet(models.QuerySet):
    def live(self, now):
        """Neither used, nor replaced, nor expired, nor tried too often."""
        return self.open().filter(expires_at__gt=now, attempts__lt=MAX_ATTEMPTS)

    def open(self):
        return self.filter(consumed_at__isnull=True, superseded_at__isnull=True)


class MobileCode(models.Model):
    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up", _("sign-up")
        RESET = "reset", _("password reset")
        CHANGE_MOBILE = "change_mobile", _("change of mobile")
        SECOND_FACTOR = "second_factor", _("first second factor")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    mobile = models.CharField(_("mobile"), max_length=16)
    mac = models.CharField(max_length=64)
    sign_up = models.ForeignKey(
        SignUp, models.SET_NULL, null=True, blank=True, verbose_name=_("sign-up")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("user"),
    )
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("created at"), db_index=True)
    expires_at = models.DateTimeField(_("expires at"))
    consumed_at = models.DateTimeField(_("used at"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    objects = MobileCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mobile code")
        verbose_name_plural = _("mobile codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    purpose__in=["sign_up", "reset", "change_mobile", "second_factor"]
                ),
                name="mobile_code_purpose_is_known",
            ),
            models.CheckConstraint(
                condition=is_iranian_mobile(), name="mobile_code_mobile_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("mac"), 64)),
                name="mobile_code_is_stored_as_a_mac",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=MAX_ATTEMPTS),
                name="mobile_code_is_tried_five_times_at_most",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="mobile_code_expires_after_it_is_made",
            ),
            models.CheckConstraint(
                condition=Q(consumed_at__isnull=True) | Q(superseded_at__isnull=True),
                name="mobile_code_is_used_or_replaced_not_both",
            ),
        ]

    def __str__(self):
        return str(self.pk)

    @property
    def digits(self):
        """The code: made from the site's key, so that nobody needs to keep it."""
        digest = salted_hmac("accounts.code.digits", str(self.pk), algorithm="sha256")
        return f"{int(digest.hexdigest(), 16) % 10**6:06}"

    def keep(self, secret):
        """Remember the code by a keyed hash that also takes in what it is bound to."""
        self.mac = self._mac(self.digits, secret, settings.SECRET_KEY)

    def keep_none(self):
        """Remember nothing: no code ever fits, and nothing shows the difference."""
        self.mac = secrets.token_hex(32)

    def fits(self, code, secret):
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return any(
            constant_time_compare(self.mac, self._mac(code, secret, key))
            for key in keys
        )

    def consume(self, now):
        """Use the code up; of two who try at once only one is told True."""
        mine = MobileCode.objects.open().filter(pk=self.pk)
        return mine.update(consumed_at=now) == 1

    def _mac(self, code, secret, key):
        bound = ":".join([self.purpose, self.mobile, str(self.pk), secret, code])
        digest = salted_hmac("accounts.code", bound, key, algorithm="sha256")
        return digest.hexdigest()
