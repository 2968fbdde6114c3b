"""An amount owed by one person for one subject."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject, Unit
from debts.models.batches import Batch
from debts.models.people import Identity
from payment_portal import formats, persian

TEN = 10  # a zero too many, or rials taken for tomans


class State(models.TextChoices):
    OPEN = "open", _("Not paid yet")
    PAID = "paid", _("Paid")
    CANCELLED = "cancelled", _("Cancelled")
    SPLIT = "split", _("Divided into instalments")  # they are paid in its place


# Nobody pays it, whatever it was.
VOID = [State.CANCELLED, State.SPLIT]


def instalment_in_words(instalment):
    """2/4 as a person says it."""
    number, count = map(formats.digits, instalment.split("/"))
    return gettext("%(number)s of %(count)s") % {"number": number, "count": count}


def _of_student(who):
    return Q(student_number=who.student_number, national_number=who.national_number)


class DebtQuerySet(models.QuerySet):
    def of(self, user):
        """The debts of the student that a user has proved to be, and no other."""
        proved = list(Identity.objects.filter(user=user))
        for one in proved:
            one.user = user  # is not read once more
        return self.opened_by(proved)

    def opened_by(self, identities):
        """What these open: both numbers all debts of their student.

        A mobile opens no other unit's than those that name it: whoever writes it into
        a sheet of his own sees no more by that.
        """
        mine = Q(pk__in=[])
        for one in identities:
            his = _of_student(one)
            if one.proof == Identity.Proof.MOBILE:
                naming = Debt.objects.filter(his).naming(one.user.mobile)
                his &= Q(unit__in=naming.values("unit"))
            mine |= his
        return self.filter(mine)

    def of_student(self, who):
        """All debts of the student of an identity or a certificate."""
        return self.filter(_of_student(who))

    def naming(self, mobile):
        """Those by which whoever has a mobile is their student."""
        return self.exclude(state=State.CANCELLED).filter(mobile=mobile)

    def in_units(self, units):
        return self.filter(unit__in=units)

    def open(self):
        return self.filter(state=State.OPEN)

    def untouched(self):
        """Open debts for which no money has come and none is on its way."""
        return self.open().filter(in_payment=0, paid_amount=0)

    def divisible(self):
        """Debts that may be paid in instalments; an instalment is divided no more."""
        return self.untouched().filter(instalment="")

    def matching(self, text):
        found = self
        for word in persian.search_words(text):
            found = found.filter(search_key__contains=word)
        return found

    def meant_by(self, subject, amount):
        """Debts that somebody may mean who types an amount for a subject himself.

        Those of the subject, and those from which he is a zero away.
        """
        rest = F("amount") - F("paid_amount")
        tenth = [] if amount % TEN else [amount // TEN]
        found = self.open().annotate(left=rest)
        return found.filter(Q(subject=subject) | Q(left__in=[amount * TEN, *tenth]))

    def in_order(self):
        return self.order_by("due_on", "pk")


class Debt(models.Model):
    State = State
    VOID = VOID

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="debts", verbose_name=_("batch")
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
        db_index=False,  # debt_key_once_in_its_unit begins with it
    )
    subject = models.ForeignKey(
        Subject, models.PROTECT, related_name="+", verbose_name=_("payment subject")
    )
    # What makes two rows of two sheets the same debt: see importing.
    key = models.CharField(max_length=70, editable=False)
    title = models.CharField(_("what for"), max_length=140)
    student_number = models.CharField(_("student number"), max_length=20)
    national_number = models.CharField(_("national number"), max_length=10)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    mobile = models.CharField(_("mobile"), max_length=16, blank=True)
    # As 2/4, whether the sheet says so or the debt was divided here.
    instalment = models.CharField(_("instalment"), max_length=7, blank=True)
    whole = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="instalments",
        verbose_name=_("divided debt"),
        db_index=False,  # debt_instalments
    )
    amount = models.BigIntegerField(_("amount (rial)"))
    paid_amount = models.BigIntegerField(_("paid (rial)"), default=0)
    due_on = models.DateField(_("due date"))
    least_part = models.PositiveBigIntegerField(_("smallest part (rial)"), null=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN
    )
    # Payments under way: while there is one nobody else pays, changes or cancels.
    in_payment = models.PositiveSmallIntegerField(default=0, editable=False)
    remind_on = models.DateField(null=True, editable=False)  # see reminders
    search_key = models.TextField(editable=False)
    created_at = models.DateTimeField(_("stored at"))

    objects = DebtQuerySet.as_manager()

    class Meta:
        verbose_name = _("debt")
        verbose_name_plural = _("debts")
        indexes = [
            models.Index(
                fields=["national_number", "student_number"], name="debt_of_a_student"
            ),
            models.Index(
                fields=["mobile"], condition=~Q(mobile=""), name="debt_by_mobile"
            ),
            models.Index(fields=["due_on"], name="debt_by_due_day"),
            models.Index(
                fields=["remind_on"],
                condition=Q(state=State.OPEN, remind_on__isnull=False),
                name="debt_to_remind_of",
            ),
            models.Index(
                fields=["whole"],
                condition=Q(whole__isnull=False),
                name="debt_instalments",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "key"],
                condition=~Q(state=State.CANCELLED),
                name="debt_key_once_in_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="debt_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(paid_amount__gte=0, paid_amount__lte=F("amount")),
                name="debt_paid_not_more_than_owed",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, paid_amount__lt=F("amount"))
                | Q(state=State.PAID, paid_amount=F("amount"))
                | Q(state__in=VOID, paid_amount=0),
                name="debt_state_follows_what_is_paid",
            ),
            models.CheckConstraint(
                condition=~Q(student_number="") & ~Q(title="") & ~Q(key=""),
                name="debt_names_a_student_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(Exact(Length("national_number"), 10)),
                name="debt_national_number_has_ten_digits",
            ),
            models.CheckConstraint(
                condition=Q(least_part__gt=0), name="debt_least_part_positive"
            ),
            models.CheckConstraint(
                condition=Q(whole__isnull=True)
                | (~Q(instalment="") & ~Q(state=State.SPLIT)),
                name="debt_instalment_is_not_divided_again",
            ),
        ]

    def __str__(self):
        return f"{self.name}، {self.student_number}"

    def get_absolute_url(self):
        return reverse("payments:debt", args=[self.public_id])

    @property
    def name(self):
        """What its student reads."""
        if not self.instalment:
            return self.title
        told = {"title": self.title, "instalment": self.told_instalment}
        return gettext("%(title)s, instalment %(instalment)s") % told

    @property
    def told_instalment(self):
        return instalment_in_words(self.instalment)

    @property
    def rest(self):
        return self.amount - self.paid_amount

    def is_overdue(self, today):
        return self.state == State.OPEN and self.due_on < today

    @property
    def smallest(self):
        """The least that may be paid at once, and that may be left over."""
        if self.least_part is None:
            return self.rest
        return min(self.rest, max(self.least_part, settings.MIN_AMOUNT))

    def is_a_zero_away(self, amount):
        """Whether an amount is ten times what is left, or a tenth of it."""
        return self.rest == amount * TEN or self.rest * TEN == amount

    def owes(self, amount):
        """Whether so much is still to be paid."""
        return self.state == State.OPEN and amount <= self.rest

    def hold(self):
        """Whether this caller may start the one payment that is under way.

        False if the debt is no longer what was read, or somebody is paying it.
        """
        as_read = Debt.objects.open().filter(
            pk=self.pk,
            in_payment=0,
            amount=self.amount,
            paid_amount=self.paid_amount,
            subject=self.subject_id,  # whose terminal is to take it
        )
        return as_read.update(in_payment=1) == 1

    def take(self, amount, number, *, now):
        """Count what payment ``number`` brought, and return what is too much.

        The row is to be locked by the caller.
        """
        counted = min(amount, self.rest) if self.state == State.OPEN else 0
        self.paid_amount += counted
        if self.state == State.OPEN and not self.rest:
            self.state = State.PAID
        self.save(update_fields=["paid_amount", "state"])
        facts = {"amount": counted, "payment": number}
        self.events.create(kind="paid", at=now, facts=facts)
        return amount - counted

    def check_part(self, amount):
        """Raise ValidationError unless this much may be paid of what is left."""
        if self.least_part is None and amount != self.rest:
            raise ValidationError(_("This debt has to be paid in full."), "whole")
        if amount > self.rest:
            told = {"bound": formats.rial(self.rest)}
            raise ValidationError(
                _("Only %(bound)s rials are left to pay."), "high", told
            )
        if amount > settings.MAX_AMOUNT:
            told = {"bound": formats.rial(settings.MAX_AMOUNT)}
            text = _("The amount must be %(bound)s rials or less")
            raise ValidationError(text, "high", told)
        if amount < self.smallest or 0 < self.rest - amount < self.smallest:
            told = {"bound": formats.rial(self.smallest)}
            text = _(
                "Pay %(bound)s rials or more, and leave either nothing or at least that"
                " much."
            )
            raise ValidationError(text, "low", told)
