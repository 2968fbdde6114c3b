"""What must hold of the stored money at any moment, each as one query.

The numbers are those of the reliability reference. A healthy database returns nothing.
Each query reads one consistent state, for every fact and the event that tells of it
are committed together.

Not here, because no query can tell:

- 19, 20, 22, 23 and 24 speak of what was refused, shown or logged: tests.
- 18 and 21 are here as far as they are stored: no open claim on an unpaid payment, no
  confirmed claim but on a paid one. What the payer saw, and what stands in the bank's
  own ledger, is compared in tests.
- 04 sees no order number and 11 no titles: no second copy of them is stored to compare
  with. They are guarded where they are written.
- 13, 14, 16 and the hash chain of 06 need refunds, statements of banks and a journal,
  of which there are none yet.
"""

from dataclasses import dataclass

from payments.invariants.debts import DEBTS
from payments.invariants.lives import LIVES
from payments.invariants.receipts import RECEIPTS
from payments.invariants.waiting import WAITING
from payments.models import Payment

SAMPLE = 5  # order numbers named of a broken invariant

INVARIANTS = sorted(
    [*RECEIPTS, *LIVES, *WAITING, *DEBTS], key=lambda invariant: invariant.number
)


@dataclass(frozen=True)
class Finding:
    """How many payments break an invariant, and the order numbers of the first."""

    number: str
    sentence: str  # msgid
    count: int
    order_numbers: list[str]


def check(now):
    """Return one finding for every invariant, broken or not."""
    return [_finding(invariant, now) for invariant in INVARIANTS]


def _finding(invariant, now):
    broken_by = invariant.broken_by(now)
    named = []
    if broken_by:
        first = Payment.objects.filter(pk__in=sorted(broken_by)[:SAMPLE])
        named = list(first.order_by("pk").values_list("order_number", flat=True))
    return Finding(invariant.number, invariant.sentence, len(broken_by), named)
