"""Reports that the worker mails when a day, a week or a Jalali month is over."""

from datetime import timedelta
from io import BytesIO
from smtplib import SMTPServerDisconnected

import pypdf
import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models import SecurityEvent
from finance import schedules
from finance.models import Schedule
from payment_portal import persian
from payments import worker
from tests.conftest import tied
from tests.finance.conftest import moment
from tests.finance.test_bundles import ASK
from tests.finance.test_reports import PAGE

BEGIN = reverse("admin:finance_by_mail")


@pytest.fixture
def officer(finance_officer):
    finance_officer.email = "rostami@uok.ac.ir"
    finance_officer.email_confirmed_at = timezone.now()
    finance_officer.save()
    return finance_officer


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


@pytest.fixture
def begin(officer):
    def begun(every, day, **asked):
        now = moment(day)
        return schedules.add(officer, every, {"by": "unit", **asked}, now)

    return begun


def work(day, clock="06:00"):
    return worker.watch_once(clock=lambda: moment(day, clock))


def next_of(schedule):
    schedule.refresh_from_db()
    return persian.to_ascii_digits(persian.jalali_numeric(schedule.next_at))


@pytest.mark.parametrize(
    ("every", "day", "first", "then"),
    [
        ("day", "1403/12/29", "1403/12/30", "1404/01/01"),
        ("week", "1405/09/01", "1405/09/07", "1405/09/14"),
        ("month", "1403/12/15", "1404/01/01", "1404/02/01"),
        ("month", "1399/12/30", "1400/01/01", "1400/02/01"),
        ("month", "1408/12/01", "1409/01/01", "1409/02/01"),
    ],
)
def test_next_one_is_due_the_morning_after(begin, every, day, first, then):
    schedule = begin(every, day)
    assert next_of(schedule) == f"{first} 06:00"
    work(first)
    assert next_of(schedule) == f"{then} 06:00"
    assert len(mail.outbox) == 1


def test_mail_holds_the_sums_of_what_is_over(begin, paid, officer):
    begin("month", "1403/12/15")
    paid("1403/12/30", 700_000, clock="23:59")
    paid("1404/01/01", 900_000, clock="00:00")
    assert not work("1404/01/01", "05:59")
    assert work("1404/01/01")
    (sent,) = mail.outbox
    assert sent.to == [officer.email]
    assert sent.subject == "گزارش پرداخت‌ها: اسفند ۱۴۰۳"
    assert "۷۰۰٬۰۰۰" in sent.body
    assert "day=1403%2F12%2F01" in sent.body
    name, content, kind = sent.attachments[0]
    assert (name, kind) == ("report-2025-02-19.pdf", "application/pdf")
    assert len(pypdf.PdfReader(BytesIO(content)).pages) == 1
    event = SecurityEvent.objects.get(kind="exported")
    assert (event.actor, event.detail[:18]) == (officer, "report.pdf by mail")
    assert not work("1404/01/01", "06:01")


def test_worker_that_was_away_sends_the_last_one_only(begin):
    begin("day", "1405/09/01")
    assert work("1405/09/09")
    assert not work("1405/09/09", "07:00")
    assert "۸ آذر ۱۴۰۵" in mail.outbox[0].subject


def test_mail_that_does_not_go_out_is_tried_thrice(begin, browser, monkeypatch):
    def refuse(self):
        raise SMTPServerDisconnected

    monkeypatch.setattr(EmailMessage, "send", refuse)
    schedule = begin("day", "1405/09/01")
    at = moment("1405/09/02", "06:00")
    for _try in range(schedules.TRIES):
        assert schedules.send_next(at)
        at += schedules.AGAIN_AFTER
    assert not schedules.send_next(at + timedelta(days=7))
    schedule.refresh_from_db()
    assert schedule.stopped_at
    page = browser.get(PAGE).content.decode()
    assert "متوقف شد" in page
    monkeypatch.undo()
    later = moment("1405/09/03")
    assert outbox.send_due(later)
    [told] = mail.outbox
    assert told.to == ["rostami@uok.ac.ir"]
    assert "سه بار" in told.body
    again = reverse("admin:finance_try_mail", args=[schedule.pk])
    assert again in page
    browser.post(again)
    assert schedules.send_next(later)
    assert len(mail.outbox) == 2
    assert next_of(schedule) > "1405"
    assert "متوقف شد" not in browser.get(PAGE).content.decode()


def test_stopped_report_that_is_begun_again_is_resumed(begin, browser):
    schedule = begin("day", "1405/09/01")
    stopped = {"stopped_at": timezone.now(), "tries": schedules.TRIES}
    Schedule.objects.update(**stopped, next_at=timezone.now() + timedelta(days=1))
    page = browser.post(BEGIN, {"every": "day"}, follow=True).content.decode()
    assert "گزارش به ایمیل شما فرستاده خواهد شد" in page
    schedule = Schedule.objects.get()
    assert (schedule.stopped_at, schedule.tries) == (None, 0)
    assert schedule.next_at <= timezone.now()


