"""What the staff decide about the portal itself: whose it is, and what it announces."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from payment_portal import colours

THE_ONE = 1
MARKUP = _("A line that begins with # is a heading, one that begins with - a point.")


class Institution(models.Model):
    """The university, in one row; what is empty in it is as the settings say."""

    id = models.PositiveSmallIntegerField(
        primary_key=True, default=THE_ONE, editable=False
    )
    name = models.CharField(_("Name of the university"), max_length=80, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=80, blank=True)
    system_name = models.CharField(_("Name of the system"), max_length=120, blank=True)
    system_name_en = models.CharField(
        _("Name of the system in English"), max_length=120, blank=True
    )
    telephone = models.CharField(_("Telephone"), max_length=16, blank=True)
    hours = models.CharField(_("Office hours"), max_length=120, blank=True)
    hours_en = models.CharField(
        _("Office hours in English"), max_length=120, blank=True
    )
    welcome = models.TextField(
        _("Words above the log-in form"), max_length=600, blank=True, help_text=MARKUP
    )
    welcome_en = models.TextField(
        _("The same in English"), max_length=600, blank=True, help_text=MARKUP
    )
    terms = models.TextField(
        _("Terms of use"), max_length=20_000, blank=True, help_text=MARKUP
    )
    terms_en = models.TextField(
        _("Terms of use in English"), max_length=20_000, blank=True, help_text=MARKUP
    )
    terms_version = models.CharField(
        _("Version of the terms"), max_length=20, blank=True, editable=False
    )
    brand = models.CharField(
        _("Colour"), max_length=7, blank=True, validators=[colours.check]
    )
    logo = models.BinaryField(_("Logo"), blank=True, default=bytes)  # a PNG we wrote

    class Meta:
        verbose_name = _("the university")
        verbose_name_plural = _("the university")
        constraints = [
            models.CheckConstraint(condition=Q(id=THE_ONE), name="one_institution"),
        ]

    def __str__(self):
        return self.said("name", "UNIVERSITY_NAME")

    def said(self, field, setting=""):
        """A text in the reader's language: ours, else that of the settings."""
        pair, other = getattr(self, f"{field}_en"), getattr(self, field)
        if get_language() != "en":
            return other or (getattr(settings, setting) if setting else "")
        # Who names a university in one language has not named it in the other.
        return pair or other or (getattr(settings, f"{setting}_EN") if setting else "")

    @property
    def version_of_terms(self):
        return self.terms_version or settings.TERMS_VERSION


class NoticeQuerySet(models.QuerySet):
    def to_come(self, now):
        """What stands on the pages now, or will."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")


class Notice(models.Model):
    """Something that payers are told above every page, for a time."""

    text = models.CharField(_("Text"), max_length=300)
    text_en = models.CharField(_("Text in English"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("Shown from"))
    ends_at = models.DateTimeField(_("Shown until"))

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="notice_says_something"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="notice_ends_after_it_starts",
                violation_error_message=_("It must end after it starts"),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def said(self):
        """The text in the reader's language, if it has it."""
        return (get_language() == "en" and self.text_en) or self.text

    def stands(self, now):
        return self.starts_at <= now < self.ends_at
