"""Where money goes to: faculties and centres, and their units."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.entries import Entry, EntryQuerySet


class UnitQuerySet(EntryQuerySet):
    searched = ["search_key", "faculty__search_key"]

    def of(self, faculty):
        return self.filter(faculty=faculty)


class Faculty(Entry):
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("faculty or centre")
        verbose_name_plural = _("faculties and centres")
        constraints = [
            models.CheckConstraint(
                condition=~Q(search_key=""), name="faculty_has_a_title"
            ),
            models.UniqueConstraint(
                fields=["search_key"], name="faculty_title_used_once"
            ),
        ]

    def siblings(self):
        return Faculty.objects.all()


class Unit(Entry):
    told_at = "faculty"  # on whose history page it comes and goes

    faculty = models.ForeignKey(
        Faculty, models.PROTECT, related_name="units", verbose_name=_("faculty")
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                condition=~Q(search_key=""), name="unit_has_a_title"
            ),
            models.UniqueConstraint(
                fields=["faculty", "search_key"],
                name="unit_title_used_once_in_its_faculty",
            ),
        ]

    def __str__(self):
        # Every faculty may have its «امور آموزشی».
        return f"{self.title} ({self.faculty.title})"

    def siblings(self):
        return Unit.objects.of(self.faculty_id)
