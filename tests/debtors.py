"""Who imports debts, who owes them, and who pays them."""

from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from debts import importing, judging, reading, sheets
from debts.models import Identity, PayLink, Upload
from payments.models import Payment
from tests.conftest import officer, tied
from tests.debts.sheets import NATIONAL, STUDENT, csv, row
from tests.payments.conftest import Payer


class Hidden(HTMLParser):
    """The fields of the page's form as the browser would send them."""

    def __init__(self, page):
        super().__init__()
        self.fields = {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "input" and found.get("name") != "csrfmiddlewaretoken":
            self.fields[found.get("name")] = found.get("value")


class Debtor(Payer):
    """Somebody in front of a browser, who pays a debt."""

    def __init__(self, browser, bank, debt):
        super().__init__(browser, bank, debt.subject)
        self.debt = debt
        self.address = debt.get_absolute_url()

    def fields(self):
        answer = self.browser.get(self.address)
        assert answer.status_code == 200
        return Hidden(answer.content.decode()).fields

    def send(self, **changes):
        fields = self.fields() | changes
        return self.browser.post(f"{self.address}pay/", fields)

    def start(self, **changes):
        answer = self.send(**changes)
        assert answer.status_code == 303, answer.content.decode()
        return Payment.objects.get(public_id=answer["Location"].split("/")[2])


class Guest(Debtor):
    """Somebody without an account, who was given a link."""

    def __init__(self, bank, link):
        super().__init__(Client(), bank, link.debt)
        self.link, self.address = link, link.get_absolute_url()

    def send(self, mobile="09121112233", **changes):
        return super().send(mobile=mobile, **changes)


def is_student(user, student_number=STUDENT, national_number=NATIONAL):
    Identity.objects.create(
        user=user,
        student_number=student_number,
        national_number=national_number,
        proof=Identity.Proof.NUMBERS,
        proved_at=timezone.now(),
    )


@pytest.fixture
def debts_clerk(db, dormitory):
    user = officer("نسرین عزیزی", "+989180000004", "مسئول بدهی‌ها")
    return tied(user, unit=dormitory.unit)


def read_here(content, said):
    """Have a good sheet read without starting a process for it."""
    reading.tell(bytes(content), settings.SHEET_ROWS, said)


@pytest.fixture
def keep(debts_clerk, dormitory, monkeypatch):
    """Keep a sheet as an upload: keep(csv(row()))."""
    monkeypatch.setattr(sheets, "_ask", read_here)

    def kept(content, **changes):
        terms = {"title": "نیمسال اول ۱۴۰۵", "subject": dormitory} | changes
        upload = Upload(created_by=debts_clerk, **terms)
        return importing.keep(upload, "sheet.csv", content, now=timezone.now())

    return kept


@pytest.fixture
def store(keep, debts_clerk):
    """Store rows as debts; the batch."""

    def stored(*rows, **changes):
        now = timezone.now()
        upload = keep(csv(*rows), **changes)
        promise = judging.judge(upload, now=now).promise
        return importing.store(upload, promise, debts_clerk, now=now)[0]

    return stored


@pytest.fixture
def debt(store):
    return store(row()).debts.get()


@pytest.fixture
def debtor(student, client_of, bank, terminal, debt):
    is_student(student)
    return Debtor(client_of(student), bank, debt)


@pytest.fixture
def parent(other_student, client_of, bank, terminal, debt):
    is_student(other_student)
    return Debtor(client_of(other_student), bank, debt)


@pytest.fixture
def guest(debtor, student, debt, bank):
    return Guest(bank, PayLink.make(debt, student, now=timezone.now()))
