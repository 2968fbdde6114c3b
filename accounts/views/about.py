"""What everybody may read: the terms, what is kept of people, and for whom it works."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render

from accounts.retention import KEEP_CODES, KEEP_SIGN_UPS
from payment_portal import institution

# When somebody last looked at every page, as docs/quality.md tells.
LOOKED_AT = date(2026, 11, 23)


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
        "idle_minutes": settings.SESSION_IDLE // timedelta(minutes=1),
        "hours_in_all": settings.USER_SESSION_AGE // timedelta(hours=1),
        "events_kept": settings.KEEP_SECURITY_EVENTS.days,
        "codes_kept": KEEP_CODES.days,
        "sign_ups_kept": KEEP_SIGN_UPS.days,
    }
    return render(request, "accounts/privacy.html", context)


@login_not_required
def accessibility(request):
    """What helps whom, how that is known, and what is still in the way."""
    context = {
        "looked_at": LOOKED_AT,
        "idle_minutes": settings.SESSION_IDLE // timedelta(minutes=1),
    }
    return render(request, "accounts/accessibility.html", context)