def test_failed_try_is_shown_until_the_next(begin, browser, monkeypatch):
    monkeypatch.setattr(EmailMessage, "send", lambda self: 1 / 0)
    begin("day", "1405/09/01")
    begun = moment("1405/09/02", "06:00")
    for number in range(schedules.TRIES):  # what nobody foresaw ends the round
        with pytest.raises(ZeroDivisionError):
            schedules.send_next(begun + number * schedules.LEASE)
    assert work("1405/09/02", "07:00")
    assert Schedule.objects.get().stopped_at
    Schedule.objects.update(stopped_at=None, tries=1)
    assert "دوباره فرستاده می‌شود" in browser.get(PAGE).content.decode()


def test_who_lost_the_right_gets_nothing_any_more(begin, officer):
    schedule = begin("day", "1405/09/01")
    officer.groups.clear()
    work("1405/09/02")
    schedule.refresh_from_db()
    assert schedule.stopped_at
    outbox.send_due(moment("1405/09/03"))
    [told] = mail.outbox  # of the end alone, without a figure
    assert "حق" in told.body
    assert told.attachments == []


def test_officer_of_a_unit_gets_its_sums(begin, officer, paid, library, dormitory):
    begin("day", "1405/09/01")
    begin("day", "1405/09/01", unit=str(dormitory.unit_id))  # no longer his
    paid("1405/09/01", 100_000)
    paid("1405/09/01", 300_000, subject=library)
    officer.groups.set(Group.objects.filter(name="امور مالی واحد"))
    tied(officer, unit=library.unit)
    while work("1405/09/02"):
        pass
    (sent,) = mail.outbox
    assert "۳۰۰٬۰۰۰" in sent.body
    assert Schedule.objects.exclude(stopped_at=None).count() == 1


# ---- on the page


def test_officer_begins_and_ends_it_on_the_page(browser, officer, client_of, superuser):
    asked = f"{BEGIN}?state=&by=bank&period=year&x=%00"
    page = browser.post(asked, {"every": "week"}, follow=True).content.decode()
    schedule = Schedule.objects.get()
    assert schedule.asked == {"state": "", "by": "bank"}
    link = '<a href="?by=bank&amp;state=&amp;period=week">هر هفته، روز شنبه</a>'
    assert f"{link}، وضعیت: همه، جمع به تفکیک: پایانه؛" in page
    again = browser.post(asked, {"every": "week"}, follow=True).content.decode()
    assert "این گزارش از پیش برای ایمیل شما تنظیم شده است." in again
    assert Schedule.objects.count() == 1
    end = reverse("admin:finance_end_mail", args=[schedule.pk])
    assert end in page
    assert client_of(superuser).post(end).status_code == 404
    assert browser.get(end).status_code == 405
    browser.post(end)
    assert not Schedule.objects.exists()


def test_a_filter_is_the_same_in_every_spelling(browser):
    for asked in ("least=200000", "by=unit&state=paid&least=۲۰۰٬۰۰۰", "least= 200,000"):
        browser.post(f"{BEGIN}?{asked}", {"every": "week"})
    asked = {"by": "unit", "least": "200000", "state": "paid"}
    assert Schedule.objects.get().asked == asked


def test_a_second_press_waits_for_the_first(browser, paid):
    paid("1405/09/01")
    with CaptureQueriesContext(connection) as captured:
        browser.post(BEGIN, {"every": "day"})
        browser.post(ASK)
    said = [query["sql"] for query in captured]
    locks = sum("FOR NO KEY UPDATE" in sql for sql in said)
    assert locks == 2 * connection.features.has_select_for_no_key_update
    for table, looks in (("finance_schedule", 2), ("finance_bundle", 2)):
        named = [sql.split()[0] for sql in said if "SAVEPOINT" in sql or table in sql]
        steps = ["SAVEPOINT", *["SELECT"] * looks, "INSERT", "RELEASE"]
        assert " ".join(steps) in " ".join(named)


def test_report_goes_only_to_a_confirmed_address(browser, officer):
    officer.email_confirmed_at = None
    officer.save()
    page = browser.post(BEGIN, {"every": "day"}, follow=True)
    assert "تأیید کنید" in page.content.decode()
    browser.post(BEGIN, {"every": "minute"})
    assert not Schedule.objects.exists()


def test_an_officer_has_so_many_reports_at_most(begin, browser, monkeypatch):
    monkeypatch.setattr(schedules, "MOST", 2)
    begin("day", "1405/09/01")
    browser.post(BEGIN, {"every": "week"})
    page = browser.post(BEGIN, {"every": "month"}, follow=True).content.decode()
    assert "۲ گزارش ایمیلی دارید" in page
    assert Schedule.objects.count() == 2
    Schedule.objects.first().delete()
    browser.post(BEGIN, {"every": "month"})
    assert Schedule.objects.filter(every="month").exists()


def test_who_may_not_export_begins_nothing(client_of, clerk):
    assert client_of(clerk).post(BEGIN, {"every": "day"}).status_code == 403
