"""A link by which somebody without an account pays one debt."""

from datetime import timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from debts.models.debts import Debt

LIFE = timedelta(days=14)
# A copy of the database alone opens no debt.
SIGNER = Signer(salt="debts.link", sep=".")


def new_key():
    """Return 128 random bits, fit for an address."""
    return token_urlsafe(16)


class PayLinkQuerySet(models.QuerySet):
    def named(self, token):
        """The link that a token names, whole and unchanged."""
        try:
            return self.filter(key=SIGNER.unsign(token))
        except BadSignature:
            return self.none()

    def live(self, now):
        unrevoked = self.filter(revoked_at=None, expires_at__gt=now)
        return unrevoked.exclude(debt__state=Debt.State.CANCELLED)

    def revoke(self, now):
        return self.filter(revoked_at=None).update(revoked_at=now)


class PayLink(models.Model):
    """Whoever holds it may pay the debt; one is live at a time."""

    debt = models.ForeignKey(
        Debt, models.PROTECT, related_name="links", verbose_name=_("debt")
    )
    key = models.CharField(max_length=30, default=new_key, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
        db_index=False,
    )
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    objects = PayLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("pay link")
        verbose_name_plural = _("pay links")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="pay_link_key_once"),
            models.UniqueConstraint(
                fields=["debt"],
                condition=Q(revoked_at__isnull=True),
                name="pay_link_unrevoked_once_for_a_debt",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="pay_link_expires_after_it_is_made",
            ),
        ]

    def __str__(self):
        return str(self.debt)

    def get_absolute_url(self):
        return reverse("payments:link", args=[SIGNER.sign(self.key)])

    @classmethod
    def make(cls, debt, user, *, now):
        """A new link; the one before opens nothing any more."""
        with transaction.atomic():
            Debt.objects.select_for_update().get(pk=debt.pk)  # one after the other
            debt.links.revoke(now)
            return debt.links.create(
                created_by=user, created_at=now, expires_at=now + LIFE
            )
