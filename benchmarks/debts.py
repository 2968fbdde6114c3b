"""How long 50,000 debts take: python -m tests.postgres python -m benchmarks.debts.

Writes a sheet, judges it and stores it in a database of its own, which the tests'
environment makes; prints seconds and the most memory that this process has held so far.
"""

import sys
from datetime import timedelta
from io import BytesIO

import xlsxwriter
from django.db import connection
from django.utils import timezone

import benchmarks.own_database
from accounts.models import User
from benchmarks.stopwatch import measured
from catalog.models import Faculty, Subject, Unit
from debts import importing, judging, splitting
from debts.models import Debt, DebtEvent, Upload
from payment_portal import persian
from tests.debts.sheets import HEADINGS, national

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
PARTS = 4


def sheet():
    """A sheet as a clerk would bring it."""
    output = BytesIO()
    due = persian.latin_day(timezone.now() + timedelta(200))
    with xlsxwriter.Workbook(output, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        for number in range(1, ROWS + 1):
            who = [str(400_000_000 + number), national(number), f"دانشجوی {number}"]
            money = 1_000_000 + number % 997 * 1000
            page.write_row(number, 0, [*who, money, due, "شهریه نیمسال اول"])
    return output.getvalue()


def kept(content, officer, subject):
    terms = Upload(title="شهریه", subject=subject, created_by=officer)
    return importing.keep(terms, "debts.xlsx", content, now=timezone.now())


def main():
    faculty = Faculty.objects.create(title="دانشکده")
    unit = Unit.objects.create(faculty=faculty, title="آموزش")
    subject = Subject.objects.create(unit=unit, title="شهریه")
    officer = User.objects.create_user("+989180000001", "مسئول", None)
    content = sheet()
    print(f"{ROWS} rows, {len(content) // 1024} KiB, {connection.vendor}")
    with measured("as it begins"):
        upload = kept(content, officer, subject)
    with measured("dry run"):
        verdict = judging.judge(upload, now=timezone.now())
    assert len(verdict.accepted) == ROWS  # noqa: S101
    promise = verdict.promise
    del verdict
    with measured("judge again and store"):
        importing.store(upload, promise, officer, now=timezone.now())
    assert Debt.objects.count() == DebtEvent.objects.count() == ROWS  # noqa: S101
    upload = kept(content, officer, subject)
    with measured("dry run, same sheet"):
        verdict = judging.judge(upload, now=timezone.now())
    assert verdict.unchanged == ROWS  # noqa: S101
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    browser = logged_in(User.objects.create_superuser("+989180000003", "مدیر", None))
    for what, address in pages().items():
        browser.get(address)  # what is loaded once
        with measured(what):
            answer = browser.get(address)
        assert answer.status_code == 200  # noqa: S101
    days = [timezone.localdate() + timedelta(30 * part) for part in range(PARTS)]
    plan = splitting.Plan(days, [100 // PARTS] * (PARTS - 1), in_percent=True)
    with measured("look at instalments"):
        promise = splitting.look(Debt.objects.all(), plan).promise
    with measured(f"divide {splitting.MOST} into {PARTS}"):
        splitting.split(Debt.objects.all(), plan, promise, officer, now=timezone.now())


def logged_in(officer):
    # Only now, for what is imported is held, too.
    from django.test import Client

    from payment_portal.admin_site import VERIFIED

    browser = Client()
    browser.force_login(officer, backend="accounts.backends.MobileOrEmailBackend")
    session = browser.session
    session[VERIFIED] = officer.pk
    session.save()
    return browser


def pages():
    """What officers look at."""
    debts, batch = "/admin/debts/debt/", Debt.objects.first().batch_id
    return {
        "list": debts,
        "list, open debts": f"{debts}?state__exact=open",
        "list, a page in the middle": f"{debts}?p={ROWS // 100}",
        "list, searched by name": f"{debts}?q=دانشجوی+{ROWS - 1}",
        "list, searched by number": f"{debts}?q={400_000_000 + ROWS - 1}",
        "one debt": f"{debts}{Debt.objects.last().pk}/change/",
        "its batch": f"/admin/debts/batch/{batch}/change/",
        "front page": "/admin/",
    }


if __name__ == "__main__":
    benchmarks.own_database.run(main)
