"""What somebody gets who asks for his data, and what he does not get."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from accounts import retention
from accounts.models import Message, SecurityEvent
from debts import certificates
from debts.models import Debt, Identity
from tests.accounts import conftest as accounts
from tests.accounts.test_profile import PAGE, move
from tests.conftest import PASSWORD
from tests.debts.sheets import STUDENT
from tests.payments.test_guards import make_payment

phone, clock = accounts.phone, accounts.clock
ADDRESS = "/profile/data/"


def data_of(browser):
    answer = browser.post(ADDRESS)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return json.loads(answer.content)


def message(to, template="payment-paid", **changes):
    facts = {
        "channel": "sms",
        "template": template,
        "values": {"token": "500000"},
        "key": f"{to} {Message.objects.count()}",
        "state": "failed",
        "created_at": timezone.now(),
    }
    return Message.objects.create(to=to, **facts | changes)


def test_everybody_gets_his_own_data_and_nobody_elses(
    debtor, other_student, dormitory, terminal, student
):
    theirs = make_payment(other_student, dormitory, terminal)
    mine = make_payment(student, dormitory, terminal)
    message(student.mobile)
    message(other_student.mobile)
    message(student.mobile, "reset-code", values={})
    answer = debtor.browser.post(ADDRESS)
    data = json.loads(answer.content)
    assert data["account"]["full_name"] == student.full_name
    assert [row["order_number"] for row in data["payments"]] == [mine.order_number]
    assert [row["title"] for row in data["debts"]] == ["شهریه"]
    assert [row["national_number"] for row in data["identities"]] == ["0012345679"]
    assert [row["template"] for row in data["messages"]] == [
        "payment-paid",
        "reset-code",
    ]
    for secret in (
        *(theirs.order_number, other_student.full_name, other_student.mobile),
        *(mine.callback_key, mine.verify_key, mine.verify_code, mine.submission_key),
        *(student.password, debtor.browser.session.session_key),
    ):
        assert secret not in answer.text
    assert SecurityEvent.objects.filter(kind="downloaded", about=student).exists()


def test_messages_to_whoever_had_the_number_before_are_his(client_of, student, phone):
    message("+989355551234", created_at=timezone.now() - timedelta(days=1))
    message(student.mobile, created_at=student.created_at - timedelta(days=1))
    browser = client_of(student)
    move(browser)
    accounts.confirm(browser, phone.code, PAGE)
    message("+989355551234", "payment-unpaid")
    assert [row["template"] for row in data_of(browser)["messages"]] == [
        "payment-unpaid"
    ]


def test_mail_counts_as_his_once_he_has_confirmed_the_address(client_of, student):
    student.email = "ali@uok.ac.ir"
    student.save()
    message(student.email, channel="mail")
    browser = client_of(student)
    assert data_of(browser)["messages"] == []
    student.email_confirmed_at = timezone.now() - timedelta(minutes=1)
    student.save()
    assert len(data_of(browser)["messages"]) == 1


def test_it_is_given_five_times_a_day(client_of, student, clock):
    browser = client_of(student)
    for _ in range(5):
        data_of(browser)
    refused = browser.post(ADDRESS)
    assert refused.status_code == 429
    assert "۲۴ ساعت دیگر دوباره" in refused.text
    assert "پنج بار" in refused.text
    assert "امنیت" not in refused.text
    assert SecurityEvent.objects.filter(kind="downloaded").count() == 5
    clock.shift(24 * 3600 + 1)
    browser.post("/login/", {"username": student.mobile, "password": PASSWORD})
    data_of(browser)


def test_it_is_asked_for_by_a_button(client_of, student):
    browser = client_of(student)
    assert browser.get(ADDRESS).url == "/profile/"
    assert f'action="{ADDRESS}"' in browser.get("/profile/").text
    assert not SecurityEvent.objects.exists()


# ---- what the pages promise


def days(delta):
    return str(delta.days).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


@pytest.mark.django_db
def test_the_page_tells_how_long_things_are_kept(settings):
    settings.KEEP_MESSAGES = timedelta(days=123)
    page = Client().get("/privacy/").text
    for kept in (settings.KEEP_MESSAGES, project.KEEP_CALL_BODIES):
        assert f"{days(kept)} روز" in page
    assert "۳۰ دقیقه" in page
    assert "۱۲ ساعت" in page
    assert 'href="/privacy/"' in Client().get("/terms/").text


# Each row of the document by its first words, and where the payer reads it.
TOLD = {
    "Account": "Your name, mobile number, email address",
    "Password": "Your password, only as",
    "Payment": "Each payment with your name",
    "Claims": "and what happened to it",
    "Debt": "Each debt that a unit",
    "Identity": "belong to your account",
    "Pay link": "its payment links",
    "Payment by a pay link": "Whoever pays by a payment link",
    "Certificate": "Certificates of no debt",
    "What was said": "we and the bank exchanged",
    "SMS and mail": "SMS and emails we sent you",
    "Codes": "That a code was requested",
    "Sign-up": "A sign-up that was not completed",
    "Counters": "Counts of failed log-ins",
    "Failed log-ins": "Counts of failed log-ins",
    "Session": "Where you are logged in",
    "Security log": "A security log",
}
OF_STAFF = ["Second factor", "Uploaded sheet", "History", "Lines on standard error"]


@pytest.mark.django_db
def test_the_page_tells_what_the_document_tells():
    text = (project.BASE_DIR / "docs" / "privacy.md").read_text()
    names = re.findall(r"^\| ([^|]+?) \|", text, re.M)[2:]
    browser = Client()
    browser.cookies[project.LANGUAGE_COOKIE_NAME] = "en"
    page = " ".join(browser.get("/privacy/").text.split())
    for name in names:
        if not name.startswith(tuple(OF_STAFF)):
            known = max((one for one in TOLD if name.startswith(one)), key=len)
            assert TOLD[known] in page


def test_what_others_did_at_his_account_is_among_it(client_of, student, superuser):
    Client().post("/login/", {"username": student.mobile, "password": "a-wrong-guess"})
    client_of(superuser).get(f"/admin/accounts/user/{student.pk}/change/")
    said = data_of(client_of(student))["security_by_others"]
    assert [event["kind"] for event in said] == ["log_in_failed", "user_seen"]
    # Neither who it was nor from where.
    assert all(set(event) == {"at", "kind"} for event in said)


def test_the_document_names_the_same_days():
    text = (project.BASE_DIR / "docs" / "privacy.md").read_text()
    for name in ("KEEP_MESSAGES", "KEEP_CALL_BODIES", "KEEP_SECURITY_EVENTS"):
        assert f"`{name}`, {getattr(project, name).days} days" in text
    assert f"the row {retention.KEEP_CODES.days} days" in text
    assert re.search(rf"completed .*\| {retention.KEEP_SIGN_UPS.days} days", text)
    assert f"{project.USER_SESSION_AGE // timedelta(hours=1)} hours in all" in text
    assert f"{project.SESSION_IDLE // timedelta(minutes=1)} minutes without" in text


def test_links_and_certificates_are_among_it(guest, debtor, student):
    now = timezone.now()
    Debt.objects.update(state="paid", paid_amount=8_000_000)
    certificates.issue(Identity.objects.get(), now=now)
    data = data_of(debtor.browser)
    assert [row["debt__title"] for row in data["pay_links"]] == ["شهریه"]
    assert [row["student_number"] for row in data["certificates"]] == [STUDENT]
    assert guest.link.key not in json.dumps(data)
