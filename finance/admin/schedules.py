"""Reports by e-mail: begun and ended on the page of reports."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance import schedules
from finance.admin.asking import back, form_of, must, wrong
from finance.models import Schedule
from finance.reports import ORDER, SEE


class ScheduleForm(forms.ModelForm):
    class Meta:
        model = Schedule
        fields = ["every"]


def urls(site):
    """Addresses of these pages below the reports' own."""
    return [
        path("by-mail/", site.admin_view(begin), name="finance_by_mail"),
        path("by-mail/<int:pk>/end/", site.admin_view(end), name="finance_end_mail"),
        path("by-mail/<int:pk>/try/", site.admin_view(resume), name="finance_try_mail"),
    ]


@require_POST
def begin(request):
    form, how_often = form_of(request, ORDER), ScheduleForm(request.POST)
    if not form.is_valid():
        return wrong(request, form)
    if not how_often.is_valid():
        return back(request)
    if not request.user.email_confirmed_at:
        messages.error(request, _("Confirm an email address in your profile first."))
        return back(request)
    every, now = how_often.cleaned_data["every"], timezone.now()
    try:
        schedules.add(request.user, every, form.cleaned_data, now)
    except schedules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The report will come to your email."))
    return back(request)


@require_POST
def end(request, pk):
    must(request, SEE)
    get_object_or_404(Schedule.objects.of(request.user), pk=pk).delete()
    messages.success(request, _("The report will not come any more."))
    return back(request)


@require_POST
def resume(request, pk):
    must(request, ORDER)
    mine = get_object_or_404(Schedule.objects.of(request.user), pk=pk)
    schedules.resume(mine, timezone.now())
    messages.success(request, _("The report is tried again now."))
    return back(request)
