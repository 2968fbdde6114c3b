"""A student's debt, and the way from it to the bank: nothing of it is typed."""

import logging
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import limits, refusals
from debts.models import Debt
from payments import checkout, numbers
from payments.debt_form import DebtForm, Tampered
from payments.models import Payment, Terminal
from payments.states import UNFINISHED
from payments.views.answers import posted, see_other
from payments.views.paying import chosen_bank, closed, start, way_on

logger = logging.getLogger(__name__)


def _mine(request, public_id):
    mine = Debt.objects.of(request.user).exclude(state=Debt.State.CANCELLED)
    found = mine.select_related("subject__unit__faculty")
    return get_object_or_404(found, public_id=public_id)


@require_safe
def debt(request, public_id):
    return _page(request, _mine(request, public_id))


@posted("payments:debt")
def pay_debt(request, public_id):
    debt = _mine(request, public_id)
    form = DebtForm(request.POST, debt=debt, payer=request.user)
    try:
        is_valid = form.is_valid()
    except Tampered as error:
        logger.warning("user %s changed the form of debt %s", request.user.pk, debt.pk)
        raise SuspiciousOperation("a changed form") from error
    running = _running(request.user, debt)
    if running is not None:
        return see_other(way_on(running))  # the second click goes on with the first
    if form.is_outdated:
        return _again(request, debt, _("The debt has changed. Look at it once more."))
    if not is_valid:
        return _page(request, debt, form)
    draft = replace(form.draft, terminal_id=chosen_bank(request))
    return _to_the_bank(request, debt, draft)


def _to_the_bank(request, debt, draft):
    now = timezone.now()
    try:
        payment = start(draft, now)
    except checkout.DebtTaken:
        text = _("This debt is being paid just now, or it has changed.")
        return _again(request, debt, text)
    except checkout.SubmissionReused:
        return _again(request, debt, _("The form has changed. Check it once more."))
    except limits.TooMany as refusal:
        text = _("You have started many payments. Try again in %(time)s.")
        return _again(
            request, debt, text % {"time": refusals.span(refusal.until - now)}
        )
    except checkout.NoBank as error:
        return closed(request, error)
    return see_other(way_on(payment))


def _again(request, debt, text):
    messages.warning(request, text)
    return redirect(debt)


def _running(user, debt):
    """The payment of this debt that its payer has not finished."""
    running = Payment.objects.of(user).filter(debt=debt, state__in=UNFINISHED)
    return running.latest_first().first()


def _page(request, debt, form=None):
    now = timezone.now()
    running = _running(request.user, debt)
    may_pay = debt.state == Debt.State.OPEN and debt.subject.is_open(now)
    serving = Terminal.objects.serving(debt.subject)
    banks = [one for one in serving if one.is_open and one.takes(debt.smallest)]
    context = {
        "debt": debt,
        "form": form or DebtForm.of(debt, numbers.new_key(), payer=request.user),
        "is_overdue": debt.is_overdue(timezone.localdate(now)),
        "running": running,
        "is_paid_by_another": bool(debt.in_payment) and running is None,
        "may_pay": may_pay and not debt.in_payment,
        "banks": banks if may_pay else [],
        "bank": chosen_bank(request),
        "paid": Payment.objects.of(request.user).paid().filter(debt=debt),
    }
    return render(request, "payments/debt.html", context)
