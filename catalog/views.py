"""The dependent lists of the payment form, for its script."""

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from catalog import options
from payment_portal.fields import row_key


@require_GET
def units(request):
    faculty = row_key(request.GET.get("faculty"))
    return JsonResponse({"options": options.units(faculty) if faculty else []})


@require_GET
def subjects(request):
    unit = row_key(request.GET.get("unit"))
    found = options.subjects(unit, timezone.now()) if unit else []
    return JsonResponse({"options": found})
