"""What somebody may see and change of his own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import activate, get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import codes, emails, moving, passwords, puzzles, refusals, security
from accounts import profile as profiles
from accounts.forms import ChangeMobileForm, CodeForm, ProfileForm
from accounts.limits import TooMany
from accounts.security import Kind
from accounts.views import again
from accounts.views.codes import code_page


@again.with_second_factor
@sensitive_post_parameters("password_again")
def profile(request):
    user, now = request.user, timezone.now()
    known = {
        "full_name": user.full_name,
        "email": user.email,
        "language": get_language(),
    }
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid():
        moved = form.cleaned_data["email"] != (user.email or "")
        if moved and (question := again.asked(request, now)):
            return question
        origin = security.source(request)
        link_sent = profiles.save(user, form.cleaned_data, origin, now)
        activate(user.language or get_language())
        if link_sent:
            text = _(
                "Saved. Open the link we sent to your email address to confirm it."
            )
        else:
            text = _("Saved.")
        messages.success(request, text)
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


def send_email_link(request):
    """Mail the link once more; a GET only shows the profile again."""
    user = request.user
    if request.method == "POST" and user.email and not user.email_confirmed_at:
        now = timezone.now()
        try:
            emails.send_link(user, now)
        except TooMany as refusal:
            messages.warning(request, refusals.too_many(refusal, now))
        else:
            messages.success(
                request, _("The link is on its way to your email address.")
            )
    return redirect("accounts:profile")


@login_not_required
def confirm_email(request, token):
    """Ask first: programs that look into mail open links, but press no button."""
    user = emails.read(token)
    if user and request.method == "POST":
        now = timezone.now()
        try:
            emails.confirm(user, now)
        except emails.EmailTaken:
            return render(request, "accounts/email_taken.html", {"email": user.email})
        security.record(Kind.EMAIL_CONFIRMED, now, security.source(request), about=user)
        messages.success(request, _("Your email address is confirmed."))
        return redirect("accounts:profile")
    status = 200 if user else 404
    return render(
        request, "accounts/confirm_email.html", {"owner": user}, status=status
    )


@again.with_second_factor
@sensitive_post_parameters("password")
def change_mobile(request):
    user, now = request.user, timezone.now()
    form = ChangeMobileForm(request.POST or None, user=user)
    if form.is_valid():
        mobile, password = form.cleaned_data["mobile"], form.cleaned_data["password"]
        with refusals.told(form, request, now):
            if passwords.is_right(user, password, now):
                asker = puzzles.asker(request, now)
                moving.begin(request.session, user, mobile, asker, now)
                return redirect("accounts:confirm_new_mobile")
            form.add_error("password", refusals.WRONG_PASSWORD)
            origin = security.source(request)
            security.record(Kind.PASSWORD_WRONG, now, origin, about=user)
    return render(request, "accounts/change_mobile.html", {"form": form})


@again.with_second_factor
@sensitive_post_parameters("code")
def confirm_new_mobile(request):
    held = codes.held(request.session, moving.CHANGE)
    if held is None:
        return redirect("accounts:change_mobile")
    now = timezone.now()
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals.told(form, request, now):
            try:
                moving.finish(
                    request.session, request.user, form.cleaned_data["code"], now
                )
            except moving.MobileTaken:
                messages.warning(request, _("This number belongs to another account."))
                return redirect("accounts:change_mobile")
            origin = security.source(request)
            detail = security.masked(request.user.mobile)
            security.record(
                Kind.MOBILE_CHANGED, now, origin, about=request.user, detail=detail
            )
            messages.success(request, _("Your mobile number has been changed."))
            return redirect("accounts:profile")
    return code_page(request, "accounts/confirm_new_mobile.html", form, held)
