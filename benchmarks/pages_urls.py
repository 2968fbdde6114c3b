"""The portal's addresses, and two views that print a constant."""

from types import FunctionType

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path

from payment_portal.urls import *  # noqa: F403  the handlers of errors
from payment_portal.urls import urlpatterns as ours
from payments.views import paying


@login_not_required
def constant(request):
    return HttpResponse("constant")


def evaluated(request, template, context):
    """Have the session, the user and every query of a page, and print none of it."""
    str(request.user)
    for value in context.values():
        if isinstance(value, QuerySet):
            len(value)
    return HttpResponse("constant")


def silently(view):
    """The same view in a module whose ``render`` prints nothing."""
    around = vars(paying) | {"render": evaluated}
    around["_dashboard"] = FunctionType(paying._dashboard.__code__, around)
    return FunctionType(view.__wrapped__.__code__, around)


urlpatterns = [
    path("constant/", constant),
    path("silent/", silently(paying.dashboard)),
    *ours,
]
