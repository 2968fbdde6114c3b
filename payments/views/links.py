"""A debt paid by somebody who has no account, through a link that was given to him."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from debts.models import Debt, PayLink
from payments import numbers
from payments.debt_form import GuestForm
from payments.views.answers import posted
from payments.views.debts import mine, offer, to_the_bank

# Where a browser keeps the debt and the link by which it came, for a second try.
KEPT = "pay_link"


@posted("payments:debt")
def make_link(request, public_id):
    debt = mine(request, public_id)
    if debt.state == Debt.State.OPEN:
        PayLink.make(debt, request.user, now=timezone.now())
    return redirect(f"{debt.get_absolute_url()}#link")


@posted("payments:debt")
def revoke_link(request, public_id):
    debt = mine(request, public_id)
    PayLink.close(debt, request.user, now=timezone.now())
    return redirect(f"{debt.get_absolute_url()}#link")


def by_link(view):
    """Give a view the debt that the link in its address opens; nobody logs in."""

    @login_not_required
    @wraps(view)
    def opened(request, token):
        named = PayLink.objects.named(token)
        live = named.live(timezone.now()).select_related("debt__subject__unit__faculty")
        link = live.first()
        if link is not None:
            answer = view(request, link.debt, token)
        elif named.exists():
            answer = render(request, "payments/link_gone.html", status=410)
        else:
            raise Http404
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return opened


@require_safe
@by_link
def link(request, debt, token):
    return _page(request, token, GuestForm.of(debt, numbers.new_key()))


@posted("payments:link")
@by_link
def pay_link(request, debt, token):
    address = reverse("payments:link", args=[token])
    request.session[KEPT] = [debt.pk, address]
    form = GuestForm(request.POST, debt=debt)
    return to_the_bank(
        request, form, page=lambda: _page(request, token, form), back=address
    )


def _page(request, token, form):
    action = reverse("payments:pay_link", args=[token])
    context = offer(request, form) | {"action": action}
    return render(request, "payments/link.html", context)


def address_kept(request, debt_id):
    """The link by which this browser came to pay a debt."""
    debt, address = request.session.get(KEPT, (None, ""))
    return address if debt == debt_id else ""
