"""What every answer of the portal has in common."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponseRedirect
from django.shortcuts import render

from payment_portal import institution

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def private_by_default(get_response):
    """Keep pages out of every cache unless a view says otherwise."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


def small_bodies(get_response):
    """Refuse what is larger than any form of ours before a byte of it is read.

    Django counts the fields of a form, not the files beside them. Only the page where
    staff upload sheets takes more.
    """

    def middleware(request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        most = settings.LARGER_BODIES.get(request.path_info, usual)
        if not length.isdecimal() or int(length) > most:
            context = institution.context(institution.kept())
            return render(None, "413.html", context, status=413)
        return get_response(request)

    return middleware


def one_host(get_response):
    """In the sandbox, send 127.0.0.1 to localhost.

    The sandbox's bank lives on 127.0.0.1; the portal must be another site to the
    browser, as it is with a real bank, or cookies would behave differently.
    """

    def middleware(request):
        host = request.get_host()
        if (
            settings.SANDBOX
            and host.startswith("127.0.0.1")
            and request.method == "GET"
        ):
            here = request.build_absolute_uri().replace("127.0.0.1", "localhost", 1)
            return HttpResponseRedirect(here)
        return get_response(request)

    return middleware


class AskedWhereNeeded(LoginRequiredMiddleware):
    """Django's asks who somebody is before any page, and with that the database.

    A page for everybody does without both.
    """

    def process_view(self, request, view, args, kwargs):
        if getattr(view, "login_required", True):
            return super().process_view(request, view, args, kwargs)
        return None
