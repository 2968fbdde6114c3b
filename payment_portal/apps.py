from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "payment_portal.admin_site.PortalAdminSite"
