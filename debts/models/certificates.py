"""A paper that says that a student owes nothing, and what is still true of it."""

from datetime import timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from debts.models.debts import Debt

LIFE = timedelta(days=30)


def new_key():
    """Return 128 random bits, fit for an address."""
    return token_urlsafe(16)


def _of_certificate(debts):
    """Those of the student whom the certificate of the outer query names."""
    return debts.filter(
        student_number=OuterRef("student_number"),
        national_number=OuterRef("national_number"),
    )


class CertificateQuerySet(models.QuerySet):
    def in_units(self, units):
        """Those of students who owe, or owed, something to these units."""
        return self.filter(Exists(_of_certificate(Debt.objects.in_units(units))))

    def with_debts(self):
        """Each with ``owes``: whether something is owed by now, to whomever."""
        return self.annotate(owes=Exists(_of_certificate(Debt.objects.open())))


class Certificate(models.Model):
    """Given out to whoever proved to be the student, on a day without open debts."""

    key = models.CharField(max_length=30, default=new_key, editable=False)
    student_number = models.CharField(_("student number"), max_length=20)
    national_number = models.CharField(_("national number"), max_length=10)
    full_name = models.CharField(_("name"), max_length=150)
    issued_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("issued to"),
    )
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of no debt")
        verbose_name_plural = _("certificates of no debt")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="certificate_key_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")),
                name="certificate_expires_after_it_is_issued",
            ),
        ]

    def __str__(self):
        return self.student_number

    def get_absolute_url(self):
        return reverse("debts:check", args=[self.key])

    def is_over(self, now):
        return now >= self.expires_at

    def holds(self, now):
        return not self.is_over(now) and not self.has_debts()

    def has_debts(self):
        """Whether something is owed by now; this alone takes its word away at once."""
        return Debt.objects.of_student(self).open().exists()
