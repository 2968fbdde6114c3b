"""The strings a test or a developer may pull: JSON, or forms of the front page."""

import json

from django import forms
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from sandbox import clock, faults
from sandbox.banks import BANKS
from sandbox.models import Fault, Mail, Rule, Sms, Transaction, World

FIRST_WORLD = World(pk=1)


class FaultForm(forms.Form):
    """An order of a fault; without a bank it meets whichever is asked first."""

    psp = forms.ChoiceField(choices=[(name, name) for name in BANKS], required=False)
    operation = forms.ChoiceField(choices=list(faults.OPERATIONS.items()))
    fault = forms.ChoiceField(choices=list(faults.NAMES.items()))
    phase = forms.ChoiceField(choices=[(name, name) for name in faults.PHASES])
    times = forms.IntegerField(min_value=1)
    seconds = forms.FloatField(min_value=0)
    code = forms.CharField(required=False, max_length=50)

    def clean(self):
        psp, operation = (self.cleaned_data.get(name) for name in ("psp", "operation"))
        if psp and operation and operation not in {*BANKS[psp].operations, "return"}:
            raise forms.ValidationError(f"{psp} has no operation {operation}.")


def wish(request, **defaults):
    """What was asked for, and the answer in the language of the asker."""
    given = everything(request)
    return defaults | {name: value for name, value in given.items() if value != ""}


def everything(request):
    if request.content_type == "application/json":
        return json.loads(request.body or "{}")
    return request.POST.dict()


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
    """Choose the answers of one bank, or of all that know such a rule."""
    asked = everything(request)
    psp = asked.pop("psp", "")
    banks = [BANKS[psp]] if psp in BANKS else list(BANKS.values())
    known = {name for bank in banks for name in bank.all_rules}
    if psp not in {"", *BANKS} or not set(asked) <= known:
        return JsonResponse({"done": False, "known": sorted(known)}, status=400)
    for bank in banks:
        for name in asked.keys() & bank.all_rules.keys():
            value = in_the_type_of(bank.all_rules[name], asked[name])
            Rule.objects.update_or_create(
                psp=bank.psp, name=name, defaults={"value": value}
            )
    return done(request)


def in_the_type_of(usual, value):
    """Forms and tests may write 0 for no and "2" for 2."""
    if isinstance(usual, bool):
        return str(value).lower() in {"1", "true", "on"}
    return type(usual)(value)


@require_POST
def reset(request):
    """Back to the first day."""
    with transaction.atomic():
        for model in (Transaction, Sms, Mail, Fault, Rule):
            model.objects.all().delete()
        FIRST_WORLD.save()
    return done(request)
