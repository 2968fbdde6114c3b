"""The second factor of staff: asked for, set up, changed."""

from functools import wraps

from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from accounts import authenticators, enrolling, refusals, second_factor
from accounts.forms import CodeForm, FactorForm
from accounts.views import again
from accounts.views.codes import code_page
from accounts.views.log_in import ours
from payment_portal import formats
from payment_portal.papers import qr


def of_staff(view):
    """Nobody else has a second factor, or these pages."""

    @wraps(view)
    @sensitive_post_parameters("code", "password_again")
    def wrapped(request):
        if not request.user.is_staff:
            raise Http404
        return view(request)

    return wrapped


def in_the_language_of_staff():
    """Of their pages, whose language is not that of these here, maybe."""
    return translation.override(site.LANGUAGE_CODE)


@of_staff
def ask(request):
    """The door of the staff pages: it stays open until the session ends."""
    if second_factor.of(request.user) is None:
        return _lead_to("accounts:second_factor_app", request)
    if second_factor.is_given(request):
        return redirect(_wanted(request))
    now, form = timezone.now(), FactorForm(request.POST or None)
    if form.is_valid():
        with refusals.told(form, request, now):
            if second_factor.give(request, form.cleaned_data["code"], now):
                with in_the_language_of_staff():
                    _tell_how_many_are_left(request)
            return redirect(_wanted(request))
    return render(request, "accounts/second_factor.html", {"form": form})


@of_staff
def set_up(request):
    """The key of a new app, until a code shows that the app has it."""
    now, is_first = timezone.now(), second_factor.of(request.user) is None
    if is_first and (question := again.asked(request, now)):
        return question
    if not second_factor.may_set_up(request, now):
        if is_first:
            return _lead_to("accounts:second_factor_mobile", request)
        return redirect("accounts:second_factor_settings")
    form = FactorForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        with refusals.told(form, request, now):
            second_factor.set_up(request, form.cleaned_data["code"], now)
            return _lead_to("accounts:backup_codes", request)
    key = second_factor.key_to_set_up(request.session)
    address = authenticators.address(key, request.user)
    context = {
        "form": form,
        "key": authenticators.in_groups(key),
        "address": address,
        "qr": qr(address),
        "is_first": is_first,
    }
    return render(request, "accounts/second_factor_app.html", context)


@of_staff
def prove_mobile(request):
    """Before his first app: a code by SMS, which a stolen password does not bring."""
    if second_factor.of(request.user):
        return redirect("accounts:second_factor_settings")
    form, now = Form(request.POST or None), timezone.now()
    if form.is_valid():
        with refusals.told(form, request, now):
            enrolling.begin(request, now)
            return _lead_to("accounts:second_factor_code", request)
    context = {"form": form, "mobile": request.user.mobile}
    return render(request, "accounts/second_factor_mobile.html", context)


@of_staff
def mobile_code(request):
    held = enrolling.held(request)
    if held is None:
        return _lead_to("accounts:second_factor_app", request)
    form, now = CodeForm(request.POST or None), timezone.now()
    if form.is_valid():
        with refusals.told(form, request, now):
            enrolling.prove(request, form.cleaned_data["code"], now)
            return _lead_to("accounts:second_factor_app", request)
    return code_page(request, "accounts/second_factor_code.html", form, held)


@of_staff
def settings(request):
    """What he has, and what a code of it lets him change."""
    known = second_factor.of(request.user)
    if known is None or not second_factor.is_given(request):
        return redirect_to_login(request.path, reverse("accounts:second_factor"))
    now, form = timezone.now(), FactorForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        with refusals.told(form, request, now):
            if "renew" in request.POST:
                second_factor.renew_codes(request, code, now)
                return redirect("accounts:backup_codes")
            second_factor.begin_replacing(request, code, now)
            return redirect("accounts:second_factor_app")
    left = second_factor.codes_left(known)
    context = {"form": form, "known": known, "left": left}
    return render(request, "accounts/second_factor_settings.html", context)


@of_staff
def codes(request):
    """The backup codes, until their owner says that he has written them down."""
    kept = second_factor.codes_to_keep(request.session)
    if request.method == "POST":
        second_factor.forget_codes(request.session)
        with in_the_language_of_staff():
            messages.success(request, _("Your second factor is ready."))
        return redirect(_wanted(request))
    if not kept:
        return redirect("accounts:second_factor_settings")
    context = {"codes": [authenticators.in_groups(code) for code in kept]}
    return render(request, "accounts/backup_codes.html", context)


@of_staff
def codes_file(request):
    kept = second_factor.codes_to_keep(request.session)
    if not kept:
        return redirect("accounts:second_factor_settings")
    lines = [site.BASE_URL, *map(authenticators.in_groups, kept)]
    return HttpResponse(
        "\r\n".join([*lines, ""]),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="backup-codes.txt"'},
    )


def _tell_how_many_are_left(request):
    left = second_factor.codes_left(second_factor.of(request.user))
    text = ngettext(
        "You have %(left)s backup code left. Get new ones in time.",
        "You have %(left)s backup codes left. Get new ones in time.",
        left,
    )
    messages.warning(request, text % {"left": formats.digits(left)})


def _wanted(request):
    return ours(request, request.GET.get("next") or reverse("admin:index"))


def _lead_to(name, request):
    return redirect_to_login(_wanted(request), reverse(name))
