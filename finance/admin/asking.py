"""Who asks for what, on every page about reports."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import security
from finance.forms import FilterForm
from finance.reports import RIGHT, Scope

PAGE = "admin:finance_report_changelist"


def must(request, *rights):
    if not request.user.has_perms([RIGHT, *rights]):
        raise PermissionDenied


def form_of(request):
    today = timezone.localdate()
    return FilterForm(request.GET.dict(), scope=Scope.of(request.user), today=today)


def back(request):
    """To the page that shows what was asked for."""
    return redirect(f"{reverse(PAGE)}?{request.GET.urlencode()}")


def write_down(request, detail):
    origin, now = security.source(request), timezone.now()
    security.record(security.Kind.EXPORTED, now, origin, detail=detail)
