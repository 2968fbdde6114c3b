from django.apps import AppConfig
from django.contrib.admin import apps
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "payment_portal"
    verbose_name = _("Settings of the portal")

    def ready(self):
        from payment_portal import checks  # noqa: F401  registers itself


class PortalAdminConfig(apps.AdminConfig):
    default = False  # stands beside the project's own entry in INSTALLED_APPS
    default_site = "payment_portal.admin_site.PortalAdminSite"
