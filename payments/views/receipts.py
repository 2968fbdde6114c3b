from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from payment_portal.views import TOO_MANY_PAPERS, throttled
from payments import receipts
from payments.forms import VerifyForm
from payments.models import Payment
from payments.states import State
from payments.views.reached import payers_own

GUESSES = 20  # codes typed from one address
GUESSES_IN = timedelta(minutes=1)
RECEIPTS = 10  # made for one payer
RECEIPTS_IN = timedelta(minutes=1)


@require_safe
@payers_own
def receipt(request, payment):
    if payment.state != State.PAID:
        raise Http404
    payer = payment.payer_mobile
    if not limits.allow("receipt", payer, RECEIPTS, RECEIPTS_IN, timezone.now()):
        return throttled(request, RECEIPTS_IN, TOO_MANY_PAPERS)
    return receipts.as_file(payment)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_form(request):
    form = VerifyForm(request.POST or None)
    if form.is_valid():
        address = limits.address_of(request)
        now = timezone.now()
        if not limits.allow("receipt-code", address, GUESSES, GUESSES_IN, now):
            context = {"form": form, "throttled": True}
            return render(request, "payments/verify_form.html", context, status=429)
        code = form.cleaned_data["code"]
        payment = Payment.objects.paid().filter(verify_code=code).first()
        if payment:
            return redirect("payments:verify", payment.verify_key)
        form.add_error("code", _("No receipt has this code. Check each character."))
    return render(request, "payments/verify_form.html", {"form": form})


@login_not_required
@require_safe
def verify(request, verify_key):
    """What anybody who holds the paper may know, and no more."""
    payment = Payment.objects.paid().filter(verify_key=verify_key).first()
    status = 200 if payment else 404
    response = render(
        request, "payments/verify.html", {"payment": payment}, status=status
    )
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
