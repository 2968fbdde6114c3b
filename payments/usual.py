"""What is usually paid for a subject, so that a zero too many is noticed."""

from statistics import median_low

from django.core.cache import cache

from catalog.models import AmountRule
from payments.models import Payment

TIMES = 5
NEWEST, FEWEST = 50, 10  # payments that tell what is usual
SECONDS = 60


def far_above(draft):
    """Whether an amount is so much more than usual that the payer is asked again."""
    if draft.subject.amount_rule == AmountRule.FIXED:
        return False  # nobody typed it
    usual = cache.get_or_set(
        f"payments:usual:{draft.subject.pk}", lambda: _usual(draft.subject), SECONDS
    )
    return usual is not None and draft.amount > TIMES * usual


def _usual(subject):
    paid = Payment.objects.paid().filter(subject=subject).latest_first()
    amounts = list(paid.values_list("amount", flat=True)[:NEWEST])
    return median_low(amounts) if len(amounts) >= FEWEST else None
