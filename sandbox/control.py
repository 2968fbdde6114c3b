"""The strings a test or a developer may pull: JSON, or forms of the front page."""

import json

from django import forms
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from sandbox import clock, faults
from sandbox.models import Fault, Mail, Sms, Transaction, World

FIRST_WORLD = World(pk=1)


class FaultForm(forms.Form):
    operation = forms.ChoiceField(choices=[(name, name) for name in faults.OPERATIONS])
    fault = forms.ChoiceField(
        choices=[(name, name) for name in (*faults.KINDS, "refuse")]
    )
    phase = forms.ChoiceField(choices=[(name, name) for name in faults.PHASES])
    times = forms.IntegerField(min_value=1)
    seconds = forms.FloatField(min_value=0)
    code = forms.CharField(required=False)


def wish(request, **defaults):
    """What was asked for, and the answer in the language of the asker."""
    if request.content_type == "application/json":
        asked = json.loads(request.body or "{}")
    else:
        asked = {name: value for name, value in request.POST.items() if value}
    return defaults | asked


def done(request, **facts):
    if request.content_type == "application/json":
        return JsonResponse({"done": True} | facts)
    return redirect("front")


@require_POST
def advance(request):
    asked = wish(request, advance_seconds=0)
    now = clock.advance(float(asked["advance_seconds"]))
    return done(request, now=now)


@require_POST
def order_fault(request):
    form = FaultForm(wish(request, phase="before", times=1, seconds=30))
    if not form.is_valid():
        return JsonResponse({"done": False, "errors": form.errors}, status=400)
    kind = form.cleaned_data.pop("fault")
    Fault.objects.create(kind=kind, **form.cleaned_data)
    return done(request)


@require_POST
def set_rules(request):
    asked = wish(request)
    if not set(asked) <= set(World.RULES):
        return JsonResponse({"done": False, "errors": World.RULES}, status=400)
    World.objects.filter(pk=1).update(**{name: int(asked[name]) for name in asked})
    return done(request)


@require_POST
def reset(request):
    """Back to the first day, but for the terminals."""
    with transaction.atomic():
        for model in (Transaction, Sms, Mail, Fault):
            model.objects.all().delete()
        FIRST_WORLD.save()
    return done(request)
