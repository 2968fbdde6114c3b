"""In and out."""

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import devices, entrance, languages, security
from accounts.forms import LogInForm
from accounts.limits import TooMany
from accounts.security import Kind
from payment_portal.views import throttled


@login_not_required
@sensitive_post_parameters("password")
def login(request):
    if request.user.is_authenticated:
        return redirect(target(request))
    now = timezone.now()
    form = LogInForm(request.POST or None)
    if form.is_valid():
        try:
            user = entrance.admit(request, **form.cleaned_data, now=now)
        except TooMany as refusal:
            entrance.turned_away(request, now, locked=True)
            return throttled(request, refusal.until - now)
        if user:
            auth.login(request, user)
            entrance.welcome(request, user, now)
            languages.adopt(request, user)
            return devices.remember(request, redirect(target(request)), user)
        entrance.turned_away(request, now)
        form.add_error(
            None,
            _(
                "The mobile number, email or password is wrong. Check them and try "
                "again."
            ),
        )
    # Who only opened the portal knows that he has to log in.
    is_on_the_way = request.GET.get("next", "/") != "/"
    context = {"form": form, "is_on_the_way": is_on_the_way}
    return render(request, "accounts/login.html", context)


def target(request):
    """Where somebody wanted to go before he was asked who he is."""
    return ours(request, request.GET.get("next", ""))


def ours(request, wanted):
    """An address of the portal; another one leads to the dashboard."""
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("payments:dashboard")


@login_not_required
@require_POST
def logout(request):
    user = request.user
    if user.is_authenticated:
        origin = security.source(request)
        security.record(Kind.LOG_OUT, timezone.now(), origin, about=user)
    auth.logout(request)
    messages.info(request, _("You have logged out."))
    return redirect("accounts:login")


def locked_out(request, response, credentials):
    """For django-axes: the answer to one guess too many at one account."""
    now = timezone.now()
    return throttled(request, entrance.locked_until(request, credentials, now) - now)
