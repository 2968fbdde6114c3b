"""Where an officer gives out the pay link of a debt, and closes it."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.limits import TooMany
from debts import links
from debts.admin import pages
from debts.models import Debt, PayLink
from debts.reminders import mobiles_of, quiet_until
from payment_portal import persian


def urls(site):
    """Addresses of these pages below the debts' own."""
    views = [
        ("<int:pk>/links/", page, "debts_links"),
        ("<int:pk>/links/make/", make, "debts_make_link"),
        ("<int:pk>/links/send/", send, "debts_send_link"),
        ("<int:pk>/links/close/", close, "debts_close_link"),
    ]
    return [
        path(address, site.admin_view(view), name=name) for address, view, name in views
    ]


def _open(request, pk):
    """A debt that somebody may still pay, or None after having said why not."""
    debt = pages.found(request, Debt, pk)
    if debt.state == Debt.State.OPEN:
        return debt
    messages.warning(request, _("This debt is not open any more."))
    return None


@require_safe
def page(request, pk):
    return _page(request, pages.found(request, Debt, pk))


@require_POST
def make(request, pk):
    """The new link is on the answer to this alone: it is shown once."""
    debt = _open(request, pk)
    if debt is None:
        return redirect("admin:debts_links", pk)
    link = PayLink.make(debt, request.user, now=timezone.now())
    return _page(request, debt, address=f"{settings.BASE_URL}{link.get_absolute_url()}")


@require_POST
def send(request, pk):
    debt = _open(request, pk)
    if debt is not None:
        _send(request, debt)
    return redirect("admin:debts_links", pk)


def _send(request, debt):
    now = timezone.now()
    try:
        mobiles = links.send(debt, request.user, now=now)
    except TooMany:
        text = _("The link of this debt was sent often enough today.")
        messages.error(request, text)
        return
    if not mobiles:
        messages.error(request, _("Nobody's mobile is known for this debt."))
    elif quiet_until(now):
        messages.success(request, _("The SMS goes out in the morning."))
    else:
        messages.success(request, _("The SMS is on its way."))


@require_POST
def close(request, pk):
    PayLink.close(pages.found(request, Debt, pk), request.user, now=timezone.now())
    messages.success(request, _("The link opens nothing any more."))
    return redirect("admin:debts_links", pk)


def _page(request, debt, address=""):
    now = timezone.now()
    masked = [(persian.masked_mobile(mobile),) for mobile in sorted(mobiles_of(debt))]
    return pages.page(
        request,
        "admin/debts/links.html",
        _("Pay link"),
        debt=debt,
        address=address,
        is_open=debt.state == Debt.State.OPEN,
        live=debt.links.live(now).select_related("created_by"),
        mobiles=format_html_join("، ", '<bdi dir="ltr">{}</bdi>', masked),
    )
