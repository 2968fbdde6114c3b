from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import refusals
from accounts.limits import address_of
from debts import identity
from debts.forms import IdentityForm


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
