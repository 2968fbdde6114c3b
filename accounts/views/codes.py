"""What the pages that wait for a code have in common."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import codes, puzzles, refusals
from accounts.limits import TooMany

PAGES = {
    codes.Purpose.SIGN_UP: "accounts:confirm_mobile",
    codes.Purpose.RESET: "accounts:password_reset_code",
    codes.Purpose.CHANGE_MOBILE: "accounts:confirm_new_mobile",
    codes.Purpose.SECOND_FACTOR: "accounts:second_factor_code",
}


def code_page(request, template, form, held):
    context = {
        "form": form,
        "mobile": held.mobile,
        "wait": held.wait(timezone.now()),
        "problem": refusals.NOT_SENT.get(held.problem),
    }
    return render(request, template, context)


@login_not_required
def resend_code(request):
    """Send the code of this session once more; a GET only shows the page again."""
    held = codes.held(request.session)
    if held is None:
        return redirect("accounts:login")
    now = timezone.now()
    if request.method == "POST":
        try:
            asker = puzzles.asker(request, now)
            codes.resend(request.session, held, asker, now)
        except TooMany as refusal:
            messages.warning(request, refusals.too_many(refusal, now))
            refusals.limit_reached(request, now)
        else:
            _tell_of_new_code(request)
    return redirect(reverse(PAGES[held.purpose], query=request.GET))


@login_not_required
def puzzle(request):
    """What a browser works out before it asks for a code; each call gives another."""
    return JsonResponse(puzzles.puzzle(timezone.now()))


def _tell_of_new_code(request):
    """Say that a press of the button did something; a problem has a text of its own."""
    held = codes.held(request.session)
    if held.purpose == codes.Purpose.RESET:
        text = _("If this number has an account, a new code is on its way.")
        messages.success(request, text)
    elif not held.problem:
        messages.success(request, _("A new code has been sent by SMS."))
