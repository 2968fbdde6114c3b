"""The language of a page: the account's choice, else the cookie's, else Persian.

What a browser says in its headers is not asked: many phones here are set to English
while their owners read Persian.
"""

from django.conf import settings
from django.utils import translation


def in_cookie(request):
    """The language that somebody has chosen in this browser, or nothing."""
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return code if is_known(code) else ""


def is_known(code):
    return code in dict(settings.LANGUAGES)


def remember(response, code):
    """Let the browser bring a language along from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


class LanguageMiddleware:
    """Stands first, so that every answer has a language, those of failures too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        kept = in_cookie(request)
        with translation.override(kept or settings.LANGUAGE_CODE):
            response = self.get_response(request)
        own = getattr(request, "own_language", "")
        if own and own != kept:
            remember(response, own)
        return response

    def process_view(self, request, view, args, kwargs):
        """Put the account's choice over the cookie's; the staff pages are Persian.

        Pages for everybody go by the cookie, which follows the account: they must do
        without the database.
        """
        if "admin" in request.resolver_match.namespaces:
            translation.activate(settings.LANGUAGE_CODE)
        elif getattr(view, "login_required", True) and (own := _own(request.user)):
            request.own_language = own
            translation.activate(own)


def _own(user):
    return user.language if user.is_authenticated else ""
