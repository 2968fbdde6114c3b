"""Reports are made of payments; of their own they have the right to take them away."""

from django.utils.translation import gettext_lazy as _

from payments.models import Payment


class Report(Payment):
    """What the staff pages list as reports; nothing of it is stored."""

    class Meta:
        proxy = True
        default_permissions = ()
        permissions = [("export", _("Can export reports"))]
        verbose_name = _("report")
        verbose_name_plural = _("Reports of payments")
