"""What is paid for, how much it may be, and when."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.entries import Entry, EntryQuerySet
from catalog.models.places import Unit
from payment_portal import formats

LIKE_THIS = _("Day and time of the Jalali calendar, like 1405/09/01 14:30.")


class SubjectQuerySet(EntryQuerySet):
    searched = ["search_key", "unit__search_key", "unit__faculty__search_key"]

    def open(self, now):
        """What can be paid for at a moment."""
        return self.filter(
            Q(opens_at=None) | Q(opens_at__lte=now),
            Q(closes_at=None) | Q(closes_at__gt=now),
            is_active=True,
            unit__is_active=True,
            unit__faculty__is_active=True,
        )

    def of(self, unit):
        return self.filter(unit=unit)


class AmountRule(models.TextChoices):
    FREE = "free", _("Free")
    BOUNDED = "bounded", _("Between two bounds")
    FIXED = "fixed", _("Fixed")


class Subject(Entry):
    told_at = "unit"  # on whose history page it comes and goes

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="subjects", verbose_name=_("unit")
    )
    amount_rule = models.CharField(
        _("rule for the amount"),
        max_length=10,
        choices=AmountRule,
        default=AmountRule.FREE,
    )
    min_amount = models.PositiveBigIntegerField(
        _("lowest amount (rial)"), null=True, blank=True
    )
    max_amount = models.PositiveBigIntegerField(
        _("highest amount (rial)"), null=True, blank=True
    )
    fixed_amount = models.PositiveBigIntegerField(
        _("fixed amount (rial)"), null=True, blank=True
    )
    opens_at = models.DateTimeField(
        _("opens at"), null=True, blank=True, help_text=LIKE_THIS
    )
    closes_at = models.DateTimeField(
        _("closes at"), null=True, blank=True, help_text=LIKE_THIS
    )
    deposit_identifier = models.CharField(
        _("deposit identifier"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"\A[0-9]+\Z", _("Write digits only"))],
        help_text=_("Only where the treasury wants one; up to 30 digits."),
    )

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment subject")
        verbose_name_plural = _("payment subjects")
        constraints = [
            models.CheckConstraint(
                condition=~Q(search_key=""), name="subject_has_a_title"
            ),
            models.UniqueConstraint(
                fields=["unit", "search_key"],
                name="subject_title_used_once_in_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_rule=AmountRule.FREE,
                    min_amount=None,
                    max_amount=None,
                    fixed_amount=None,
                )
                | Q(
                    amount_rule=AmountRule.BOUNDED,
                    min_amount__isnull=False,
                    max_amount__isnull=False,
                    fixed_amount=None,
                )
                | Q(
                    amount_rule=AmountRule.FIXED,
                    min_amount=None,
                    max_amount=None,
                    fixed_amount__isnull=False,
                ),
                name="subject_amounts_follow_its_rule",
                violation_error_message=_(
                    "Fill in the amounts that the rule needs, and no others"
                ),
            ),
            models.CheckConstraint(
                condition=Q(min_amount__gt=0), name="subject_min_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(fixed_amount__gt=0), name="subject_fixed_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(max_amount__gte=F("min_amount")),
                name="subject_max_amount_not_below_min",
                violation_error_message=_(
                    "The highest amount must not be below the lowest"
                ),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="subject_closes_after_it_opens",
                violation_error_message=_("It must close after it opens"),
            ),
        ]

    def __str__(self):
        # Many units have a «خوابگاه»; str(unit) names the faculty too.
        return f"{self.title}، {self.unit}"

    def siblings(self):
        return Subject.objects.of(self.unit_id)

    @property
    def limits(self):
        """The lowest and the highest amount that may be paid."""
        if self.amount_rule == AmountRule.FIXED:
            return self.fixed_amount, self.fixed_amount
        low, high = settings.MIN_AMOUNT, settings.MAX_AMOUNT
        if self.amount_rule == AmountRule.BOUNDED:
            return max(low, self.min_amount), min(high, self.max_amount)
        return low, high

    def check_amount(self, amount):
        """Raise ValidationError, with the bound, for an amount against the rule."""
        low, high = self.limits
        if low <= amount <= high:
            return
        if self.amount_rule == AmountRule.FIXED:
            message, bound = _("The amount for this subject is %(bound)s rials"), low
        elif amount < low:
            message, bound = _("The amount must be %(bound)s rials or more"), low
        else:
            message, bound = _("The amount must be %(bound)s rials or less"), high
        raise ValidationError(message, "amount", {"bound": formats.rial(bound)})

    def is_open(self, now):
        """Can it be paid for at this moment, by itself and all above it?"""
        return (
            self.is_active
            and self.unit.is_active
            and self.unit.faculty.is_active
            and (self.opens_at is None or self.opens_at <= now)
            and (self.closes_at is None or now < self.closes_at)
        )
