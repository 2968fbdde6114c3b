"""What is asked of somebody before he changes how his account is entered or used.

A session that lies open on a desk knows its owner no more.
"""

from datetime import datetime, timedelta
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render
from django.urls import reverse

from accounts import passwords, refusals, second_factor, security
from accounts.forms import PasswordAgainForm
from accounts.security import Kind

FIELD = "password_again"
GIVEN = "password_given_until"
LIFE = timedelta(minutes=5)


def with_second_factor(view):
    """Of staff, a password alone changes nothing of the account.

    Reports follow it, and so does whoever sets his first app up.
    """

    @wraps(view)
    def wrapped(request):
        if request.user.is_staff and not second_factor.is_given(request):
            return redirect_to_login(request.path, reverse("accounts:second_factor"))
        return view(request)

    return wrapped


def asked(request, now):
    """The page that asks for the password; None if he has just given it.

    What else was typed goes along with the question and comes back with the answer.
    """
    until = request.session.get(GIVEN)
    if until and datetime.fromisoformat(until) > now:
        return None
    form = PasswordAgainForm(request.POST if FIELD in request.POST else None)
    if form.is_valid():
        with refusals.told(form, request, now):
            if passwords.is_right(request.user, form.cleaned_data[FIELD], now):
                request.session[GIVEN] = (now + LIFE).isoformat()
                return None
            form.add_error(FIELD, refusals.WRONG_PASSWORD)
            origin = security.source(request)
            security.record(Kind.PASSWORD_WRONG, now, origin, about=request.user)
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {FIELD, "csrfmiddlewaretoken"}
    ]
    context = {"form": form, "typed": typed}
    return render(request, "accounts/password_again.html", context)
