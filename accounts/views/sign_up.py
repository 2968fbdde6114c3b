"""Signing up."""

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import (
    codes,
    devices,
    puzzles,
    refusals,
    security,
    sessions,
    signing_up,
)
from accounts.forms import CodeForm, SignUpForm
from accounts.security import Kind
from accounts.views.codes import code_page

BACKEND = "accounts.backends.MobileOrEmailBackend"


@login_not_required
@sensitive_post_parameters("password")
def sign_up(request):
    if request.user.is_authenticated:
        return redirect("payments:dashboard")
    now = timezone.now()
    pending = signing_up.pending(request.session) if "change" in request.GET else None
    form = SignUpForm(request.POST or None, initial=pending)
    if form.is_valid():
        with refusals.told(form, request, now):
            signing_up.begin(
                request.session, form.cleaned_data, puzzles.asker(request, now), now
            )
            return redirect("accounts:confirm_mobile")
    return render(request, "accounts/sign_up.html", {"form": form})


@login_not_required
@sensitive_post_parameters("code")
def confirm_mobile(request):
    held = codes.held(request.session, signing_up.SIGN_UP)
    if held is None:
        return redirect("accounts:sign_up")
    now = timezone.now()
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals.told(form, request, now):
            try:
                user = signing_up.finish(
                    request.session, form.cleaned_data["code"], now
                )
            except signing_up.MobileTaken:
                messages.info(request, _("This number already has an account. Log in."))
                return redirect("accounts:login")
            auth.login(request, user, BACKEND)
            sessions.begin(request, user, now)
            security.record(Kind.SIGN_UP, now, security.source(request), about=user)
            return devices.remember(request, redirect("payments:dashboard"), user)
    return code_page(request, "accounts/confirm_mobile.html", form, held)
