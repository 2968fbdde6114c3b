"""A student is told before the due day and after it, by day, and never in vain."""

from datetime import date, datetime, timedelta

import pytest

from accounts import outbox
from accounts.models import Message
from accounts.sms import Problem
from debts import cancelling, reminders
from debts.history import in_words
from debts.models import Debt
from payment_portal.persian import TEHRAN
from tests.accounts.conftest import Phone
from tests.debtors import is_student
from tests.debts.sheets import DUE_ON, row

MOBILE = "+989181112233"


@pytest.fixture
def phone(monkeypatch):
    double = Phone()
    monkeypatch.setattr("accounts.sms.sender", lambda: double)
    return double


@pytest.fixture
def owed(store):
    return store(row() | {"موبایل": "09181112233"}).debts.get()


def at(days, hour=12, minute=0):
    """So many days after the due day."""
    there = DUE_ON + timedelta(days)
    return datetime(there.year, there.month, there.day, hour, minute, tzinfo=TEHRAN)


def work(now):
    reminders.queue_due(now)
    outbox.send_due(now, reminders.MAKERS)


def test_a_student_is_reminded_a_week_and_a_day_before_and_after(phone, owed):
    told = [
        days
        for days in range(-10, 10)
        for before in [len(phone.messages)]
        if work(at(days)) or len(phone.messages) > before
    ]
    assert told == [-7, -1, 3]
    assert phone.templates == ["debt-due", "debt-due", "debt-overdue"]
    assert phone.messages[0] == (
        MOBILE,
        "debt-due",
        {"token": "8,000,000", "token2": "1409/01/31", "token20": "شهریه"},
    )
    owed.refresh_from_db()
    assert owed.remind_on is None


def test_days_that_went_by_while_nobody_worked_are_one_reminder(phone, owed):
    work(at(-1))
    work(at(-1, 13))
    assert len(phone.messages) == 1


def test_a_reminder_stands_in_the_history_of_the_debt(phone, owed):
    work(at(-7))
    event = owed.events.get(kind="reminded")
    assert in_words(event) == ["پیامک به \u20660918***2233\u2069"]


def test_a_debt_is_reminded_of_six_times_at_most(phone, owed):
    for days in range(10):
        Debt.objects.update(remind_on=at(days - 20).date())
        work(at(days - 20))
    assert len(phone.messages) == reminders.MOST


def test_a_batch_that_is_switched_off_reminds_nobody(
    phone, owed, client_of, debts_clerk
):
    browser, batch = client_of(debts_clerk), f"/admin/debts/batch/{owed.batch_id}/"
    reminders.queue_due(at(-7))
    page = browser.post(f"{batch}reminders/", {"on": ""}, follow=True)
    assert "یادآوری خاموش شد" in page.content.decode()
    outbox.send_due(at(-7), reminders.MAKERS)
    work(at(-1))
    assert phone.messages == []
    browser.post(f"{batch}reminders/", {"on": "1"})
    owed.refresh_from_db()
    assert owed.remind_on == DUE_ON - timedelta(7)
    assert "یادآوری روشن شد" in browser.get(f"{batch}history/").content.decode()
    work(at(3))
    assert phone.templates == ["debt-overdue"]


def test_a_sheet_may_be_stored_without_reminders(store):
    debt = store(row(), reminds=False).debts.get()
    assert debt.remind_on is None
    store(row() | {"مبلغ (ریال)": "9000000"})
    debt.refresh_from_db()
    assert (debt.amount, debt.remind_on) == (9_000_000, None)


def test_two_workers_remind_once(phone, owed):
    late = Debt.objects.get()
    assert reminders._remind(owed, DUE_ON, at(0))
    assert not reminders._remind(late, DUE_ON, at(0))


def test_who_proved_to_be_the_student_is_told_too(phone, owed, student):
    is_student(student)
    work(at(-7))
    told = {to for to, *_rest in phone.messages}
    assert told == {owed.mobile, student.mobile}
    Debt.objects.update(mobile=student.mobile)
    assert reminders.mobiles_of(Debt.objects.get()) == {student.mobile}


def test_without_a_mobile_nobody_is_told(phone, store):
    store(row())
    work(at(-7))
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("hour", "quiet"), [(7, True), (8, False), (21, False), (22, True), (0, True)]
)
def test_nobody_is_disturbed_at_night(phone, owed, hour, quiet):
    work(at(-7, hour))
    assert bool(phone.messages) != quiet


def test_a_reminder_that_the_night_overtakes_waits_for_the_morning(phone, owed):
    reminders.queue_due(at(-7, 21, 59))
    outbox.send_due(at(-7, 22), reminders.MAKERS)
    message = Message.objects.get()
    assert (message.state, message.tries) == ("queued", 0)
    assert message.next_try_at == at(-6, 8)
    outbox.send_due(at(-6, 8), reminders.MAKERS)
    assert len(phone.messages) == 1


GONE = [
    {"state": "paid", "paid_amount": 8_000_000},
    {"state": "cancelled"},
    {"due_on": date(2030, 1, 1)},
]


@pytest.mark.parametrize("changes", GONE)
def test_who_paid_while_the_sms_waited_is_not_reminded(phone, owed, changes):
    reminders.queue_due(at(-7))
    Debt.objects.update(**changes)
    outbox.send_due(at(-7), reminders.MAKERS)
    assert phone.messages == []
    assert Message.objects.get().state == "failed"


def test_who_is_paying_just_now_is_left_alone(phone, owed):
    reminders.queue_due(at(-7))
    Debt.objects.update(in_payment=1)
    outbox.send_due(at(-7), reminders.MAKERS)
    assert phone.messages == []
    Debt.objects.update(in_payment=0, paid_amount=1_000_000)
    outbox.send_due(at(-7, 13), reminders.MAKERS)
    assert phone.messages[0][2]["token"] == "7,000,000"


def test_a_provider_that_is_down_gets_no_queue(phone, store):
    rows = [
        row() | {"شماره دانشجویی": str(401_000_000 + n), "موبایل": "09181112233"}
        for n in range(8)
    ]
    store(*rows)
    phone.problem = Problem.TEMPORARY
    for minute in range(5):
        work(at(-7, 12, minute))
    assert Message.objects.count() == reminders.AT_ONCE
    phone.problem = ""
    for hour in range(13, 16):
        work(at(-7, hour))
    assert len(phone.messages) == len(rows)


def test_another_due_day_is_another_reminder(phone, owed, store):
    keyed = row() | {"شناسه ردیف": "a-1", "موبایل": "09181112233"}
    debt = store(keyed).debts.get()
    assert debt.remind_on == DUE_ON - timedelta(7)
    store(keyed | {"سررسید": "1409/02/31"})
    debt.refresh_from_db()
    assert debt.remind_on == date(2030, 5, 14)


def test_a_long_title_fits_the_provider(owed):
    Debt.objects.update(title="شهریه_ثابت " + "نیمسال " * 15)
    message = Message(template="debt-due", key=f"debt:{owed.pk}:x")
    words = reminders.tokens(message, at(-7))["token20"]
    assert words.count(" ") <= 8
    assert len(words) <= 25
    assert "_" not in words


def test_the_list_of_days_may_be_empty(settings, store):
    settings.REMIND_DAYS = []
    assert store(row()).debts.get().remind_on is None


def test_a_cancelled_batch_reminds_nobody(phone, owed, debts_clerk):
    cancelling.cancel(owed.batch, "اشتباه", debts_clerk, now=at(-8))
    work(at(-7))
    assert not Message.objects.exists()
