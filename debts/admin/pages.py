"""What the pages of those who may import debts have in common."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render

from catalog.reach import within
from debts.storing import RIGHT


def must(request):
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


def found(request, model, pk):
    """The row with this number, if it is of a unit where the officer has the right."""
    must(request)
    rows = within(model.objects.all(), request.user, RIGHT)
    row = get_object_or_404(rows, pk=pk)
    if request.method == "GET":
        admin.site.get_model_admin(model).note(request, row)
    return row


def page(request, template_name, title, **context):
    """A page of ours in the look of the admin."""
    common = admin.site.each_context(request)
    return render(request, template_name, {**common, "title": title, **context})
