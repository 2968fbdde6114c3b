import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject, Unit
from payments import gateways


class TerminalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_open=True)

    def serving(self, subject):
        """Return all terminals that ``subject``'s money may go through, best first.

        Money must reach its own account: a subject with terminals of its own uses only
        those, else its unit's own, else the terminals that belong to nobody.
        """
        distance = Case(
            When(subjects=subject, then=0),
            When(units=subject.unit_id, then=1),
            When(subjects=None, units=None, then=2),
        )
        found = self.annotate(distance=distance).distinct().order_by("position", "pk")
        near = [one for one in found if one.distance is not None]
        nearest = min((one.distance for one in near), default=None)
        return [one for one in near if one.distance == nearest]

    def serving_any(self, subjects):
        """Terminals that belong to nobody, to some subjects, or to their units."""
        units = Unit.objects.filter(subjects__in=subjects)
        nobodys = Q(subjects=None, units=None)
        mine = nobodys | Q(subjects__in=subjects) | Q(units__in=units)
        return self.filter(mine).distinct()

    def offered(self, subject, amount):
        """Return the open terminals among which a payer may choose, best first."""
        serving = self.serving(subject)
        return [one for one in serving if one.is_open and one.takes(amount)]


class Terminal(models.Model):
    """One merchant account at one payment service provider.

    Its secrets are in the environment, found by the alias. A terminal that the bank
    refuses for its set-up is closed with the bank's words in ``fault``; once that is
    mended it is opened again.

    Nobody alone leads money elsewhere: where ``ROUTE`` changes, the terminal is closed,
    and who opens it is nobody of ``changed_by``.
    """

    ROUTE = ("psp", "merchant_number", "account", "alias", "subjects", "units")

    alias = models.SlugField(_("alias"), max_length=32, unique=True)
    title = models.CharField(_("title"), max_length=100)
    psp = models.CharField(_("payment service provider"), max_length=32)
    merchant_number = models.CharField(_("merchant number"), max_length=36)
    account = models.CharField(_("account (Sheba)"), max_length=34, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_open = models.BooleanField(_("open"), default=True)
    closed_message = models.CharField(
        _("message while closed"), max_length=200, blank=True
    )
    fault = models.CharField(
        _("fault of its set-up"), max_length=100, blank=True, editable=False
    )
    min_amount = models.BigIntegerField(
        _("smallest amount (rial)"), null=True, blank=True
    )
    max_amount = models.BigIntegerField(
        _("largest amount (rial)"), null=True, blank=True
    )
    silences = models.PositiveIntegerField(default=0, editable=False)
    resting_until = models.DateTimeField(
        _("not asked until"), null=True, editable=False
    )
    subjects = models.ManyToManyField(
        Subject,
        through="TerminalSubject",
        verbose_name=_("only for these subjects"),
        related_name="terminals",
        blank=True,
    )
    units = models.ManyToManyField(
        Unit,
        through="TerminalUnit",
        verbose_name=_("only for these units"),
        related_name="terminals",
        blank=True,
    )
    changed_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed since its last opening by"),
        related_name="+",
        editable=False,
    )

    objects = TerminalQuerySet.as_manager()

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        permissions = [("open_terminal", _("Can open and close terminals"))]
        constraints = [
            models.UniqueConstraint(
                fields=["psp", "merchant_number"], name="terminal_merchant_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(psp="") & ~Q(merchant_number=""),
                name="terminal_has_psp_and_merchant_number",
            ),
            models.CheckConstraint(
                condition=Q(min_amount=None) | Q(min_amount__gt=0),
                name="terminal_smallest_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(min_amount=None)
                | Q(max_amount=None)
                | Q(max_amount__gte=F("min_amount")),
                name="terminal_amounts_in_order",
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(fault=""),
                name="terminal_with_fault_closed",
            ),
        ]

    def __str__(self):
        return self.title

    def problems(self):
        """Yield what keeps its driver from speaking for it; never a secret."""
        facts = {"alias": self.alias, "merchant_number": self.merchant_number}
        return gateways.problems(self.psp, **facts)

    def takes(self, amount):
        """Whether its limits let this amount (rial) through."""
        least, most = self.min_amount, self.max_amount
        return (least is None or least <= amount) and (most is None or amount <= most)

    def may_be_asked(self, now):
        """Whether its bank may be called; after a rest, one caller at a time may."""
        if self.resting_until is None:
            return True
        if self.resting_until > now:
            return False
        resting = Terminal.objects.filter(pk=self.pk, resting_until=self.resting_until)
        return resting.update(resting_until=now + settings.BREAKER_REST) == 1

    def close_for(self, fault):
        """Close it to payers, because of its set-up; return whether it was open."""
        this = Terminal.objects.filter(pk=self.pk, is_open=True)
        return this.update(is_open=False, fault=fault[:100]) == 1

    def was_led_elsewhere(self, user):
        """Close it until somebody else opens it, and remember who changed it."""
        Terminal.objects.filter(pk=self.pk).update(is_open=False)
        self.changed_by.add(user)

    def route(self):
        """What leads its money, in one word: it tells whether that changed since."""
        facts = [getattr(self, name) for name in self.ROUTE[:-2]]
        for rows in (self.subjects, self.units):
            facts.append(sorted(row.pk for row in rows.all()))
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]

    def open_again(self):
        """Let payers through once more, as if nothing had been wrong."""
        Terminal.objects.filter(pk=self.pk).update(
            is_open=True, fault="", silences=0, resting_until=None
        )
        self.changed_by.clear()

    def answered(self):
        """The bank speaks: forget its silences."""
        if self.silences:
            Terminal.objects.filter(pk=self.pk).update(silences=0, resting_until=None)

    def kept_silent(self, now):
        """Count one more call without an answer; after so many the terminal rests."""
        this = Terminal.objects.filter(pk=self.pk)
        this.update(silences=F("silences") + 1)
        this.filter(silences__gte=settings.BREAKER_SILENCES).update(
            resting_until=now + settings.BREAKER_REST
        )


class OnlyFor(models.Model):
    """What a terminal is only for; it is not deleted while a terminal names it.

    With nothing left to be for it would be everybody's, which nobody has opened. Its
    table, and its box in the form of a terminal, are those that Django makes itself.
    """

    terminal = models.ForeignKey(Terminal, models.CASCADE)

    class Meta:
        abstract = True
        auto_created = True
        verbose_name = _("terminal")  # as the page says that refuses

    def __str__(self):
        return str(self.terminal)


class TerminalSubject(OnlyFor):
    # Not PROTECT: by that an entry knows that it has payments or debts.
    subject = models.ForeignKey(Subject, models.RESTRICT)

    class Meta(OnlyFor.Meta):
        db_table = "payments_terminal_subjects"


class TerminalUnit(OnlyFor):
    unit = models.ForeignKey(Unit, models.RESTRICT)

    class Meta(OnlyFor.Meta):
        db_table = "payments_terminal_units"
