"""Which student a user is, and for which units an officer works."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Faculty, Unit


class Identity(models.Model):
    """A user has proved to be this student; all debts of the student are his."""

    class Proof(models.TextChoices):
        MOBILE = "mobile", _("his mobile stands in a sheet")
        NUMBERS = "numbers", _("he entered both numbers")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
        db_index=False,  # identity_once begins with it
    )
    student_number = models.CharField(_("student number"), max_length=20)
    national_number = models.CharField(_("national number"), max_length=10)
    proof = models.CharField(_("proved by"), max_length=10, choices=Proof.choices)
    proved_at = models.DateTimeField(_("proved at"))

    class Meta:
        verbose_name = _("student's identity")
        verbose_name_plural = _("students' identities")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "national_number", "student_number"],
                name="identity_once",
            ),
        ]

    def __str__(self):
        return self.student_number


class DutyQuerySet(models.QuerySet):
    def units_of(self, user):
        """The units for which an officer works: all below what he is tied to."""
        if user.is_superuser:
            return Unit.objects.all()
        mine = self.filter(user=user)
        return Unit.objects.filter(
            Q(pk__in=mine.values("unit")) | Q(faculty__in=mine.values("faculty"))
        )


class Duty(models.Model):
    """An officer works for a unit, or for a faculty with everything below it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="duties",
        verbose_name=_("Officer"),
        limit_choices_to={"is_staff": True},
    )
    faculty = models.ForeignKey(
        Faculty,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("faculty"),
    )
    unit = models.ForeignKey(
        Unit,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.CheckConstraint(
                condition=Q(faculty__isnull=False, unit__isnull=True)
                | Q(faculty__isnull=True, unit__isnull=False),
                name="duty_is_for_a_faculty_or_a_unit",
                violation_error_message=_("Choose either a faculty or a unit"),
            ),
            models.UniqueConstraint(
                fields=["user", "faculty"],
                condition=Q(faculty__isnull=False),
                name="duty_for_a_faculty_once",
            ),
            models.UniqueConstraint(
                fields=["user", "unit"],
                condition=Q(unit__isnull=False),
                name="duty_for_a_unit_once",
            ),
        ]

    def __str__(self):
        return str(self.unit or self.faculty)
