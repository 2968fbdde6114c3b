"""Where somebody is logged in."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import security, sessions
from accounts.security import Kind
from accounts.views import again


def listed(request):
    current = request.session.session_key
    rows = [
        {
            "handle": session.handle,
            "browser": sessions.in_words(session.browser),
            "seen_at": session.seen_at,
            "is_this": session.pk == current,
        }
        for session in sessions.of(request.user, timezone.now())
    ]
    rows.sort(key=lambda row: not row["is_this"])
    return render(request, "accounts/sessions.html", {"sessions": rows})


@sensitive_post_parameters("password_again")
def end(request):
    """End one session or all others; a GET only shows them."""
    if request.method == "POST":
        now, user = timezone.now(), request.user
        if question := again.asked(request, now):
            return question
        if handle := request.POST.get("session", ""):
            ended = sessions.end(user, now, handle=handle)
        else:
            ended = sessions.end(user, now, all_but=request.session.session_key)
        origin, detail = security.source(request), str(ended)
        security.record(Kind.SESSIONS_ENDED, now, origin, about=user, detail=detail)
        messages.success(request, _("Logged out there."))
    return redirect("accounts:sessions")
