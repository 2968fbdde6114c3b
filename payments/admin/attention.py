"""The attention list, and what two officers decide about a payment under review."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.watching import note_list
from catalog.reach import within
from payment_portal import persian
from payments import attention, checkout
from payments.admin.deciding import DecisionForm
from payments.models import Acknowledgement, Decision, Payment, PaymentEvent
from payments.states import State

DECIDE, ACKNOWLEDGE = "payments.add_decision", "payments.add_acknowledgement"


def urls(site):
    """Addresses of these pages below the payments' own."""
    return [
        path("attention/", site.admin_view(attention_list), name="attention"),
        path("<int:pk>/decide/", site.admin_view(decide), name="decide"),
        path("decisions/<int:pk>/confirm/", site.admin_view(confirm), name="confirm"),
        path(
            "decisions/<int:pk>/withdraw/", site.admin_view(withdraw), name="withdraw"
        ),
        path("alarms/<int:pk>/seen/", site.admin_view(seen), name="alarm_seen"),
    ]


@require_safe
def attention_list(request):
    _must(request, attention.RIGHT)
    note_list(request, "attention")
    now = timezone.now()
    items = attention.items(now, request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Attention list"),
        "items": items,
        "hidden": max(0, attention.count(now, request.user) - len(items)),
        "may_decide": request.user.has_perm(DECIDE),
        "may_acknowledge": request.user.has_perm(ACKNOWLEDGE),
    }
    return render(request, "admin/payments/attention.html", context)


def decide(request, pk):
    _must(request, DECIDE)
    payments = within(Payment.objects.all(), request.user, DECIDE)
    payment = get_object_or_404(payments, pk=pk, state=State.REVIEW)
    if request.method == "GET":
        admin.site.get_model_admin(Payment).note(request, payment)
    form = DecisionForm(request.POST or None, payment=payment, among=payments)
    if form.is_valid() and _recorded(request, payment, form):
        messages.success(request, _("Recorded. A second officer has to confirm it."))
        return redirect("admin:attention")
    context = {
        **admin.site.each_context(request),
        "title": _("What does the bank say?"),
        "payment": payment,
        "form": form,
    }
    return render(request, "admin/payments/decide.html", context)


def _recorded(request, payment, form):
    decision = form.save(commit=False)
    decision.payment, decision.recorded_by = payment, request.user
    decision.recorded_at = timezone.now()
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        form.add_error(None, _("A decision on this payment waits already."))
        return False
    return True


@require_POST
def confirm(request, pk):
    return _close(request, pk, checkout.confirm, _("The payment is decided."))


@require_POST
def withdraw(request, pk):
    return _close(request, pk, checkout.withdraw, _("The decision is withdrawn."))


def _close(request, pk, close, done):
    _must(request, DECIDE)
    decisions = within(Decision.objects.all(), request.user, DECIDE)
    decision = get_object_or_404(decisions, pk=pk)
    try:
        close(decision, request.user)
    except checkout.CannotDecide as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("admin:attention")


@require_POST
def seen(request, pk):
    _must(request, ACKNOWLEDGE)
    events = within(PaymentEvent.objects.all(), request.user, ACKNOWLEDGE)
    event = get_object_or_404(events, pk=pk, is_alarm=True)
    note = persian.clean(request.POST.get("note", ""))[:500]
    if not note:
        messages.error(request, _("Say what the alarm was before you close it."))
    else:
        _close_alike(event, {"officer": request.user, "note": note})
        messages.success(request, _("The alarm is closed."))
    return redirect("admin:attention")


def _close_alike(event, seen_to):
    """Close this alarm and what the same payment said before it in the same words."""
    alike = attention.open_alarms().filter(
        payment=event.payment_id, note=event.note, pk__lte=event.pk
    )
    at = timezone.now()
    Acknowledgement.objects.bulk_create(
        [Acknowledgement(event=one, at=at, **seen_to) for one in alike],
        ignore_conflicts=True,  # a colleague was quicker
    )


def _must(request, right):
    if not request.user.has_perm(right):
        raise PermissionDenied
