from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Subject


def psp_choices():
    return [(name, name) for name in settings.GATEWAYS]


class TerminalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(is_open=True)

    def awake(self, now):
        """Terminals whose bank is not known to be silent."""
        return self.filter(Q(resting_until=None) | Q(resting_until__lte=now))

    def serving(self, subject):
        """Terminals that money for ``subject`` may go through, best first.

        A subject with terminals of its own uses only those; any other subject uses
        the terminals that belong to no subject.
        """
        links = Terminal.subjects.through.objects
        own = links.filter(terminal=OuterRef("pk"), subject=subject)
        has_own = links.filter(subject=subject)
        shared = ~Exists(links.filter(terminal=OuterRef("pk")))
        return self.filter(Exists(own) | (~Exists(has_own) & shared)).order_by(
            "position", "pk"
        )


class Terminal(models.Model):
    """One merchant account at one payment service provider.

    Its secrets are in the environment, found by the alias.
    """

    alias = models.SlugField(_("alias"), max_length=32, unique=True)
    title = models.CharField(_("title"), max_length=100)
    psp = models.CharField(_("payment service provider"), max_length=32)
    merchant_number = models.CharField(_("merchant number"), max_length=32)
    account = models.CharField(_("account (Sheba)"), max_length=34, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_open = models.BooleanField(_("open"), default=True)
    closed_message = models.CharField(
        _("message while closed"), max_length=200, blank=True
    )
    silences = models.PositiveIntegerField(default=0, editable=False)
    resting_until = models.DateTimeField(
        _("not asked until"), null=True, editable=False
    )
    subjects = models.ManyToManyField(
        Subject,
        verbose_name=_("only for these subjects"),
        related_name="terminals",
        blank=True,
    )

    objects = TerminalQuerySet.as_manager()

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        constraints = [
            models.UniqueConstraint(
                fields=["psp", "merchant_number"], name="terminal_merchant_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(psp="") & ~Q(merchant_number=""),
                name="terminal_has_psp_and_merchant_number",
            ),
        ]

    def __str__(self):
        return self.title

    def may_be_asked(self, now):
        """Whether its bank may be called; after a rest, one caller at a time may."""
        if self.resting_until is None:
            return True
        if self.resting_until > now:
            return False
        resting = Terminal.objects.filter(pk=self.pk, resting_until=self.resting_until)
        return resting.update(resting_until=now + settings.BREAKER_REST) == 1

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
