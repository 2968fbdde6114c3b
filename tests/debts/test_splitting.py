"""A debt is divided into instalments: each is paid by itself, no rial is lost."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from debts import cancelling, splitting
from debts.models import Debt
from debts.splitting import Plan
from debts.splitting_form import months_after
from tests.debts.sheets import OTHER_NATIONAL, OTHER_STUDENT, row

OTHER = {"شماره دانشجویی": OTHER_STUDENT, "شماره ملی": OTHER_NATIONAL}
DAYS = [date(2030, 4, 20), date(2030, 5, 20), date(2030, 6, 20)]
HALF = Plan(DAYS[:2], [50], in_percent=True)
HALVES = {
    "by": "percent",
    **{"share_1": "۵۰", "day_1": "1409/01/31", "day_2": "1409/02/31"},
}


@pytest.fixture
def browser(client_of, debts_clerk):
    return client_of(debts_clerk)


@pytest.fixture
def divide(debts_clerk):
    """Divide debts at once: divide(batch.debts.all(), plan)."""

    def divided(debts, plan):
        promise, now = splitting.look(debts, plan).promise, timezone.now()
        return splitting.split(debts, plan, promise, debts_clerk, now=now)

    return divided


def page(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def promised(text):
    return re.search('name="promise" value="([0-9a-f]+)"', text)[1]


@given(
    st.integers(10_000, 10**12),
    st.lists(st.integers(1, 90), min_size=1, max_size=11).filter(
        lambda p: sum(p) < 100
    ),
)
def test_parts_are_the_whole_to_the_last_rial(amount, shares):
    parts = Plan(DAYS, shares, in_percent=True).parts(amount)
    assert parts is None or (sum(parts) == amount and min(parts) >= 10_000)


def test_seven_parts_of_an_odd_sum(store, divide):
    batch = store(row() | {"مبلغ (ریال)": "10000007"})
    days = [months_after(DAYS[0], number) for number in range(7)]
    assert divide(batch.debts.all(), Plan(days, [14] * 6, in_percent=True)) == 1
    parts = Debt.objects.open().in_order()
    assert sum(part.amount for part in parts) == 10_000_007
    assert [part.due_on for part in parts] == days
    assert [part.instalment for part in parts] == [f"{n}/7" for n in range(1, 8)]


def test_a_clerk_divides_a_debt(browser, debt, debts_clerk):
    address = reverse("admin:debts_split", args=[debt.pk])
    assert address in page(browser.get(f"/admin/debts/debt/{debt.pk}/change/"))
    for count, last in {"۴": 4, "1": 2, "99": 12, "100": 2, "x": 2}.items():
        form = page(browser.get(address, {"count": count}))
        assert re.findall(r'name="day_(\d+)"', form)[-1] == str(last)
    assert 'name="day_4" value="۱۴۰۹/۰۴/۳۱"' in page(browser.get(f"{address}?count=4"))
    look = page(browser.post(address, HALVES))
    assert "تقسیم ۱ بدهی به جمع ۸٬۰۰۰٬۰۰۰ ریال، هر کدام به ۲ قسط" in look
    assert not Debt.objects.exclude(pk=debt.pk).exists()
    asked = HALVES | {"promise": promised(look)}
    told = page(browser.post(address, asked, follow=True))
    assert "۱ بدهی، هر کدام به ۲ قسط تقسیم شد" in told
    assert "۴٬۰۰۰٬۰۰۰ ریال تا ۱۴۰۹/۰۲/۳۱" in told
    debt.refresh_from_db()
    first, _second = Debt.objects.open().in_order()
    assert (debt.state, first.whole, first.remind_on) == ("split", debt, debt_day(-7))
    assert first.events.get().actor == debts_clerk
    assert "چیزی برای تقسیط نیست" in page(browser.get(address))


def debt_day(days):
    return date.fromordinal(DAYS[0].toordinal() + days)


def test_instalments_are_taken_back_while_nobody_pays(browser, store, divide):
    batch = store(row())
    [debt] = batch.debts.all()
    divide(batch.debts.all(), HALF)
    address = reverse("admin:debts_undo_split", args=[debt.pk])
    assert address in page(browser.get(f"/admin/debts/debt/{debt.pk}/change/"))
    first = debt.instalments.first()
    Debt.objects.filter(pk=first.pk).update(in_payment=1)
    told = page(browser.post(address, follow=True))
    assert "کاری انجام نشد" in told
    assert Debt.objects.open().count() == 2
    Debt.objects.filter(pk=first.pk).update(in_payment=0)
    told = page(browser.post(address, follow=True))
    assert "از قسط‌بندی‌شده به پرداخت‌نشده" in told
    debt.refresh_from_db()
    assert (debt.state, debt.remind_on) == ("open", debt_day(-7))
    assert list(Debt.objects.open()) == [debt]
    assert divide(batch.debts.all(), HALF) == 1  # and once more
    assert browser.post(address).status_code == 302


def test_a_batch_is_divided_but_for_what_is_paid_being_paid_or_too_small(
    browser, store
):
    small = row() | OTHER | {"مبلغ (ریال)": "15000"}
    batch = store(small, *[row() | {"شرح": f"درس {number}"} for number in range(3)])
    paid, paying, free = batch.debts.filter(amount=8_000_000).in_order()
    Debt.objects.filter(pk=paid.pk).update(paid_amount=1_000_000)
    Debt.objects.filter(pk=paying.pk).update(in_payment=1)
    address = reverse("admin:debts_split_batch", args=[batch.pk])
    asked = HALVES | {"by": "rials", "share_1": "۳٬۰۰۰٬۰۰۰"}
    look = page(browser.post(address, asked))
    assert "۱ بدهی بدون تغییر می‌ماند" in look
    promise = promised(look)
    Debt.objects.filter(pk=free.pk).update(amount=9_000_000)
    assert page(browser.post(address, asked | {"promise": promise}))
    assert not batch.debts.filter(state="split").exists()
    promise = promised(page(browser.post(address, asked)))
    browser.post(address, asked | {"promise": promise})
    assert list(batch.debts.filter(state="split")) == [free]
    parts = free.instalments.in_order()
    assert [part.amount for part in parts] == [3_000_000, 6_000_000]
    history = page(browser.get(reverse("admin:debts_batch_history", args=[batch.pk])))
    assert "۴ بدهی" in history  # as it was uploaded


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"share_1": "۱۰۰"}, "عددی صحیح از ۱ تا ۹۹"),
        ({"share_1": ""}, "errorlist"),
        ({"by": "rials", "share_1": "۵۰۰ تومان"}, "errorlist"),
        ({"day_2": "1409/01/31"}, "پس از سررسید قسط پیشین"),
        ({"day_1": "1404/01/31"}, "نباید گذشته باشد"),
        ({"day_1": "x"}, "errorlist"),
    ],
)
def test_what_cannot_be_is_told(browser, debt, change, word):
    address = reverse("admin:debts_split", args=[debt.pk])
    assert word in page(browser.post(address, HALVES | change))
    assert Debt.objects.count() == 1


def test_shares_leave_something_for_the_last(browser, debt):
    address = reverse("admin:debts_split", args=[debt.pk])
    asked = HALVES | {"share_2": "50", "day_3": "1409/03/31"}
    assert "برای قسط آخر" in page(browser.post(f"{address}?count=3", asked))


def test_the_same_sheet_again_changes_no_divided_debt(store, divide, verdict_on):
    batch = store(row())
    divide(batch.debts.all(), Plan(DAYS[:2], [50], in_percent=True))
    assert verdict_on(row()).unchanged == 1
    [rejected] = verdict_on(row() | {"مبلغ (ریال)": "9000000"}).rejected
    assert "قسط‌بندی شده است" in rejected.problems[0].reason


def test_a_cancelled_batch_lets_a_divided_debt_come_again(store, divide, debts_clerk):
    batch, now = store(row(), row() | OTHER), timezone.now()
    divide(batch.debts.all(), Plan(DAYS[:2], [50], in_percent=True))
    kept = Debt.objects.open().filter(student_number=OTHER_STUDENT).first()
    Debt.objects.filter(pk=kept.pk).update(paid_amount=1000)
    assert cancelling.cancel(batch, "اشتباه", debts_clerk, now=now) == 3
    assert batch.debts.filter(state="split").get() == kept.whole
    assert len(store(row()).debts.all()) == 1


def test_a_debt_comes_again_once_each_instalment_is_cancelled(
    browser, store, divide, verdict_on
):
    [debt] = store(row()).debts.all()
    divide(Debt.objects.all(), HALF)
    for part in debt.instalments.all():
        debt.refresh_from_db()
        assert debt.state == "split"
        address = reverse("admin:debts_cancel_one", args=[part.pk])
        browser.post(address, {"reason": "انصراف"})
    debt.refresh_from_db()
    assert debt.state == "cancelled"
    assert debt.events.latest("pk").facts == {"reason": "انصراف"}
    assert len(verdict_on(row()).accepted) == 1


def test_very_many_are_divided_one_part_after_the_other(browser, store, monkeypatch):
    monkeypatch.setattr(splitting, "MOST", 2)
    batch = store(*[row() | {"شرح": f"درس {number}"} for number in range(3)])
    address = reverse("admin:debts_split_batch", args=[batch.pk])
    for left in (1, 0):
        look = page(browser.post(address, HALVES))
        assert ("۱ بدهی دیگر" in look) == bool(left)
        browser.post(address, HALVES | {"promise": promised(look)})
        assert batch.debts.divisible().count() == left
    found = Debt.objects.open().matching("4000000 درس")
    assert found.count() == 6


def test_rows_of_a_sheet_may_be_instalments(store, verdict_on):
    first = row() | {"قسط": "1/2"}
    second = row() | {"قسط": "۲ از ۲", "سررسید": "1409/02/31"}
    names = [debt.name for debt in store(first, second).debts.in_order()]
    assert names == ["شهریه، قسط ۱ از ۲", "شهریه، قسط ۲ از ۲"]
    for wrong in ("3/2", "1", "یک", "1/1"):
        [rejected] = verdict_on(row() | {"قسط": wrong}).rejected
        assert rejected.problems[0].column == "instalment"


def test_who_has_no_right_divides_nothing(client_of, store, foreign, finance_officer):
    batch = store(row())
    debt, clerk = batch.debts.get(), client_of(finance_officer)
    for name, key in (("split", debt.pk), ("split_batch", batch.pk)):
        address = reverse(f"admin:debts_{name}", args=[key])
        assert clerk.post(address, HALVES).status_code == 403
