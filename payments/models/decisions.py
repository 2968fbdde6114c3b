from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.models.events import PaymentEvent
from payments.models.payments import Payment


class Decision(models.Model):
    """What the bank told an officer about a payment under review.

    It moves the payment only when a second officer confirms it.
    """

    class Verdict(models.TextChoices):
        PAID = "paid", _("The bank has the money for this payment")
        NEVER_PAID = "never_paid", _("The bank never took the money")
        GIVEN_BACK = "given_back", _("The bank gave the money back")

    class State(models.TextChoices):
        OPEN = "open", _("waits for a second officer")
        CONFIRMED = "confirmed", _("confirmed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    verdict = models.CharField(
        _("what the bank says"), max_length=10, choices=Verdict.choices
    )
    receipt_number = models.CharField(_("receipt number"), max_length=64, blank=True)
    reference_number = models.CharField(
        _("reference number"), max_length=50, blank=True
    )
    evidence = models.TextField(_("evidence"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state="open"),
                name="decision_open_once_a_payment",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(closed_by=F("recorded_by")),
                name="decision_confirmed_by_a_second_officer",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open", closed_by__isnull=True, closed_at__isnull=True
                )
                | Q(
                    state__in=["confirmed", "withdrawn"],
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                ),
                name="decision_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="paid")
                | (~Q(receipt_number="") & ~Q(reference_number="")),
                name="decision_paid_has_its_numbers",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["paid", "never_paid", "given_back"]),
                name="decision_verdict_known",
            ),
            models.CheckConstraint(
                condition=~Q(evidence=""), name="decision_has_evidence"
            ),
        ]

    def __str__(self):
        return f"{self.payment}: {self.get_verdict_display()}"


class Acknowledgement(models.Model):
    """An officer has seen to an alarm and says how."""

    event = models.OneToOneField(
        PaymentEvent,
        verbose_name=_("event"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="acknowledgement",
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.CharField(_("note"), max_length=500)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.CheckConstraint(
                condition=~Q(note=""), name="acknowledgement_has_note"
            )
        ]

    def __str__(self):
        return self.note
