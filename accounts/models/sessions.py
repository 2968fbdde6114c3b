"""Sessions that say whose they are."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """``expire_date`` is when it ends unless it is used; ``ends_at`` when it must."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="sessions",
        verbose_name=_("user"),
    )
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    seen_at = models.DateTimeField(_("last seen"), null=True)
    ends_at = models.DateTimeField(_("ends at"), null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None)
                | models.Q(seen_at__isnull=False, ends_at__isnull=False),
                name="session_of_a_user_has_its_times",
            ),
        ]

    @property
    def handle(self):
        """What a page calls this session: its key would let whoever reads it in."""
        digest = salted_hmac("accounts.session", self.session_key, algorithm="sha256")
        return digest.hexdigest()[:32]
