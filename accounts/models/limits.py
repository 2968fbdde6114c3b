"""Counters: so many times, by whom, until when."""

from django.db import models


class Limit(models.Model):
    """One running window of one counter; the key is hashed, it names a person."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key"], name="limit_counts_once_per_scope_and_key"
            ),
        ]

    def __str__(self):
        return f"{self.scope}: {self.count}"
