"""The history page of a row: who did what and when, from what to what."""

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payment_portal import persian
from payment_portal.remembering import BEGUN

ON_A_PAGE = 100
KINDS = {
    "+": gettext_lazy("Made"),
    "~": gettext_lazy("Changed"),
    "-": gettext_lazy("Deleted"),
}


class Line(NamedTuple):
    """One thing that happened to a row; nobody is who runs commands."""

    at: datetime
    who: str
    what: str
    details: list


class Remembered:
    """For an admin whose history tells more than Django's log of its own pages."""

    def history_lines(self, row):
        """What happened to a row, and to what stands below it."""
        return [*lines_of(row), *lines_below(row)]

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        lines = self.history_lines(row)[::-1]  # what came at once: the last one first
        lines.sort(key=lambda line: line.at, reverse=True)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % row,
            "lines": Paginator(lines, ON_A_PAGE).get_page(request.GET.get("p")),
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": row,
            "opts": self.opts,
        }
        return render(request, "admin/history.html", context)


def lines_of(row):
    """What is remembered of a row itself."""
    kept = row.history.select_related("history_user").order_by("history_id")
    return [
        _line(now, _made(now) if now.history_type == "+" else _changed(before, now))
        for before, now in pairwise([None, *kept])
        if now.history_type != "-"
    ]


def lines_below(row):
    """What came to a row and went: of models that say so by ``told_at``."""
    lines = []
    for model in apps.get_models():
        told_at = getattr(model, "told_at", None)
        if told_at and model._meta.get_field(told_at).related_model is type(row):
            kept = model.history.filter(**{told_at: row.pk}).exclude(history_type="~")
            kept = kept.exclude(history_change_reason=BEGUN)
            for one in kept.select_related("history_user"):
                name = f"{model._meta.verbose_name}: {_named(one)}"
                lines.append(_line(one, [name]))
    return lines


def lines_logged(row):
    """What staff did to a row on pages that change it in their own ways."""
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    return [
        Line(
            one.action_time, one.user.full_name, KINDS["~"], [one.get_change_message()]
        )
        for one in entries.select_related("user")
    ]


def _line(record, details):
    what = KINDS[record.history_type]
    if record.history_change_reason == BEGUN:
        what = _("As it was when this history began")
    who = record.history_user
    by = who.full_name if who else _("the portal, by a command")
    return Line(record.history_date, by, what, details)


def _named(record):
    try:
        return str(record.instance)
    except ObjectDoesNotExist:
        return "-"  # what it was named by is gone, too


def _made(record):
    told = [(name, new) for name, _old, new in _differences(None, record)]
    return [f"{name}: {new}" for name, new in told]


def _changed(before, record):
    text = _("%(old)s became %(new)s")
    return [
        f"{name}: {text % {'old': old, 'new': new}}"
        for name, old, new in _differences(before, record)
    ]


def _differences(before, record):
    """The name of each column that differs, and how it reads before and now."""
    for field in record.tracked_fields:
        if field.primary_key:
            continue
        old = getattr(before, field.attname) if before else field.get_default()
        new = getattr(record, field.attname)
        if old != new:
            yield field.verbose_name, shown(field, old), shown(field, new)
    for field in record._history_m2m_fields:
        old, new = (_members(one, field) for one in (before, record))
        if old != new:
            yield field.verbose_name, old, new


def _members(record, field):
    """The names of those that a row was tied to."""
    if record is None:
        return _("none")
    column = field.m2m_reverse_field_name()
    keys = getattr(record, field.name).values_list(column, flat=True)
    known = field.related_model._base_manager.in_bulk(list(keys))
    names = sorted(str(known.get(key, _("deleted since"))) for key in keys)
    return "، ".join(names) or _("none")


def shown(field, value):
    """A value of a column as it is read."""
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if value in {None, ""}:
        return _("empty")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.ForeignKey):
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row or _("deleted since"))
    if isinstance(field, models.DateTimeField):
        return persian.jalali_numeric(value)
    if isinstance(field, models.IntegerField):
        return persian.rial(value)
    return f"«{value}»"
