"""Forgotten and changed passwords."""

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import codes, devices, passwords, refusals, security
from accounts.forms import (
    CodeForm,
    ForgottenForm,
    NewPasswordForm,
    PasswordChangeForm,
)
from accounts.security import Kind
from accounts.views import again
from accounts.views.codes import code_page


@login_not_required
def password_forgotten(request):
    now = timezone.now()
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        with refusals.told(form, request, now):
            passwords.begin_reset(request, form.cleaned_data["mobile"], now)
            return redirect("accounts:password_reset_code")
    return render(request, "accounts/password_forgotten.html", {"form": form})


@login_not_required
@sensitive_post_parameters("code")
def password_reset_code(request):
    held = codes.held(request.session, passwords.RESET)
    if held is None:
        return redirect("accounts:password_forgotten")
    now = timezone.now()
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals.told(form, request, now):
            passwords.prove(request.session, form.cleaned_data["code"], now)
            return redirect("accounts:password_reset")
    return code_page(request, "accounts/password_reset_code.html", form, held)


@login_not_required
@sensitive_post_parameters("password")
def password_reset(request):
    now = timezone.now()
    user = passwords.proved(request.session, now)
    if user is None:
        return redirect("accounts:password_forgotten")
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        passwords.set_password(user, form.cleaned_data["password"], now)
        auth.logout(request)
        security.record(Kind.PASSWORD_RESET, now, security.source(request), about=user)
        messages.success(request, _("Your new password is set. Log in with it."))
        return devices.remember(request, redirect("accounts:login"), user)
    return render(request, "accounts/password_reset.html", {"form": form})


@again.with_second_factor
@sensitive_post_parameters("current", "password")
def password_change(request):
    now = timezone.now()
    user, origin = request.user, security.source(request)
    form = PasswordChangeForm(request.POST or None, user=user)
    form.full_clean()
    if "current" in getattr(form, "cleaned_data", {}):  # whatever else is wrong
        with refusals.told(form, request, now):
            if not passwords.is_right(user, form.cleaned_data["current"], now):
                form.add_error("current", refusals.WRONG_PASSWORD)
                security.record(Kind.PASSWORD_WRONG, now, origin, about=user)
    if form.is_valid():
        passwords.set_password(user, form.cleaned_data["password"], now)
        auth.update_session_auth_hash(request, user)
        security.record(Kind.PASSWORD_CHANGED, now, origin, about=user)
        text = _(
            "Your password has been changed, and your other devices have been "
            "logged out."
        )
        messages.success(request, text)
        return redirect("accounts:profile")
    return render(request, "accounts/password_change.html", {"form": form})
