"""What reports of 200,000 payments cost.

python -m tests.postgres python -m benchmarks.reports

Makes up the payments in a database of its own, which the tests' environment makes, then
opens the staff's pages and takes every file as an officer does.
"""

import sys

from django.db import connection
from django.test import Client
from django.utils import timezone

import benchmarks.own_database
from accounts.models import User
from benchmarks.stopwatch import measured
from payment_portal.admin_site import VERIFIED
from payments import seeding
from payments.management.commands import demo

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
REPORT = "/admin/finance/report/"
WHOLE = {"period": "between", "day": "1400/01/01", "until": "1420/01/01", "state": ""}
PAGES = {
    "front page": ("/admin/", {}),
    "list of payments": ("/admin/payments/payment/", {}),
    "list of payments, page 2000": ("/admin/payments/payment/", {"p": "2000"}),
    "payments of a faculty": (
        "/admin/payments/payment/",
        {"subject__unit__faculty__id__exact": "1", "state__exact": "paid"},
    ),
    "this month by unit": (REPORT, {}),
    "this year by day": (REPORT, {"period": "year", "by": "day"}),
    "all by unit": (REPORT, WHOLE),
    "all by month": (REPORT, WHOLE | {"by": "month"}),
    "all, a page in the middle": (REPORT, WHOLE | {"page": str(ROWS // 100)}),
}


def fill():
    demo.load()
    for _stored in seeding.seed(ROWS, timezone.now()):
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def take(browser, address, asked):
    answer = browser.get(address, asked)
    assert answer.status_code == 200  # noqa: S101
    return sum(map(len, answer))


def main():
    print(f"{ROWS} payments, {connection.vendor}")
    with measured("made up"):
        fill()
    browser = Client()
    officer = User.objects.create_superuser("+989180000003", "مدیر", None)
    browser.force_login(officer, backend="accounts.backends.MobileOrEmailBackend")
    session = browser.session
    session[VERIFIED] = officer.pk
    session.save()
    for what, (address, asked) in PAGES.items():
        take(browser, address, asked)  # what is loaded once
        with measured(what):
            take(browser, address, asked)
    for kind in ("csv", "xlsx", "pdf"):
        with measured(f"all as .{kind}"):
            take(browser, f"{REPORT}report.{kind}", WHOLE | {"by": "month"})


if __name__ == "__main__":
    benchmarks.own_database.run(main)
