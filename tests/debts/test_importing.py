"""A sheet becomes debts once, whatever is uploaded again and whoever pays meanwhile."""

from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.utils import timezone

from debts import cancelling, importing, judging, writing
from debts.models import Batch, Debt, DebtEvent
from payments import worker
from tests.debts.sheets import OTHER_NATIONAL, OTHER_STUDENT, csv, row, xlsx

OTHER = {"شماره دانشجویی": OTHER_STUDENT, "شماره ملی": OTHER_NATIONAL}


def told(verdict):
    """How many rows are accepted, unchanged, changed, rejected."""
    return (
        len(verdict.accepted),
        verdict.unchanged,
        len(verdict.changed),
        len(verdict.rejected),
    )


def test_a_dry_run_stores_no_debt(verdict_on):
    verdict = verdict_on(row(), row() | OTHER)
    assert told(verdict) == (2, 0, 0, 0)
    assert verdict.total == 16_000_000
    assert not Debt.objects.exists()
    assert not Batch.objects.exists()


def test_what_was_shown_is_stored(store, debts_clerk, dormitory):
    batch = store(row(), row() | OTHER, least_part=1_000_000)
    debt = batch.debts.earliest("pk")
    assert batch.debts.count() == 2
    assert (debt.unit, debt.subject) == (dormitory.unit, dormitory)
    assert (debt.amount, debt.rest, debt.least_part) == (
        8_000_000,
        8_000_000,
        1_000_000,
    )
    assert debt.state == Debt.State.OPEN
    event = debt.events.get()
    assert (event.kind, event.actor) == (DebtEvent.Kind.STORED, debts_clerk)
    assert Debt.objects.matching("علي ٤٠١١٢٣٤٥٦").get() == debt


def test_the_same_sheet_again_changes_nothing(store, verdict_on):
    store(row(), row() | OTHER)
    verdict = verdict_on(row(), row() | OTHER)
    assert told(verdict) == (0, 2, 0, 0)
    assert not verdict.does_something


def test_the_same_sheet_again_after_its_due_day_changes_nothing(store, keep):
    store(row())
    later = timezone.now().replace(year=2031)
    assert judging.judge(keep(csv(row())), now=later).unchanged == 1


def test_a_row_that_comes_twice_is_rejected(verdict_on):
    verdict = verdict_on(row(), row() | OTHER, row())
    assert told(verdict) == (2, 0, 0, 1)
    assert "۲" in verdict.rejected[0].problems[0].reason


def test_another_amount_changes_an_open_debt_and_the_old_one_is_kept(
    store, verdict_on, debts_clerk
):
    debt = store(row()).debts.get()
    dearer = row() | {"مبلغ (ریال)": "9,000,000"}
    verdict = verdict_on(dearer)
    assert told(verdict) == (0, 0, 1, 0)
    assert verdict.changed_total == 1_000_000
    debt.refresh_from_db()
    assert debt.amount == 8_000_000
    store(dearer)
    debt.refresh_from_db()
    assert debt.amount == 9_000_000
    assert Debt.objects.matching("9000000").exists()
    event = debt.events.latest("pk")
    assert (event.kind, event.actor) == (DebtEvent.Kind.CHANGED, debts_clerk)
    assert event.facts["amount"] == [8_000_000, 9_000_000]


def test_a_sheet_without_a_column_does_not_empty_it(store, verdict_on):
    store(row() | {"موبایل": "09181234567"})
    assert told(verdict_on(row())) == (0, 1, 0, 0)
    nameless = row()
    del nameless["نام و نام خانوادگی"]
    assert told(verdict_on(nameless)) == (0, 1, 0, 0)
    assert told(verdict_on(row() | {"موبایل": ""})) == (0, 0, 1, 0)


ANOTHER = [
    {"سررسید": "1409/02/01"},
    {"شرح": "شهریه ثابت"},
    {"شناسه ردیف": "a-1"},
]


@pytest.mark.parametrize("another", ANOTHER)
def test_a_debt_that_may_have_been_meant_is_told(store, verdict_on, another):
    old = row() | {"شناسه ردیف": ""}
    debt, new = store(old).debts.get(), old | another
    verdict = verdict_on(new)
    assert told(verdict) == (1, 0, 0, 0)
    assert verdict.doubtful == [debt.student_number]
    assert verdict_on(new, old).doubtful == []
    assert verdict_on(new | OTHER).doubtful == []
    term = {"سررسید": "1409/07/01", "شرح": "نیمسال دوم"}
    assert verdict_on(old | term).doubtful == []
    Debt.objects.update(in_payment=0, state="paid", paid_amount=debt.amount)
    assert verdict_on(new).doubtful == []


def test_a_row_key_lets_the_due_day_change(store, verdict_on):
    keyed = row() | {"شناسه ردیف": "a-1"}
    debt = store(keyed).debts.get()
    later = keyed | {"سررسید": "1409/02/01"}
    assert told(verdict_on(later)) == (0, 0, 1, 0)
    store(later)
    debt.refresh_from_db()
    assert debt.due_on.isoformat() == "2030-04-21"
    assert told(verdict_on(later | OTHER)) == (0, 0, 0, 1)


TOUCHED = [
    {"state": Debt.State.PAID, "paid_amount": 8_000_000},
    {"paid_amount": 1},
    {"in_payment": 1},
]


