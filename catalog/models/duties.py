"""For which faculties and units a member of staff works."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.places import Faculty, Unit
from payment_portal.remembering import Records


class Duty(models.Model):
    """Somebody works for a unit, or for a faculty with everything below it."""

    told_at = "user"  # on whose history page it comes and goes

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

    history = Records()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        permissions = [("all_units", _("Works for all units"))]
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
                name="duty_of_a_faculty_once",
            ),
            models.UniqueConstraint(
                fields=["user", "unit"],
                condition=Q(unit__isnull=False),
                name="duty_of_a_unit_once",
            ),
        ]

    def __str__(self):
        return str(self.unit or self.faculty)
