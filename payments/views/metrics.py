from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone

from payment_portal.addresses import parsed, told_by_proxies
from payments import metrics as measured


@login_not_required
def metrics(request):
    """For the operator's own network; to everybody else there is no such page."""
    host = _host(request)
    if host is None or not any(host in network for network in settings.METRICS_ALLOWED):
        raise Http404
    accept = request.headers.get("Accept", "")
    text, content_type = measured.page(accept, timezone.now())
    return HttpResponse(text, content_type=content_type)


def _host(request):
    """Return who asks, or nothing where a proxy may hide a stranger.

    Stricter than the address that limits count by: there a doubtful request counts
    for the proxy, here it would be let in as the proxy.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if "HTTP_X_FORWARDED_FOR" in request.META:
        address = told_by_proxies(request) or ""
    return parsed(address)
