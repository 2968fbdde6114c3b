"""What happened to a debt, and who did it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from debts.models.debts import Debt


class Kind(models.TextChoices):
    STORED = "stored", _("Stored")
    CHANGED = "changed", _("Changed")
    CANCELLED = "cancelled", _("Cancelled")
    PAID = "paid", _("Paid")
    SPLIT = "split", _("Divided into instalments")
    REMINDED = "reminded", _("Reminded")
    LINKED = "linked", _("Pay link given out")
    UNLINKED = "unlinked", _("Pay link closed")


class DebtEvent(models.Model):
    """One line in the history of a debt; written with the change itself, in bulk.

    Debts are moved by conditional updates of many rows, which no history that listens
    to single saves would see.
    """

    Kind = Kind

    debt = models.ForeignKey(Debt, models.PROTECT, related_name="events")
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        db_index=False,
    )
    # Old and new values by the names of their columns; of a payment its number.
    facts = models.JSONField(_("what exactly"), default=dict)

    class Meta:
        verbose_name = _("event of a debt")
        verbose_name_plural = _("events of debts")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="debt_event_kind_known"
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
