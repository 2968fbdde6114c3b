"""A student's debt, and the way from it to the bank: nothing of it is typed."""

import logging
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import limits
from debts.models import Debt
from payments import checkout, numbers
from payments.debt_form import DebtForm, Tampered
from payments.models import Payment, Terminal
from payments.views.answers import posted, see_other
from payments.views.paying import (
    begun_lately,
    chosen_bank,
    closed,
    start,
    started_too_many,
    way_on,
)

logger = logging.getLogger(__name__)


def mine(request, public_id):
    found = Debt.objects.of(request.user).exclude(state__in=Debt.VOID)
    found = found.select_related("subject__unit__faculty")
    return get_object_or_404(found, public_id=public_id)


@require_safe
def debt(request, public_id):
    debt = mine(request, public_id)
    return _page(request, DebtForm.of(debt, numbers.new_key(), payer=request.user))


@posted("payments:debt")
def pay_debt(request, public_id):
    debt = mine(request, public_id)
    form = DebtForm(request.POST, debt=debt, payer=request.user)
    return to_the_bank(
        request, form, page=lambda: _page(request, form), back=debt.get_absolute_url()
    )


def to_the_bank(request, form, *, page, back):
    """Answer the form of a debt: on to the bank, or back to its page and address."""
    try:
        is_valid = form.is_valid()
    except Tampered as error:
        logger.warning(
            "user %s changed the form of debt %s", request.user.pk, form.debt.pk
        )
        raise SuspiciousOperation("a changed form") from error
    running = form.running()
    if running is not None:
        return see_other(way_on(running))  # the second click goes on with the first
    if form.is_outdated:
        return _again(request, back, _("The debt has changed. Check it again."))
    if not is_valid or not form.debt.subject.is_open(timezone.now()):
        return page()
    if form.debt.in_payment:
        checkout.make_way(form.debt)
    return _start(request, form.draft, back)


def _start(request, draft, back):
    now = timezone.now()
    try:
        draft = replace(draft, terminal_id=chosen_bank(request))
        payment = start(draft, begun_lately(draft, now), now)
    except checkout.DebtTaken:
        text = _("This debt is being paid right now, or it has changed.")
        return _again(request, back, text)
    except checkout.SubmissionReused:
        return _again(request, back, _("The form has changed. Check it again."))
    except limits.TooMany as refusal:
        return _again(request, back, started_too_many(refusal.until - now))
    except checkout.NoBank as error:
        return closed(request, error, back)
    return see_other(way_on(payment))


def _again(request, back, text):
    messages.warning(request, text)
    return redirect(back)


def offer(request, form):
    """What every page says on which a debt may be paid."""
    debt, running, now = form.debt, form.running(), timezone.now()
    may_pay = debt.state == Debt.State.OPEN and debt.subject.is_open(now)
    taken = bool(debt.in_payment) and running is None
    left = Payment.objects.left_at_bank(debt, now - settings.DEBT_HELD)
    is_left = taken and left.exists()
    banks = Terminal.objects.offered(debt.subject, debt.smallest)
    return {
        "debt": debt,
        "form": form,
        "running": running,
        "is_paid_by_another": taken and not is_left,
        "is_left": is_left,
        "may_pay": may_pay and (is_left or not debt.in_payment),
        "banks": banks if may_pay else [],
        "bank": chosen_bank(request),
    }


def _page(request, form):
    debt, now = form.debt, timezone.now()
    link = debt.links.live(now).first()
    context = offer(request, form) | {
        "action": reverse("payments:pay_debt", args=[debt.public_id]),
        "is_overdue": debt.is_overdue(timezone.localdate(now)),
        "link": link,
        "link_url": link and f"{settings.BASE_URL}{link.get_absolute_url()}",
        "paid": Payment.objects.paid().filter(debt=debt).latest_first(),
    }
    return render(request, "payments/debt.html", context)
