"""Who sends a request, as far as it can be known."""

from ipaddress import ip_address

from django.conf import settings


def told_by_proxies(request):
    """The address that our outermost proxy saw; None if no proxy of ours told it.

    Each trusted proxy appended one; what stands before these anybody can write.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        return hops[-settings.TRUSTED_PROXIES]
    return None


def parsed(address):
    """An address as a number; None if it is none. IPv4 inside IPv6 is IPv4."""
    try:
        number = ip_address(address.strip())
    except ValueError:
        return None
    return getattr(number, "ipv4_mapped", None) or number
