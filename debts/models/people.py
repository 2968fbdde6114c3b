"""Which student a user is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Identity(models.Model):
    """A user has proved to be this student; see Debt.objects.opened_by."""

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
