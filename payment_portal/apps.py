from django.contrib.admin import apps


class PortalAdminConfig(apps.AdminConfig):
    default = False  # stands beside the project's own entry in INSTALLED_APPS
    default_site = "payment_portal.admin_site.PortalAdminSite"
