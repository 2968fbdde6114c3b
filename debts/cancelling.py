"""Debts that nobody has to pay any more; where money came or comes, they stay."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from debts import identity, reminders
from debts.judging import AT_ONCE
from debts.models import Batch, Debt, DebtEvent


def cancel(batch, reason, officer, *, now):
    """Cancel the debts of a batch for which nobody has paid or is paying; how many."""
    with transaction.atomic():
        free = cancel_all(batch.debts.untouched(), reason, officer, now)
        _cancel_empty(batch.debts, reason, officer, now)
        if free:
            reminders.switch(batch, False, now=now)
            # Who comes again for the rest stands in the histories of those debts.
            first = Batch.objects.filter(pk=batch.pk, cancelled_at=None)
            first.update(cancelled_by=officer, cancelled_at=now, cancel_reason=reason)
    return free


def cancel_one(debt, reason, officer, *, now):
    """Cancel one debt unless somebody has paid or is paying; how many, 1 or 0."""
    with transaction.atomic():
        mine = Debt.objects.untouched().filter(pk=debt.pk)
        done = cancel_all(mine, reason, officer, now)
        wholes = Debt.objects.filter(pk=debt.whole_id)
        _cancel_empty(wholes, reason, officer, now)
    return done


def _cancel_empty(debts, reason, officer, now):
    """Cancel those of which no instalment is left: they may come with a better sheet.

    To be called after their instalments are cancelled, in the same transaction.
    """
    divided = debts.filter(state=Debt.State.SPLIT)
    # Of two who cancel the last two instalments the second sees what the first did.
    list(divided.select_for_update(of=["self"]).values_list("pk"))
    left = Debt.objects.filter(whole=OuterRef("pk"))
    left = left.exclude(state=Debt.State.CANCELLED)
    cancel_all(divided.exclude(Exists(left)), reason, officer, now)


def cancel_all(debts, reason, officer, now):
    keys = list(debts.select_for_update(of=["self"]).values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        debts.filter(pk__in=some).update(state=Debt.State.CANCELLED)
        identity.no_longer_named(some, officer, now=now)
    kind, facts = DebtEvent.Kind.CANCELLED, {"reason": reason}
    DebtEvent.objects.bulk_create(
        [
            DebtEvent(debt_id=key, kind=kind, at=now, actor=officer, facts=facts)
            for key in keys
        ],
        batch_size=AT_ONCE,
    )
    return len(keys)
