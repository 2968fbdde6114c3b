"""Signing up, the terms, and what becomes of people's data."""

from django.conf import settings
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
from accounts.retention import KEEP_CODES, KEEP_SIGN_UPS
from accounts.security import Kind
from accounts.views.codes import code_page
from payment_portal import institution

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


@login_not_required
def terms(request):
    ours = institution.current().institution
    context = {"version": ours.version_of_terms, "terms": ours.said("terms")}
    return render(request, "accounts/terms.html", context)


@login_not_required
def privacy(request):
    """What is kept of people, why and for how long."""
    context = {
        "messages_kept": settings.KEEP_MESSAGES.days,
        "calls_kept": settings.KEEP_CALL_BODIES.days,
        "events_kept": settings.KEEP_SECURITY_EVENTS.days,
        "codes_kept": KEEP_CODES.days,
        "sign_ups_kept": KEEP_SIGN_UPS.days,
    }
    return render(request, "accounts/privacy.html", context)
