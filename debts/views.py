from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import limits, refusals
from accounts.limits import address_of
from debts import certificates, identity, proofs
from debts.forms import IdentityForm
from debts.models import Certificate, Identity
from payment_portal.fields import row_key
from payment_portal.views import TOO_MANY_PAPERS, throttled

PAPERS = 10  # made for one user
PAPERS_IN = timedelta(minutes=1)


def who(request):
    """Where a student says who he is."""
    form, now = IdentityForm(request.POST or None), timezone.now()
    if form.is_valid():
        with refusals.told(form, request, now):
            numbers, address = form.cleaned_data, address_of(request)
            if identity.prove(request.user, **numbers, address=address, now=now):
                messages.success(
                    request, _("From now on you will find your debts on this page.")
                )
                return redirect("payments:dashboard")
            form.add_error(None, _("There is no debt for these two numbers together."))
    return render(request, "debts/who.html", {"form": form})


def certificate(request):
    """Where a student who owes nothing gets a paper that says so."""
    now = timezone.now()
    # It is about all units, and what a mobile proves is not.
    by_numbers = Identity.objects.filter(proof=Identity.Proof.NUMBERS)
    mine = by_numbers.filter(user=request.user).order_by("pk")
    if request.method == "POST":
        chosen = get_object_or_404(mine, pk=row_key(request.POST.get("student")))
        return _paper(request, chosen, now)
    students = [{"student": one, "owed": certificates.owed(one)} for one in mine]
    return render(request, "debts/certificate.html", {"students": students})


def _paper(request, student, now):
    payer = str(request.user.pk)
    if not limits.allow("certificate", payer, PAPERS, PAPERS_IN, now):
        return throttled(request, PAPERS_IN, TOO_MANY_PAPERS)
    try:
        return certificates.as_file(certificates.issue(student, now=now))
    except certificates.Owing:
        messages.warning(request, _("There is an open debt. Pay it first."))
        return redirect("debts:certificate")


@login_not_required
@require_safe
def check(request, key):
    """What anybody who holds the paper may know: whether its word still stands."""
    found = Certificate.objects.filter(key=key).first()
    context = {"certificate": found}
    if found:
        context["is_over"] = found.is_over(timezone.now())
        context["has_debts"] = found.has_debts()
    status = 200 if found else 404
    page = render(request, "debts/certificate_check.html", context, status=status)
    page["Referrer-Policy"] = "no-referrer"
    page["X-Robots-Tag"] = "noindex"
    return page


@login_not_required
@require_safe
def check_by_machine(request, key):
    """The same for the registry's programs."""
    found = get_object_or_404(Certificate, key=key)
    content = certificates.proof(found, now=timezone.now())
    return HttpResponse(content, content_type="application/jwt")


@login_not_required
@require_safe
def public_keys(request):
    return JsonResponse(proofs.public_keys())
