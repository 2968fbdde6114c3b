import logging
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from accounts import limits
from payment_portal import institution
from payments import checkout, gateways, notes, receipts
from payments.models import GatewayCall, Payment, PaymentEvent
from payments.states import Reason, State
from payments.views.answers import posted, see_other
from payments.views.links import address_kept
from payments.views.reached import payers_own

logger = logging.getLogger(__name__)

TEMPLATES = {
    State.STARTED: "payments/result_open.html",
    State.AT_BANK: "payments/result_open.html",
    State.CHECKING: "payments/result_checking.html",
    State.REVIEW: "payments/result_checking.html",
    State.UNPAID: "payments/result_unpaid.html",
    State.PAID: "payments/result_paid.html",
}
RECHECK_EVERY = timedelta(seconds=30)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def callback(request, callback_key):
    """Where the bank sends the browser back, without any cookie of ours."""
    try:
        return _received(callback_key, request)
    except (DatabaseError, InterfaceError):
        logger.exception("a return from the bank could not be stored")
        return _come_again(request.method, _fields(request))


def _received(callback_key, request):
    payment = get_object_or_404(
        Payment.objects.select_related("terminal"), callback_key=callback_key
    )
    fields = _fields(request)  # read only where somebody waits for them
    if any(len(values) > 1 for _name, values in fields.lists()):
        checkout.refuse(payment, notes.TWICE)
    else:
        checkout.receive(payment, fields.dict())
    return see_other(payment.get_absolute_url())


def _fields(request):
    return request.POST if request.method == "POST" else request.GET


def _come_again(method, fields):
    """Let the payer's browser keep what the bank said, until it can be stored."""
    form = {"method": method.lower(), "fields": fields.items()}
    context = institution.context(institution.kept()) | form
    page = render(None, "payments/return_again.html", context, status=503)
    page["Retry-After"] = "60"
    return page


@login_not_required
@require_safe
def result(request, public_id):
    payment = get_object_or_404(
        Payment.objects.select_related("terminal"), public_id=public_id
    )
    # What was paid by a link is nobody's, and nobody is who has not logged in.
    mine = payment.payer_id in {None, request.user.pk}
    if request.user.is_authenticated and not mine:
        raise Http404
    later = _later_attempt(payment)
    if later:
        return redirect(later)
    context = {
        "payment": payment,
        "mine": mine,
        "refresh_seconds": _refresh_seconds(payment, timezone.now()),
        "handover_url": reverse("payments:handover", args=[payment.public_id]),
    }
    if payment.state == State.AT_BANK:
        context["recheck_allowed"] = mine and checkout.may_be_asked(payment)
    if mine and payment.state == State.UNPAID:
        context["retry_url"] = _retry_url(request, payment)
        context["bank_says"] = _bank_says(payment)
    if mine and payment.state == State.PAID:
        context["verify_url"] = receipts.verify_url(payment)
        context["qr"] = receipts.qr(payment)
        context["surplus"] = _surplus(payment)
    return render(request, TEMPLATES[payment.state], context)


def _surplus(payment):
    """What of it was too much for its debt; staff have it on their list."""
    if not payment.debt_id:
        return 0
    event = payment.events.filter(note=notes.OVERPAID).first()
    return int(event.code) if event else 0


def _later_attempt(payment):
    """The payment that another terminal was asked for when this one's gave no token."""
    if payment.unpaid_reason != Reason.REFUSED:
        return None
    same = Payment.objects.filter(submission_key=payment.submission_key)
    return same.filter(attempt__gt=payment.attempt).order_by("attempt").last()


def _bank_says(payment):
    """What the bank's own code means, where its documents tell payers of it."""
    ended = payment.events.filter(to_state=State.UNPAID)
    last = ended.exclude(from_state=State.UNPAID).last()  # what came after is a note
    if last is None or last.cause == PaymentEvent.Cause.OFFICER:
        return ""  # an officer's code is the number of the decision
    operations = {State.STARTED: "start", State.AT_BANK: "inquire"}
    operation = operations.get(last.from_state, "verify")
    if last.cause == PaymentEvent.Cause.RETURN:
        operation = "return"
    number = last.code.removeprefix("code ")  # as an unclear answer is noted
    code = gateways.meaning(payment.terminal.psp, operation, number)
    if code is None:
        return ""
    # The page itself tells what other kinds of a no mean.
    text = code.told if operation == "start" else code.text
    return _(text) if text else ""


def _refresh_seconds(payment, now):
    """How soon the page asks again: quickly at first, not for ever."""
    if payment.state not in {State.STARTED, State.CHECKING} and not _is_asked(payment):
        return 0
    age = now - payment.created_at
    return 5 if age < timedelta(minutes=5) else 15 if age < timedelta(hours=1) else 0


def _is_asked(payment):
    """Whether the bank is being asked about an order, now, by the worker perhaps."""
    asked = payment.calls.filter(operation=GatewayCall.Operation.INQUIRE)
    return payment.state == State.AT_BANK and asked.filter(closed_at=None).exists()


def _retry_url(request, payment):
    if payment.payer_id is None:
        return address_kept(request, payment.debt_id)
    if payment.debt_id:
        return payment.debt.get_absolute_url()
    subject = payment.subject
    choices = {
        "faculty": subject.unit.faculty_id,
        "unit": subject.unit_id,
        "subject": subject.pk,
        "amount": payment.amount,
    }
    return f"{reverse('payments:dashboard')}?{urlencode(choices)}"


@posted("payments:result")
@payers_own
def recheck(request, payment):
    key = str(payment.pk)
    if limits.allow("recheck", key, 1, RECHECK_EVERY, timezone.now()):
        checkout.look_again(payment)
    else:
        messages.info(
            request, _("We have only just asked the bank. Wait half a minute.")
        )
    return see_other(payment.get_absolute_url())


@posted("payments:result")
@payers_own
def cancel(request, payment):
    checkout.cancel(payment)
    return see_other(payment.get_absolute_url())
