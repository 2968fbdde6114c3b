from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from payments.models.payments import Payment


class ClaimState(models.TextChoices):
    NEW = "new", _("new")
    CHECKING = "checking", _("being checked")
    UNKNOWN = "unknown", _("unknown")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")
    REVERSING = "reversing", _("being given back")
    REVERSED = "reversed", _("given back")
    REVIEW = "review", _("under review")


# The truth about these is still to come.
OPEN = [
    ClaimState.NEW,
    ClaimState.CHECKING,
    ClaimState.UNKNOWN,
    ClaimState.REVERSING,
]

# The bank is to be asked again.
UNANSWERED = [ClaimState.NEW, ClaimState.UNKNOWN, ClaimState.REVERSING]


class ClaimQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN)

    def unanswered(self):
        return self.filter(state__in=UNANSWERED)

    def due(self, now):
        """Claims to ask the bank about: their time has come and nobody holds them."""
        return self.filter(
            state__in=[*OPEN, ClaimState.REVIEW],
            lease_until__isnull=True,
            next_try_at__lte=now,
        ).order_by("next_try_at")

    def lapsed(self, now):
        """Claims whose check was cut off: whoever held them is gone."""
        return self.filter(lease_until__lte=now).order_by("lease_until")

    def maybe_money(self):
        """Claims about which the bank kept silent once, or that it told of itself."""
        of_browsers = Q(source=Claim.Source.CALLBACK, unknown_tries=0)
        return self.exclude(of_browsers)

    def keeping_from(self, payment, receipt_number):
        """Claims of others that keep a receipt from a payment, however written."""
        others = self.exclude(payment=payment)
        return others.filter(
            holds_receipt=True,
            psp=payment.terminal.psp,
            merchant_number=payment.terminal.merchant_number,
            receipt_number__iexact=receipt_number,
        )

    def overdue(self, now):
        """Claims that have waited past the bank's window for a first answer."""
        waiting = [ClaimState.NEW, ClaimState.UNKNOWN]
        return self.due(now).filter(state__in=waiting, window_ends_at__lte=now)


class Claim(models.Model):
    """Somebody says that the bank took the money under this receipt number.

    Only the bank's own answer makes it a fact. ``holds_receipt`` keeps every other
    payment from the same receipt: true once confirmed, and already while checking at
    banks whose answer does not name our order.
    """

    State = ClaimState

    class Source(models.TextChoices):
        CALLBACK = "callback", _("return from the bank")
        INQUIRY = "inquiry", _("inquiry")
        OFFICER = "officer", _("officer")

    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,  # claim_receipt_once_a_payment begins with it
    )
    receipt_number = models.CharField(_("receipt number"), max_length=64)
    psp = models.CharField(_("payment service provider"), max_length=32)
    merchant_number = models.CharField(_("merchant number"), max_length=36)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=ClaimState.choices, default=ClaimState.NEW
    )
    holds_receipt = models.BooleanField(_("holds the receipt"), default=False)
    confirmed_amount = models.BigIntegerField(_("confirmed amount (rial)"), null=True)
    code = models.CharField(_("code"), max_length=50, blank=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    unknown_tries = models.PositiveIntegerField(_("tries without answer"), default=0)
    lease_until = models.DateTimeField(null=True, editable=False)
    next_try_at = models.DateTimeField(_("next try"), null=True)
    window_ends_at = models.DateTimeField(_("end of the bank's window"))
    created_at = models.DateTimeField(_("since"))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "receipt_number"],
                name="claim_receipt_once_a_payment",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state=ClaimState.CONFIRMED),
                name="claim_confirmed_once_a_payment",
            ),
            # Some bank may read capitals and small letters alike.
            models.UniqueConstraint(
                "psp",
                "merchant_number",
                Upper("receipt_number"),
                condition=Q(holds_receipt=True),
                name="claim_receipt_held_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.CONFIRMED) | Q(holds_receipt=True),
                name="claim_confirmed_holds_receipt",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values), name="claim_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(receipt_number=""), name="claim_receipt_present"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="claim_due",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=UNANSWERED),
                name="claim_unanswered",
            ),
        ]

    def __str__(self):
        return f"…{self.receipt_number[-4:]}"

    def is_held_by_another_payment(self):
        keeping = Claim.objects.keeping_from(self.payment, self.receipt_number)
        return keeping.exists()

    def take(self, *, now, lease):
        """Take the lease; return whether this caller won it.

        A claim whose money is on its way back keeps its state while it is asked.
        """
        state = self.state
        if state != ClaimState.REVERSING:
            state = ClaimState.CHECKING
        won = (
            Claim.objects.due(now)
            .filter(pk=self.pk, tries=self.tries, state=self.state)
            .update(state=state, lease_until=now + lease, tries=F("tries") + 1)
        )
        if won:
            self.state, self.lease_until, self.tries = (
                state,
                now + lease,
                self.tries + 1,
            )
        return bool(won)

    def reopen(self, now):
        """Let a claim that the bank denied be asked about once more; return whether."""
        denied = Claim.objects.filter(
            pk=self.pk, state=ClaimState.REJECTED, tries=self.tries
        )
        return bool(denied.update(state=ClaimState.NEW, next_try_at=now, code=""))

    def release(self, until=None):
        """Give up the lease of a caller who is gone; return whether he had it still.

        The next try is due at once, or ``until`` then not.
        """
        state = self.state
        if state == ClaimState.CHECKING:
            state = ClaimState.UNKNOWN
        return self.close(
            state,
            next_try_at=until or self.next_try_at,
            unknown_tries=self.unknown_tries + 1,
        )

    def close(self, state, **changes):
        """Store the outcome, if this caller still holds the lease; return whether."""
        changes = {"state": state, "lease_until": None, "next_try_at": None, **changes}
        done = Claim.objects.filter(
            pk=self.pk, tries=self.tries, lease_until=self.lease_until
        ).update(**changes)
        for name, value in changes.items():
            setattr(self, name, value)
        return bool(done)
