"""A clerk sends the pay link of a debt, shows it once, and closes it."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts import outbox
from accounts.models import Message
from debts import links
from debts.history import in_words
from debts.models import Debt, PayLink
from payments import worker
from tests.accounts.conftest import Phone
from tests.conftest import officer, tied
from tests.debts.sheets import row

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 21, tzinfo=UTC)


@pytest.fixture
def phone(monkeypatch):
    double = Phone()
    monkeypatch.setattr("accounts.sms.sender", lambda: double)
    return double


@pytest.fixture
def owed(store):
    return store(row() | {"موبایل": "09181112233"}).debts.get()


@pytest.fixture
def browser(client_of, debts_clerk):
    return client_of(debts_clerk)


def page(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def of(debt, name="links"):
    return reverse(f"admin:debts_{name}", args=[debt.pk])


def test_a_link_is_shown_once_and_closed(browser, owed, debts_clerk):
    assert of(owed) in page(browser.get(f"/admin/debts/debt/{owed.pk}/change/"))
    shown = page(browser.post(of(owed, "make_link")))
    address = re.search('http://localhost:8000(/l/[^"]+)', shown)[1]
    assert "۸٬۰۰۰٬۰۰۰" in page(Client().get(address))
    living = {"link": "live"}
    assert owed.student_number in page(browser.get("/admin/debts/debt/", living))
    later = page(browser.get(of(owed)))
    assert address not in later
    assert debts_clerk.full_name in later
    browser.post(of(owed, "close_link"))
    assert Client().get(address).status_code == 410
    assert owed.student_number not in page(browser.get("/admin/debts/debt/", living))
    events = owed.events.order_by("pk").values_list("kind", "actor")
    mine = debts_clerk.pk
    assert list(events)[1:] == [("linked", mine), ("unlinked", mine)]
    told = page(browser.get(f"/admin/debts/debt/{owed.pk}/change/"))
    assert "پیوند پرداخت بسته شد" in told


def test_a_link_is_sent_to_the_debtor(browser, owed, phone, settings):
    assert "۰۹۱۸•••۲۲۳۳" in page(browser.get(of(owed)))
    browser.post(of(owed, "send_link"))
    link = PayLink.objects.get()
    Message.objects.update(next_try_at=NOON)
    worker.run_once(clock=lambda: NOON)
    [(to, template, tokens)] = phone.messages
    assert (to, template) == ("+989181112233", "pay-link")
    assert page(Client().get(f"/l/{tokens['token2']}/"))
    assert all(len(value) <= 25 for value in tokens.values())
    assert tokens["token2"].isalnum()  # Kavenegar refuses underscores
    assert tokens["token2"] not in str(Message.objects.values())
    browser.post(of(owed, "send_link"))  # the same once more
    assert PayLink.objects.get() == link
    browser.post(of(owed, "send_link"))
    refused = page(browser.post(of(owed, "send_link"), follow=True))
    assert "به اندازه کافی" in refused
    assert Message.objects.count() <= links.SENT  # one for each second


def test_a_link_waits_for_the_morning_and_is_dropped_if_it_is_of_no_use(owed, phone):
    links.send(owed, officer("نرگس", "+989180000009", "مسئول بدهی‌ها"), now=NIGHT)
    outbox.send_due(NIGHT, links.MAKERS)
    assert Message.objects.get().state == "queued"
    Debt.objects.update(state="cancelled")
    message = Message.objects.get()
    outbox.send_due(message.next_try_at, links.MAKERS)
    assert Message.objects.get().state == "failed"
    assert phone.messages == []


def test_without_a_mobile_or_an_open_debt_nothing_is_sent(browser, debt):
    assert "ثبت نشده است" in page(browser.post(of(debt, "send_link"), follow=True))
    Debt.objects.update(state="cancelled")
    for name in ("send_link", "make_link"):
        told = page(browser.post(of(debt, name), follow=True))
        assert "دیگر باز نیست" in told
    assert not PayLink.objects.exists()


def test_links_of_a_foreign_unit_are_not_there(client_of, owed, foreign, clerk):
    stranger = officer("آرش نوری", "+989180000005", "مسئول بدهی‌ها")
    tied(stranger, faculty=foreign.unit.faculty)
    for user, status in ((stranger, 404), (clerk, 403)):
        browser = client_of(user)
        assert browser.get(of(owed)).status_code == status
        for name in ("make_link", "send_link", "close_link"):
            assert browser.post(of(owed, name)).status_code == status
    assert in_words(owed.events.get())
