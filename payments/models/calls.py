from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments import notes
from payments.models.claims import Claim
from payments.models.payments import Payment


class GatewayCallQuerySet(models.QuerySet):
    def cut_off(self, now):
        """Close what is still open: who called is gone, and the answer with him."""
        self.filter(closed_at__isnull=True).update(
            closed_at=now, outcome=GatewayCall.Outcome.UNKNOWN, code=notes.CRASHED
        )


class GatewayCall(models.Model):
    """One call to a bank: committed before it is made, closed once after it.

    An old call that is still open was cut off by a crash.
    """

    class Operation(models.TextChoices):
        START = "start", _("token")
        VERIFY = "verify", _("verify")
        REVERSE = "reverse", _("give back")
        INQUIRE = "inquire", _("inquiry")
        SETTLE = "settle", _("settlement call")

    class Outcome(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("unknown")

    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        on_delete=models.PROTECT,
        related_name="calls",
    )
    claim = models.ForeignKey(
        Claim,
        verbose_name=_("claim"),
        on_delete=models.PROTECT,
        null=True,
        related_name="calls",
    )
    operation = models.CharField(
        _("operation"), max_length=10, choices=Operation.choices
    )
    started_at = models.DateTimeField(_("started at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, blank=True
    )
    code = models.CharField(_("code"), max_length=50, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True)

    objects = GatewayCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank call")
        verbose_name_plural = _("bank calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False, outcome__in=["yes", "no", "unknown"]),
                name="gateway_call_closed_with_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["started_at"],
                condition=Q(closed_at__isnull=True),
                name="gateway_call_open",
            ),
        ]

    def __str__(self):
        return f"{self.get_operation_display()} {self.get_outcome_display()}"


class GatewayCallBodyQuerySet(models.QuerySet):
    def forget(self, before, *, at_once=5000):
        """Delete what was said before a moment; the oldest bodies are looked at only.

        No index leads from the moment to the bodies, and none is needed: calls have
        their keys in the order of time.
        """
        oldest = self.order_by("pk").values_list("pk", flat=True)[:at_once]
        self.filter(pk__in=list(oldest), call__started_at__lt=before).delete()


class GatewayCallBody(models.Model):
    """What was said in a call, masked and capped; retention may delete it."""

    call = models.OneToOneField(
        GatewayCall, on_delete=models.CASCADE, primary_key=True, related_name="body"
    )
    request = models.TextField(_("sent"))
    answer = models.TextField(_("received"))

    objects = GatewayCallBodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank call body")
        verbose_name_plural = _("bank call bodies")

    def __str__(self):
        return str(self.pk)
