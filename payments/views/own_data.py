from datetime import timedelta

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import limits, refusals, security
from payment_portal.views import throttled
from payments import own_data as data
from payments.views.answers import posted

DOWNLOADS, DOWNLOADS_IN = 5, timedelta(days=1)


@posted("accounts:profile")
def own_data(request):
    """A file of what the portal keeps about whoever asks for it."""
    user, now = request.user, timezone.now()
    rule = limits.Rule("own-data", str(user.pk), DOWNLOADS, DOWNLOADS_IN)
    if not rule.count(now):
        refusals.limit_reached(request, now)
        why = _("Your data can be downloaded five times a day.")
        return throttled(request, rule.opens_at(now) - now, why)
    security.record(security.Kind.DOWNLOADED, now, security.source(request), about=user)
    return JsonResponse(
        data.of(user, now),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )
