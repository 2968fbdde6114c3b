"""The dependent lists of the payment form, for its script."""

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from catalog import options


@require_GET
def units(request):
    faculty = chosen(request, "faculty")
    return JsonResponse({"options": options.units(faculty) if faculty else []})


@require_GET
def subjects(request):
    unit = chosen(request, "unit")
    found = options.subjects(unit, timezone.now()) if unit else []
    return JsonResponse({"options": found})


def chosen(request, name):
    """The number in the query, or nothing where there is no sensible one."""
    value = request.GET.get(name, "")
    sensible = value.isascii() and value.isdigit() and len(value) <= 18
    return int(value) if sensible else None
