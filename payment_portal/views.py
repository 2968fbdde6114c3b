"""Answers that belong to no app: problems, the university's looks, a sign of life."""

import logging
import sys

from django.contrib.auth.decorators import login_not_required
from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
)
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from payment_portal import colours, formats, institution

logger = logging.getLogger(__name__)

INCIDENT_SIGNS = "23456789"  # read out on the telephone
TOO_MANY_PAPERS = _(
    "Only a few papers a minute are made for one person, so that others need not wait."
)
# A database that is read-only, as after a failover, speaks of an internal error.
AWAY = OperationalError, InterfaceError, InternalError


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    # Without the form of the languages: its token would be a new cookie, and spoil the
    # forms that are open in other windows.
    return render(request, "403_csrf.html", {"languages": []}, status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def throttled(request, wait=None, why=""):
    """Tell somebody to come back, after `wait` if it is known.

    Without another reason, he tried too often to get into an account.
    """
    context = {"why": why, "time": formats.span(wait) if wait else ""}
    response = render(request, "429.html", context, status=429)
    if wait:
        response["Retry-After"] = int(wait.total_seconds())
    return response


def server_error(request):
    """Use neither the database nor the request: either may be what is broken.

    A database that is away is no defect of the page: 503 tells monitors so. The line
    before the error's own in the log bears the number that the page tells.
    """
    error = sys.exc_info()[1]
    away = isinstance(error, AWAY)
    incident = get_random_string(8, INCIDENT_SIGNS)
    logger.error("incident %s: %s", incident, type(error).__name__)
    context = institution.context(institution.kept()) | {"incident": incident}
    response = render(None, "500.html", context, status=503 if away else 500)
    if away:
        response["Retry-After"] = "30"
    return response


@login_not_required
@require_safe
def logo(request, version):
    content, is_this_version = institution.looks("logo", version)
    return _look(content, "image/png", is_this_version)


@login_not_required
@require_safe
def colour_sheet(request, version):
    brand, is_this_version = institution.looks("brand", version)
    return _look(brand and colours.style(brand), "text/css", is_this_version)


def _look(content, content_type, is_this_version):
    """Part of how pages look: it may be kept for ever under the version that it is.

    For a minute, pages may ask for one that has just been replaced.
    """
    if not content:
        raise Http404
    life = "31536000, immutable" if is_this_version else "60"
    headers = {"Cache-Control": f"public, max-age={life}"}
    return HttpResponse(content, content_type, headers=headers)


@login_not_required
def health(request):
    """Say whether the portal can answer payers: for load balancers and monitors."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return HttpResponse("no database\n", "text/plain", status=503)
    return HttpResponse("ok\n", "text/plain")
