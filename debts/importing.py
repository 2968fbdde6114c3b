"""From a sheet to debts: first what would happen, then, if it is wanted, that."""

from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from debts import identity, looking
from debts.judging import AT_ONCE, COMPARED, columns_of, judge
from debts.models import Batch, Debt, DebtEvent, Upload
from debts.reminders import next_day
from debts.rows import alike
from payment_portal import persian

KEPT = timedelta(days=1)


class Outdated(Exception):
    """What was shown is no longer what would happen."""


def keep(terms, name, content, *, now):
    """Keep a sheet until it is confirmed; nobody's debts are stored by that."""
    terms.created_at, terms.content, terms.name = now, content, name[-255:]
    terms.is_long = looking.is_long(content)
    terms.save(force_insert=True)
    return terms


def forget(now):
    """Throw away sheets that nobody has confirmed in time."""
    Upload.objects.filter(created_at__lt=now - KEPT).delete()


def store(upload, promise, officer, *, now, told=None):
    """Do what was shown, all of it or nothing. Raises Outdated, sheets.Unreadable."""
    verdict = judge(upload, now=now, told=told)
    if verdict.promise != promise or not verdict.does_something:
        raise Outdated
    batch = _batch(upload, officer, now)
    try:
        with transaction.atomic():
            if not Upload.objects.filter(pk=upload.pk).delete()[0]:
                raise Outdated  # the same button was pressed twice
            batch.save(force_insert=True)
            _store_new(verdict.accepted, batch)
            _change(verdict.changed, batch, officer, now)
    except IntegrityError as race:
        raise Outdated from race
    return batch, Counter(stored=len(verdict.accepted), changed=len(verdict.changed))


def _batch(upload, officer, now):
    return Batch(
        title=upload.title,
        subject=upload.subject,
        unit=upload.subject.unit,
        least_part=upload.least_part,
        reminds=upload.reminds,
        file_name=upload.name,
        upload_key=upload.key,
        created_by=officer,
        created_at=now,
    )


def _debt(facts, batch):
    debt = Debt(
        batch=batch,
        unit=batch.unit,
        key=facts.key,
        student_number=facts.student_number,
        national_number=facts.national_number,
        created_at=batch.created_at,
        **columns_of(facts, batch.least_part),
    )
    debt.search_key = search_key(debt)
    if batch.reminds:
        debt.remind_on = next_day(debt.due_on, timezone.localdate(batch.created_at))
    return debt


def search_key(debt):
    """What a debt is found by, in whichever spelling."""
    facts = [
        debt.student_number,
        debt.national_number,
        persian.local_mobile(debt.mobile),
        persian.search_key(debt.full_name),
        alike(debt.title),
        str(debt.amount),
    ]
    return " ".join(facts)


def _store_new(accepted, batch):
    """Store debts a few thousand at a time, and one event for each."""
    for start in range(0, len(accepted), AT_ONCE):
        some = accepted[start : start + AT_ONCE]
        Debt.objects.bulk_create([_debt(facts, batch) for facts in some])
    # By the database itself: to bring the events there would take as long as the debts.
    stored = batch.debts.values_list(
        "pk",
        Value(DebtEvent.Kind.STORED),
        "created_at",
        Value(batch.created_by_id),
        JSONObject(amount="amount"),
    )
    select, values = stored.order_by("pk").query.sql_with_params()
    columns = "debt_id, kind, at, actor_id, facts"
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(DebtEvent._meta.db_table)
        cursor.execute(f"INSERT INTO {table} ({columns}) {select}", values)  # noqa: S608


def _change(changes, batch, officer, now):
    """Change debts that are still as they were shown. Raises Outdated."""
    for start in range(0, len(changes), AT_ONCE):
        some = {one.old["pk"]: one for one in changes[start : start + AT_ONCE]}
        # Nobody begins to pay in between: a payment moves the row, too.
        mine = Debt.objects.untouched().filter(pk__in=some).select_related("batch")
        debts = list(mine.select_for_update(of=["self"]))
        if len(debts) != len(some) or any(
            getattr(debt, name) != some[debt.pk].old[name]
            for debt in debts
            for name in COMPARED
        ):
            raise Outdated
        events = [_changed(debt, some[debt.pk], batch, officer, now) for debt in debts]
        columns = [*COMPARED, "search_key", "remind_on"]
        Debt.objects.bulk_update(debts, columns, batch_size=200)
        DebtEvent.objects.bulk_create(events)
        renamed = [event.debt_id for event in events if "mobile" in event.facts]
        identity.no_longer_named(renamed, officer, now=now)


def _changed(debt, change, batch, officer, now):
    differences = change.differences(batch.least_part)
    for name, (_old, new) in differences.items():
        setattr(debt, name, new)
    debt.search_key = search_key(debt)
    if "due_on" in differences and debt.batch.reminds:
        debt.remind_on = next_day(debt.due_on, timezone.localdate(now))
    facts = {
        name: [_plain(old), _plain(new)] for name, (old, new) in differences.items()
    }
    facts |= {"batch": batch.pk}
    return DebtEvent(
        debt=debt, kind=DebtEvent.Kind.CHANGED, at=now, actor=officer, facts=facts
    )


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
