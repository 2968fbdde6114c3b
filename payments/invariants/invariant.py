"""One invariant: a number, a sentence, a query."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection

from payments.checkout.asking import LONGEST


@dataclass(frozen=True)
class Invariant:
    """A sentence that must be true, and the query that finds who breaks it."""

    number: str
    sentence: str  # msgid
    sql: str  # ids of payments; may name the moments below

    def broken_by(self, now):
        """Return the ids of the payments that break this at the moment ``now``."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, _moments(now))
            return {payment_id for (payment_id,) in cursor.fetchall()}


def _moments(now):
    """The limits of time, in the form in which this database stores moments."""
    given_up = timedelta(seconds=settings.ABANDONED_AFTER or 0)
    last_turn = settings.INQUIRE_RARELY + settings.CLAIM_LEASE
    moments = {
        "lease_taken": now - timedelta(seconds=60) + settings.CLAIM_LEASE,
        "minutes_1": now - timedelta(minutes=1),
        "minutes_2": now - timedelta(minutes=2),
        "minutes_3": now - timedelta(minutes=3),
        "minutes_5": now - timedelta(minutes=5),
        "minutes_15": now - timedelta(minutes=15),
        "at_bank": now - max(settings.INQUIRE_UNTIL, given_up) - last_turn,
        # A bank that has rested is asked about one payment at a time.
        "at_silent_bank": now - LONGEST - timedelta(hours=1),
    }
    stored = connection.ops.adapt_datetimefield_value
    return {name: stored(moment) for name, moment in moments.items()}
