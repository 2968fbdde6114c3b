from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.states import State


class PaymentEvent(models.Model):
    """One step in the life of a payment; never changed, never deleted.

    An event whose two states are equal is a note: something worth knowing happened
    that moved nothing.
    """

    CODE_LENGTH = 50

    class Cause(models.TextChoices):
        PAYER = "payer", _("payer")
        RETURN = "return", _("return from the bank")
        BANK = "bank", _("answer of the bank")
        WORKER = "worker", _("worker")
        OFFICER = "officer", _("officer")

    payment = models.ForeignKey(
        "payments.Payment",
        verbose_name=_("payment"),
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,  # payment_event_seq_once begins with it
    )
    seq = models.PositiveIntegerField(_("number"))
    from_state = models.CharField(
        _("from"), max_length=10, choices=State.choices, blank=True
    )
    to_state = models.CharField(_("to"), max_length=10, choices=State.choices)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    claim = models.ForeignKey(
        "payments.Claim",
        verbose_name=_("claim"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # events are read by their payment
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    code = models.CharField(_("code"), max_length=CODE_LENGTH, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_alarm = models.BooleanField(_("alarm"), default=False)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "seq"], name="payment_event_seq_once"
            ),
            models.CheckConstraint(
                condition=models.Q(to_state__in=State.values),
                name="payment_event_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(is_alarm=True),
                name="payment_event_alarms",
            ),
        ]

    def __str__(self):
        return f"{self.seq}: {self.get_to_state_display()}"