@pytest.mark.parametrize("touched", TOUCHED)
def test_a_debt_with_money_in_it_never_changes(store, verdict_on, touched):
    debt = store(row()).debts.get()
    Debt.objects.filter(pk=debt.pk).update(**touched)
    assert told(verdict_on(row())) == (0, 1, 0, 0)
    verdict = verdict_on(row() | {"مبلغ (ریال)": "9,000,000"})
    assert told(verdict) == (0, 0, 0, 1)


@pytest.mark.parametrize("touched", TOUCHED)
def test_who_pays_between_look_and_button_is_not_overruled(
    store, keep, debts_clerk, touched
):
    debt = store(row()).debts.get()
    now = timezone.now()
    upload = keep(csv(row() | {"مبلغ (ریال)": "9,000,000"}))
    promise = judging.judge(upload, now=now).promise
    Debt.objects.filter(pk=debt.pk).update(**touched)
    with pytest.raises(importing.Outdated):
        importing.store(upload, promise, debts_clerk, now=now)
    debt.refresh_from_db()
    assert debt.amount == 8_000_000


def test_a_button_pressed_twice_stores_once(keep, debts_clerk):
    now = timezone.now()
    upload = keep(csv(row()))
    promise = judging.judge(upload, now=now).promise
    importing.store(upload, promise, debts_clerk, now=now)
    with pytest.raises(importing.Outdated):
        importing.store(upload, promise, debts_clerk, now=now)
    assert Debt.objects.count() == 1


def test_two_clerks_with_one_sheet_store_it_once(keep, debts_clerk):
    now = timezone.now()
    uploads = [keep(csv(row())), keep(csv(row()))]
    promises = [judging.judge(one, now=now).promise for one in uploads]
    importing.store(uploads[0], promises[0], debts_clerk, now=now)
    with pytest.raises(importing.Outdated):
        importing.store(uploads[1], promises[1], debts_clerk, now=now)
    assert Debt.objects.count() == 1


def test_one_unit_does_not_meet_the_debts_of_another(store, keep, foreign):
    store(row())
    verdict = judging.judge(keep(csv(row()), subject=foreign), now=timezone.now())
    assert told(verdict) == (1, 0, 0, 0)


def test_a_cancelled_batch_leaves_what_has_money(store, debts_clerk):
    batch = store(row(), row() | OTHER, row(شرح="دیگر"))
    paid, paying, free = batch.debts.order_by("pk")
    Debt.objects.filter(pk=paid.pk).update(state="paid", paid_amount=8_000_000)
    Debt.objects.filter(pk=paying.pk).update(in_payment=1)
    done = cancelling.cancel(batch, "سامانه اشتباه", debts_clerk, now=timezone.now())
    assert done == 1
    states = dict(batch.debts.values_list("pk", "state"))
    assert states == {paid.pk: "paid", paying.pk: "open", free.pk: "cancelled"}
    assert free.events.latest("pk").facts == {"reason": "سامانه اشتباه"}
    batch.refresh_from_db()
    assert batch.cancelled_by == debts_clerk


def test_what_was_cancelled_may_be_uploaded_again(store, verdict_on, debts_clerk):
    cancelling.cancel(store(row()), "اشتباه", debts_clerk, now=timezone.now())
    assert told(verdict_on(row())) == (1, 0, 0, 0)
    assert store(row()).debts.count() == 1


def test_rejected_rows_come_back_and_are_taken_once_they_are_right(keep):
    bad = row() | OTHER | {"سررسید": "1409/07/31", "نام و نام خانوادگی": "=1+1"}
    now = timezone.now()
    verdict = judging.judge(keep(csv(row(), bad)), now=now)
    book = openpyxl.load_workbook(BytesIO(writing.rejected(verdict)))
    [headings, cells] = book.active.iter_rows(values_only=True)
    assert headings == (*row(), "خطا")
    assert "سررسید" in cells[-1]
    assert book.active.sheet_view.rightToLeft
    assert book.active["C2"].data_type == "s"
    mended = dict(zip(headings, cells, strict=True))
    mended |= {"سررسید": "1409/06/31", "نام و نام خانوادگی": "سارا"}
    again = judging.judge(keep(xlsx(headings, list(mended.values()))), now=now)
    assert told(again) == (1, 0, 0, 0)
    assert again.sheet.ignored == []


def test_the_template_is_understood(keep):
    book = openpyxl.load_workbook(BytesIO(writing.template()))
    headings = [cell.value for cell in book.active[1]]
    texts = row() | {"تلفن همراه": "09181234567", "موضوع": "", "شناسه ردیف": "1"}
    texts["قسط"] = "۲ از ۴"
    line = [texts[heading] for heading in headings]
    verdict = judging.judge(keep(xlsx(headings, line)), now=timezone.now())
    assert told(verdict) == (1, 0, 0, 0)


def test_a_sheet_that_nobody_confirms_is_forgotten(keep):
    old = keep(csv(row()))
    type(old).objects.update(created_at=timezone.now() - importing.KEPT * 2)
    new = keep(csv(row()))
    cache.clear()  # in which the worker notes when it has last tidied up
    worker.run_once()
    assert type(old).objects.get() == new
