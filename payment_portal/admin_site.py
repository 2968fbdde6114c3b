"""The pages of the staff: Django's admin, entered by the portal's own door."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payment_portal import manual

# In a session: who has given his second factor in it. The accounts write it there.
VERIFIED = "second_factor"
# Django answers a POST to these as if nothing had been asked for.
ONLY_LOOKED_AT = {"index", "app_index", "history_view"}


class PortalAdminSite(AdminSite):
    site_title = _("Staff pages")
    site_header = _("Staff pages")
    index_title = _("Staff pages")

    def has_permission(self, request):
        """Staff whose second factor was given, for as long as this session lasts."""
        given = request.session.get(VERIFIED) == request.user.pk
        return super().has_permission(request) and given

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        """Staff log in where everybody does; who is no staff is told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if super().has_permission(request):
            return redirect_to_login(wanted, reverse("accounts:second_factor"))
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted)

    def admin_view(self, view, cacheable=False):
        name = getattr(view, "__name__", "")
        if name in ONLY_LOOKED_AT:
            view = require_safe(view)
        elif name == "changelist_view":
            view = _for_whoever_acts(view)
        return super().admin_view(view, cacheable)

    def logout(self, request, extra_context=None):
        return redirect("accounts:logout", preserve_request=True)

    def password_change(self, request, extra_context=None):
        return redirect("accounts:password_change")

    def get_urls(self):
        """Without the way from a row's number to its public page: it asks nobody."""
        urls = super().get_urls()
        guide = path("guide/", self.admin_view(require_safe(self.guide)), name="guide")
        return [
            guide,
            *(one for one in urls if getattr(one, "name", "") != "view_on_site"),
        ]

    def guide(self, request):
        """What staff do here all day, told with pictures."""
        context = self.each_context(request)
        told = {"title": _("Guide for staff"), "guide": manual.page()}
        return render(request, "admin/guide.html", context | told)

    def get_app_list(self, request, app_label=None):
        """Models stand in the order in which their admin module names them."""
        apps, order = super().get_app_list(request, app_label), list(self._registry)
        for app in apps:
            app["models"].sort(key=lambda entry: order.index(entry["model"]))
        return apps


def _for_whoever_acts(changelist):
    """Take a POST to a list from whoever has something to do there."""
    rows = changelist.__self__

    @wraps(changelist)
    def view(request, *args, **kwargs):
        acts = rows.has_change_permission(request) or rows.get_actions(request)
        if request.method == "POST" and not acts:
            raise PermissionDenied
        return changelist(request, *args, **kwargs)

    return view
