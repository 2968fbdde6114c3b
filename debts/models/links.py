"""A link by which somebody without an account pays one debt."""

from datetime import timedelta
from string import ascii_letters, digits

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import (
    constant_time_compare,
    get_random_string,
    salted_hmac,
)
from django.utils.translation import gettext_lazy as _

from debts.models.debts import Debt
from debts.models.events import Kind

LIFE = timedelta(days=14)
# Signs of a key, and of the seal beside it without which a copy of the database opens
# no debt: 71 random bits each. Together they are no more than SMS.ir lets an SMS carry,
# and have no underscore, which Kavenegar refuses.
SIGNS, ALPHABET = 12, ascii_letters + digits


def new_key():
    return get_random_string(SIGNS, ALPHABET)


def _seal(key, secret):
    digest = salted_hmac("debts.link", key, secret, algorithm="sha256").digest()
    number, signs = int.from_bytes(digest), ""
    for _sign in range(SIGNS):
        number, rest = divmod(number, len(ALPHABET))
        signs += ALPHABET[rest]
    return signs


class PayLinkQuerySet(models.QuerySet):
    def named(self, token):
        """The link that a token names, whole and unchanged."""
        key, seal = token[:SIGNS], token[SIGNS:]
        secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        if any(constant_time_compare(seal, _seal(key, one)) for one in secrets):
            return self.filter(key=key)
        return self.none()

    def live(self, now):
        """Those that open something; a closed account's do no more."""
        unrevoked = self.filter(
            revoked_at=None, expires_at__gt=now, created_by__is_active=True
        )
        return unrevoked.exclude(debt__state__in=Debt.VOID)

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
        return reverse("payments:link", args=[self.token])

    @property
    def token(self):
        return self.key + _seal(self.key, settings.SECRET_KEY)

    @classmethod
    def make(cls, debt, user, *, now):
        """A new link; the one before opens nothing any more."""
        with transaction.atomic():
            Debt.objects.select_for_update().get(pk=debt.pk)  # one after the other
            debt.links.revoke(now)
            link = debt.links.create(
                created_by=user, created_at=now, expires_at=now + LIFE
            )
            facts = {"until": timezone.localdate(link.expires_at).isoformat()}
            debt.events.create(kind=Kind.LINKED, at=now, actor=user, facts=facts)
            return link

    @classmethod
    def close(cls, debt, user, *, now):
        """Whatever link of a debt was given out opens nothing any more."""
        with transaction.atomic():
            if debt.links.revoke(now):
                debt.events.create(kind=Kind.UNLINKED, at=now, actor=user)
