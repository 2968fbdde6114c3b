"""Who asks for what, on every page about reports."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import security
from finance.forms import FilterForm
from finance.reports import Scope

PAGE = "admin:finance_report_changelist"


def must(request, rights):
    if not request.user.has_perms(rights):
        raise PermissionDenied


def form_of(request, rights):
    """What is asked for, where all of these rights hold."""
    must(request, rights)
    scope, today = Scope.of(request.user, rights), timezone.localdate()
    return FilterForm(request.GET.dict(), scope=scope, today=today)


def wrong(request, form):
    """Back, with what is wrong: mostly a place to which the rights do not reach."""
    for name, errors in form.errors.items():
        messages.error(request, f"{form[name].label}: {errors[0]}")
    return back(request)


def back(request):
    """To the page that shows what was asked for."""
    return redirect(f"{reverse(PAGE)}?{request.GET.urlencode()}")


def write_down(request, detail):
    origin, now = security.source(request), timezone.now()
    security.record(security.Kind.EXPORTED, now, origin, detail=detail)
