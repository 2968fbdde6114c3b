import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject
from debts.models import Debt
from payments import notes, numbers
from payments.models.events import PaymentEvent
from payments.models.found import MOMENT, PaymentQuerySet
from payments.models.terminals import Terminal
from payments.states import (
    AT_LARGE,
    EDGES,
    UNFINISHED,
    Reason,
    Settlement,
    State,
)

# What no two payments have in common.
ONCE = ["order_number", "callback_key", "verify_key", "verify_code"]


def by_link(full_name, student_number):
    """Who paid a debt by a pay link is told by whose debt it is."""
    return gettext("%(name)s (by pay link)") % {"name": full_name or student_number}


class IllegalMove(Exception):
    """The table of edges has no such way."""


class LostRace(Exception):
    """Somebody else moved the payment first; read it again."""


class Payment(models.Model):
    """One try to pay one amount for one subject; a second try is a new payment."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Numbers and keys are unique by constraints: ``unique=True`` would make a second
    # index of each on PostgreSQL, for searches by their beginning that nobody makes.
    order_number = models.CharField(
        _("order number"), max_length=12, default=numbers.new_order_number
    )
    submission_key = models.CharField(max_length=40)
    # One more when the first terminal gave no token, within the same submission.
    attempt = models.PositiveSmallIntegerField(default=1, editable=False)
    callback_key = models.CharField(
        max_length=40, default=numbers.new_key, editable=False
    )
    verify_key = models.CharField(
        max_length=40, default=numbers.new_key, editable=False
    )
    verify_code = models.CharField(
        _("receipt code"), max_length=10, default=numbers.new_code
    )

    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("payer"),
        on_delete=models.PROTECT,
        null=True,
        related_name="payments",
        db_index=False,  # payment_history begins with it
    )
    payer_name = models.CharField(_("payer's name"), max_length=150)
    payer_mobile = models.CharField(_("payer's mobile"), max_length=16)
    # Of the page from which somebody without an account paid; see Message.language.
    language = models.CharField(max_length=2, blank=True, editable=False)
    subject = models.ForeignKey(
        Subject,
        verbose_name=_("subject"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # payment_by_subject begins with it
    )
    debt = models.ForeignKey(
        Debt,
        verbose_name=_("debt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
    )
    faculty_title = models.CharField(_("faculty or centre"), max_length=200)
    unit_title = models.CharField(_("unit"), max_length=200)
    subject_title = models.CharField(_("subject of payment"), max_length=200)
    deposit_identifier = models.CharField(max_length=30, blank=True)
    search_key = models.TextField(editable=False)
    amount = models.BigIntegerField(_("amount (rial)"))

    terminal = models.ForeignKey(
        Terminal, verbose_name=_("terminal"), on_delete=models.PROTECT, related_name="+"
    )
    token = models.CharField(max_length=200, blank=True)
    handover = models.JSONField(default=dict, editable=False)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.STARTED
    )
    unpaid_reason = models.CharField(
        _("reason"), max_length=10, choices=Reason.choices, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    next_try_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("started at"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    reference_number = models.CharField(
        _("reference number"), max_length=50, blank=True
    )
    tracking_number = models.CharField(_("tracking number"), max_length=50, blank=True)
    masked_card = models.CharField(_("card"), max_length=30, blank=True)
    settlement = models.CharField(
        _("settlement"), max_length=10, choices=Settlement.choices, blank=True
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payment_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="payment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.UNPAID, unpaid_reason__in=Reason.values)
                | (~Q(state=State.UNPAID) & Q(unpaid_reason="")),
                name="payment_unpaid_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PAID)
                | (
                    Q(paid_at__isnull=False, settlement__in=Settlement.values)
                    & ~Q(reference_number="")
                    & ~Q(tracking_number="")
                ),
                name="payment_paid_has_its_facts",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PAID) | Q(paid_at__isnull=True, settlement=""),
                name="payment_facts_only_when_paid",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.AT_BANK) | ~Q(token=""),
                name="payment_at_bank_has_token",
            ),
            *(
                models.UniqueConstraint(fields=[name], name=f"payment_{name}_once")
                for name in ONCE
            ),
            models.UniqueConstraint(
                fields=["submission_key", "attempt"],
                name="payment_submission_key_once",
            ),
            models.UniqueConstraint(
                fields=["terminal", "token"],
                condition=~Q(token=""),
                name="payment_token_used_once",
            ),
            models.UniqueConstraint(
                fields=["debt"],
                condition=Q(debt__isnull=False, state__in=AT_LARGE),
                name="payment_at_large_once_for_a_debt",
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-created_at"], name="payment_history"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="payment_due",
            ),
            models.Index(fields=["created_at"], name="payment_by_day"),
            models.Index(MOMENT, "id", name="payment_by_moment"),
            models.Index(fields=["subject", "-created_at"], name="payment_by_subject"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=UNFINISHED),
                name="payment_unfinished",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state=State.REVIEW),
                name="payment_in_review",
            ),
        ]

    def __str__(self):
        return self.order_number

    def get_absolute_url(self):
        return reverse("payments:result", args=[self.public_id])

    @property
    def moment(self):
        """The one time of a payment: when it was paid, or else begun."""
        return self.paid_at or self.created_at

    @property
    def who(self):
        """Who paid, as far as it is known: by a pay link, for whom."""
        if self.payer_name or not self.debt_id:
            return self.payer_name
        return by_link(self.debt.full_name, self.debt.student_number)

    @property
    def student(self):
        """For whom a guest has paid; where there is an account, it is named itself."""
        return self.debt.full_name if self.debt_id and not self.payer_id else ""

    def is_like(self, draft):
        """Whether it is for the same, and its money came or may come.

        Whoever is at the bank may have paid and not come back.
        """
        same = (self.subject_id, self.amount) == (draft.subject.pk, draft.amount)
        return same and self.state in {State.PAID, *UNFINISHED}

    @property
    def spaced_code(self):
        return f"{self.verify_code[:5]}-{self.verify_code[5:]}"

    def try_again_at(self, moment):
        """Let the worker look at it then; None: never. Moves nothing."""
        Payment.objects.filter(pk=self.pk).update(next_try_at=moment)
        self.next_try_at = moment

    def move_to(self, state, *, now, cause, reason="", facts=None, **event):
        """Move along one edge and write the event, or raise.

        Raises IllegalMove if the table has no such edge, LostRace if the stored
        payment is no longer the one in hand.
        """
        if state not in EDGES[State(self.state)]:
            raise IllegalMove(f"{self.state} to {state}")
        changes = {"state": state, "unpaid_reason": reason, **(facts or {})}
        self._step(changes, now=now, cause=cause, **event)

    def note(self, note, *, now, cause, **event):
        """Write an event that moves nothing. Raises LostRace."""
        self._step({}, now=now, cause=cause, note=note, **event)

    def settled(self, *, now):
        """Note that the bank deposits the money. Raises LostRace."""
        changes = {"settlement": Settlement.DONE, "next_try_at": None}
        cause = PaymentEvent.Cause.BANK
        self._step(changes, now=now, cause=cause, note=notes.SETTLED)

    def _step(self, changes, *, now, cause, code="", **event):
        # A lost race undoes whatever step it was part of, so no savepoint is needed.
        with transaction.atomic(savepoint=False):
            moved = Payment.objects.filter(
                pk=self.pk, state=self.state, version=self.version
            ).update(version=F("version") + 1, **changes)
            if not moved:
                raise LostRace
            if self.debt_id:
                self._tell_debt(changes.get("state", self.state))
            PaymentEvent.objects.create(
                payment=self,
                seq=self.version + 1,
                from_state=self.state,
                to_state=changes.get("state", self.state),
                cause=cause,
                code=code[: PaymentEvent.CODE_LENGTH],  # browsers bring what they like
                at=now,
                **event,
            )
        self.version += 1
        for name, value in changes.items():
            setattr(self, name, value)

    def _tell_debt(self, state):
        """Let the debt know whether somebody is still paying it."""
        before, after = self.state in UNFINISHED, state in UNFINISHED
        if before != after:
            change = 1 if after else -1
            debt = Debt.objects.filter(pk=self.debt_id)
            debt.update(in_payment=F("in_payment") + change)
