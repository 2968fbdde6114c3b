"""What is remembered of every change of a row, and by whom.

Kept by django-simple-history when a row is saved or deleted; triggers refuse to change
what is kept. Who did it comes from the request; without one it was a command.
"""

from django.utils import timezone
from simple_history.models import HistoricalRecords

# Why a row stands in the history that nobody made: it was there when the history began.
BEGUN = "begun"
# Whoever sees a row sees its history, and nobody changes it.
NO_RIGHTS: dict = {"default_permissions": ()}


class Records(HistoricalRecords):
    """Remembers changes, not every saving of the same."""

    def get_meta_options(self, model):
        return super().get_meta_options(model) | NO_RIGHTS

    def get_meta_options_m2m(self, through_model):
        return super().get_meta_options_m2m(through_model) | NO_RIGHTS

    def create_historical_record(self, instance, history_type, using=None):
        if history_type != "~" or self.is_news(instance):
            super().create_historical_record(instance, history_type, using)

    def is_news(self, instance):
        """Whether a row differs from what is remembered of it."""
        known = getattr(instance, self.manager_name).order_by("-history_id").first()
        names = [field.attname for field in self.fields_included(instance)]
        return known is None or any(
            getattr(known, name) != getattr(instance, name) for name in names
        )


def begin(rows, history):
    """For migrations: remember rows that are there, so that a change has a before."""
    now = timezone.now()
    kept = {field.attname for field in history._meta.concrete_fields}
    names = [one.attname for one in rows.model._meta.concrete_fields]
    told = {"history_type": "+", "history_date": now, "history_change_reason": BEGUN}
    history.objects.bulk_create(
        history(**told, **row)
        for row in rows.values(*(name for name in names if name in kept))
    )
