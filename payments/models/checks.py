from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT = 1000  # a week of checks every ten minutes
LEASE = timedelta(minutes=10)


class MoneyCheckQuerySet(models.QuerySet):
    def latest_first(self):
        return self.order_by("-pk")

    def take_turn(self, now):
        """Whether a check is due and this caller is the one to make it.

        If it dies over it, the turn falls to somebody else when the lease is over.
        """
        last = self.latest_first().first()
        if last is None:
            return True  # two may begin at once, which does no harm
        if last.next_at > now:
            return False
        turn = self.filter(pk=last.pk, next_at=last.next_at)
        return turn.update(next_at=now + LEASE) == 1

    def keep(self, results, now):
        """Store the results of a check, and forget the oldest check."""
        check = self.create(
            at=now,
            next_at=now + settings.MONEY_CHECK_EVERY,
            results=results,
            broken=sum(1 for result in results if result["count"]),
        )
        self.filter(pk__lte=check.pk - KEPT).delete()
        return check


class MoneyCheck(models.Model):
    """What the invariants of the stored money said at one moment.

    The newest row says when the next check is due. Whoever moves that ahead makes it.
    """

    at = models.DateTimeField(_("time"))
    next_at = models.DateTimeField()
    results = models.JSONField(_("results"))
    broken = models.PositiveIntegerField(_("broken"))

    objects = MoneyCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of the money")
        verbose_name_plural = _("checks of the money")
        default_permissions = ()

    def __str__(self):
        return f"{self.at}: {self.broken}"

    @property
    def broken_results(self):
        return [result for result in self.results if result["count"]]
