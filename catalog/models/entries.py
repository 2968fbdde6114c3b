"""What the three levels of the catalogue have in common."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from payment_portal import persian
from payment_portal.remembering import Records


class SearchKeyField(models.CharField):
    """What all spellings of the row's title have in common, kept up by itself."""

    def __init__(self, **options):
        super().__init__(**{"max_length": 250, "editable": False} | options)

    def pre_save(self, model_instance, add):
        key = persian.search_key(model_instance.title)
        setattr(model_instance, self.attname, key)
        return key


class EntryQuerySet(models.QuerySet):
    searched = ["search_key"]

    def in_order(self):
        return self.order_by("position", "id")

    def are_used(self):
        """Whether payments or debts point at one of them, or at what is below."""
        return any(
            rows.are_used() if issubclass(rows.model, Entry) else rows.exists()
            for rows in self._pointing_here()
        )

    def _pointing_here(self):
        for relation in self.model._meta.get_fields(include_hidden=True):
            if getattr(relation, "on_delete", None) is models.PROTECT:
                rows = relation.related_model._default_manager.all()
                yield rows.filter(**{f"{relation.field.name}__in": self})

    def matching(self, query):
        """Rows in whose title, or above it, is every word however it is spelled."""
        found = self
        for word in persian.search_words(query):
            places = (Q((f"{key}__contains", word)) for key in self.searched)
            found = found.filter(reduce(or_, places))
        return found


class Entry(models.Model):
    """A title in its place in the lists, seen by payers or not."""

    title = models.CharField(_("title"), max_length=150)
    search_key = SearchKeyField()
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("The smaller number stands higher.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Payers do not see what is switched off; nothing is deleted."),
    )

    history = Records(excluded_fields=["search_key"], inherit=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @cached_property
    def is_used(self):
        """Whether payments or debts point at it, or at what is below it."""
        return type(self).objects.filter(pk=self.pk).are_used()

    def validate_unique(self, exclude=None):
        # The database refuses a twin too; here the clerk is told in words.
        super().validate_unique(exclude)
        if "title" in (exclude or ()):
            return
        key = persian.search_key(self.title)
        if self.siblings().filter(search_key=key).exclude(pk=self.pk).exists():
            twin = _("There is already an entry of this title in this place")
            raise ValidationError({"title": twin})
