"""A superuser takes the second factor of somebody away whose telephone is lost."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor, security
from accounts.models import User
from payment_portal.fields import CleanCharField

NAME = "accounts_user_second_factor"


class ReasonForm(forms.Form):
    reason = CleanCharField(
        label=gettext_lazy("Reason"),
        max_length=150,
        help_text=gettext_lazy("How you know that it is he who asks; it is kept."),
        error_messages={"required": gettext_lazy("Write the reason")},
    )


def urls(admin):
    """The address beside those of a user, for the admin of users."""

    def view(request, pk):
        return _take_away(admin, request, pk)

    return [
        path("<int:pk>/second-factor/", admin.admin_site.admin_view(view), name=NAME)
    ]


def _take_away(admin, request, pk):
    user = get_object_or_404(User, pk=pk)
    # His own, he changes by a code; without one, he needs somebody else.
    if not request.user.is_superuser or user == request.user:
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason, origin = form.cleaned_data["reason"], security.source(request)
        if second_factor.reset(user, origin, reason, timezone.now()):
            text = _("The second factor was taken away.")
            admin.log_change(request, user, f"{text} {reason}")
            messages.success(request, text)
        return redirect("admin:accounts_user_change", pk)
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Take a lost second factor away"),
        "form": form,
        "person": user,
    }
    return render(request, "admin/accounts/lost_factor.html", context)
