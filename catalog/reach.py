"""How far the rights of staff reach: the one rule that every page of theirs follows.

A right that comes from a group with the right to work for all units (``all_units``)
holds everywhere; any other holds in the units of one's duties, and without a duty
nowhere. So an auditor who keeps the debts of one unit reads everything and changes
that unit alone.
"""

from operator import attrgetter
from typing import NamedTuple

from django.contrib.auth.models import Group, Permission

from catalog.models import Faculty, Unit

# How a row may be tied to its unit; the first one that it has counts.
WAYS = ["unit", "subject__unit", "debt__unit", "payment__subject__unit"]
ALL_UNITS = {"codename": "all_units", "content_type__app_label": "catalog"}


class Reach(NamedTuple):
    """Where somebody may use a right."""

    is_whole: bool = False
    faculties: frozenset = frozenset()
    units: frozenset = frozenset()

    def __bool__(self):
        return self.is_whole or bool(self.units | self.faculties)

    def holds(self, row):
        """Whether a row lies within; a new unit lies where its faculty does."""
        if self.is_whole:
            return True
        if isinstance(row, Faculty):
            return row.pk in self.faculties
        if isinstance(row, Unit) and row.faculty_id in self.faculties:
            return True
        return _unit_of(row) in self.units


NOWHERE, EVERYWHERE = Reach(), Reach(is_whole=True)


def reach(user, right, *more):
    """Where a user may do what a right, as "payments.view_payment", allows.

    What needs more rights is done where all of them hold.
    """
    rights = {right, *more}
    if not user.has_perms(rights):
        return NOWHERE
    if user.is_superuser:
        return EVERYWHERE
    if user.has_perm("catalog.all_units") and rights <= _once(user, _central_rights):
        return EVERYWHERE
    return _once(user, _of_duties)


def within(rows, user, *rights):
    """Those of some rows in whose units a user has all of some rights."""
    found = reach(user, *rights)
    if found.is_whole:
        return rows
    if rows.model is Faculty:
        return rows.filter(pk__in=found.faculties)
    if hasattr(rows, "in_units"):  # rows that are tied to units in a way of their own
        return rows.in_units(found.units)
    return rows.filter(**{f"{_way(rows.model)}__in": found.units})


def _way(model):
    """The way from a row to its unit."""
    if model is Unit:
        return "pk"
    names = {field.name for field in model._meta.get_fields()}
    return next(way for way in WAYS if way.partition("__")[0] in names)


def _unit_of(row):
    """The number of a row's unit."""
    way = f"{_way(type(row))}_id".replace("pk_id", "pk")
    return attrgetter(way.replace("__", "."))(row)


def _once(user, ask):
    """Ask the database once in the life of a user's object: a request."""
    kept = user.__dict__.setdefault("_reach", {})
    if ask not in kept:
        kept[ask] = ask(user)
    return kept[ask]


def _central_rights(user):
    central = Group.objects.filter(
        **{f"permissions__{name}": value for name, value in ALL_UNITS.items()}
    )
    rights = Permission.objects.filter(group__in=central.filter(user=user))
    names = rights.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in names.distinct()}


def _of_duties(user):
    rows = list(user.duties.values_list("faculty", "unit", "faculty__units"))
    faculties = {faculty for faculty, _unit, _below in rows} - {None}
    units = {unit or below for _faculty, unit, below in rows} - {None}
    return Reach(False, frozenset(faculties), frozenset(units))
