"""The portal in English: who gets it, and what English figures look like."""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import override

from accounts import emails, outbox
from accounts.models import Message, User
from payment_portal import english, formats
from payment_portal.language import LanguageMiddleware
from tests.accounts import conftest as accounts

phone = accounts.phone
COOKIE = settings.LANGUAGE_COOKIE_NAME
MOMENT = datetime(2026, 11, 22, 6, 54, tzinfo=UTC)


def reader(browser=None, language="en"):
    browser = browser or Client()
    browser.cookies[COOKIE] = language
    return browser


def language_of(answer):
    return re.search(r'<html lang="(\w+)" dir="(\w+)">', answer.text).groups()


# ---- whose page is in which language


def test_a_header_chooses_no_language(db):
    answer = Client(headers={"accept-language": "en-GB,en;q=0.9"}).get("/login/")
    assert language_of(answer) == ("fa", "rtl")
    assert "bootstrap.rtl.min" in answer.text
    assert COOKIE not in answer.cookies


def test_a_cookie_does(db):
    answer = reader().get("/login/")
    assert language_of(answer) == ("en", "ltr")
    assert "bootstrap.min" in answer.text
    assert "bootstrap.rtl" not in answer.text
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("code", ["de", "en-gb", "../en", ""])
def test_a_cookie_of_no_language_of_ours_is_persian(db, code):
    assert language_of(reader(language=code).get("/login/")) == ("fa", "rtl")


def test_the_account_stands_over_the_cookie_which_follows_it(client_of, student):
    User.objects.update(language="en")
    browser = reader(client_of(student), "fa")
    assert language_of(browser.get("/profile/")) == ("en", "ltr")
    assert browser.cookies[COOKIE].value == "en"
    assert language_of(browser.get("/terms/")) == ("en", "ltr")


def test_nobody_is_looked_up_for_the_language_of_a_public_page(rf):
    """A return from the bank is answered when the database is away."""
    request = rf.get("/bank/some-key/")  # it has no user, who would be asked for
    request.resolver_match = resolve(request.path)
    view = request.resolver_match.func
    LanguageMiddleware(None).process_view(request, view, (), {})


def test_the_staff_pages_are_persian(client_of, finance_officer):
    User.objects.update(language="en")
    answer = reader(client_of(finance_officer)).get("/admin/")
    assert '<html lang="fa"' in answer.text


def test_failures_are_in_the_language_of_the_cookie(db, monkeypatch):
    browser = reader(Client(raise_request_exception=False))
    assert "Page not found" in browser.get("/nowhere/").text
    too_large = browser.post("/login/", {"username": "x" * 300_000})
    assert "That was too large" in too_large.text
    monkeypatch.setattr("accounts.views.log_in.LogInForm", None)
    broken = browser.get("/login/")
    assert broken.status_code == 500
    assert language_of(broken) == ("en", "ltr")
    assert "not available right now" in broken.text


# ---- the switch


def switch(browser, code="en", **fields):
    return browser.post("/language/", {"language": code, **fields})


def test_the_switch_stands_on_every_page_and_leads_back_to_it(client):
    page = client.get("/v/?x=1&y=2").text
    form = page.split('class="languages"')[1].split("</form>")[0]
    assert 'value="/v/?x=1&amp;y=2"' in form
    assert 'name="language" value="en"' in form
    answer = switch(client, next="/v/?x=1&y=2")
    assert answer.url == "/v/?x=1&y=2"
    assert answer.cookies[COOKIE]["httponly"]
    assert language_of(client.get(answer.url)) == ("en", "ltr")
    switch(client, "fa")
    assert language_of(client.get("/v/")) == ("fa", "rtl")


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""],
)
def test_the_switch_leads_to_no_other_site(client, address):
    assert switch(client, next=address).url == "/"


def test_the_switch_knows_our_languages_only(client):
    assert COOKIE not in switch(client, "de").cookies


def test_the_switch_is_pressed_here(db):
    assert switch(Client(enforce_csrf_checks=True)).status_code == 403
    assert Client().get("/language/").status_code == 405


def test_the_switch_changes_the_account(client_of, student):
    switch(client_of(student), "en")
    student.refresh_from_db()
    assert student.language == "en"


def test_the_switch_loses_nothing_that_was_chosen(client_of, student, dormitory):
    form = {
        "faculty": dormitory.unit.faculty_id,
        "unit": dormitory.unit_id,
        "subject": dormitory.pk,
        "amount": "5",
    }
    page = client_of(student).post("/pay/confirm/", form).text
    here = re.search(r'name="next" value="/\?([^"]*)"', page)[1]
    assert here.split("&amp;") == [f"{name}={value}" for name, value in form.items()]


def test_the_profile_changes_the_language(client_of, student):
    browser = client_of(student)
    typed = {"full_name": student.full_name, "email": "", "language": "en"}
    answer = browser.post("/profile/", typed, follow=True)
    assert language_of(answer) == ("en", "ltr")
    assert "Saved." in answer.text
    browser.post("/profile/", typed | {"language": "de"})
    browser.post("/profile/", {"full_name": "سارا", "email": ""})
    student.refresh_from_db()
    assert (student.full_name, student.language) == ("سارا", "en")


@pytest.mark.parametrize(("own", "kept"), [("", "en"), ("fa", "fa")])
def test_a_log_in_brings_a_language_where_none_was_chosen(student, own, kept):
    User.objects.update(language=own)
    typed = {"username": "09181234567", "password": accounts.PASSWORD}
    reader().post("/login/", typed)
    student.refresh_from_db()
    assert student.language == kept


# ---- messages


def test_who_signs_up_in_english_is_written_to_in_english(phone, db, settings):
    settings.SMS_LANGUAGES = ["en"]
    browser = reader()
    accounts.sign_up(browser, email="zh@example.com")
    assert phone.templates == ["sign-up-code-en"]
    accounts.confirm(browser, phone.code)
    assert User.objects.get().language == "en"
    sent = emails.compose(Message.objects.get(channel="mail"))
    assert sent.subject == "Confirm your email – University of Kurdistan Payment Portal"
    assert "To confirm that this is your email address" in sent.body
    assert mail.outbox == []


def test_without_english_texts_the_provider_sends_persian_ones(phone, db, settings):
    settings.SMS_LANGUAGES = []
    accounts.sign_up(reader())
    assert phone.templates == ["sign-up-code"]


@pytest.mark.parametrize(
    ("language", "template"), [("en", "payment-paid-en"), ("", "payment-paid")]
)
def test_the_worker_writes_in_the_language_of_the_account(
    phone, student, settings, language, template
):
    settings.SMS_LANGUAGES = ["en"]
    now = timezone.now()
    Message.objects.queue(
        now,
        channel="sms",
        to=student.mobile,
        template="payment-paid",
        values={},
        key="",
    )
    User.objects.update(language=language)
    outbox.send_due(now)
    assert phone.templates == [template]


def test_an_old_number_hears_of_the_change_in_english(
    phone, client_of, student, settings
):
    settings.SMS_LANGUAGES = ["en"]
    User.objects.update(language="en")
    browser = client_of(student)
    typed = {"mobile": "09121111111", "password": accounts.PASSWORD}
    browser.post("/profile/mobile/", typed)
    browser.post("/profile/mobile/confirm/", {"code": phone.code})
    outbox.send_due(timezone.now())
    assert phone.templates == ["mobile-code-en", "mobile-changed-en"]


# ---- figures


def test_figures_follow_the_language():
    def all_of_them():
        return [
            formats.digits(1405),
            formats.rial(17_700_000),
            formats.toman(17_700_000),
            formats.in_words(17_700_000),
            formats.jalali(MOMENT),
            formats.jalali_numeric(MOMENT),
            formats.jalali_date(date(2026, 3, 20)),
            formats.masked_mobile("+989181234567"),
        ]

    with override("en"):
        assert [text.replace("\u00a0", " ") for text in all_of_them()] == [
            "1405",
            "17,700,000",
            "1,770,000",
            "seventeen million seven hundred thousand",
            "Sunday 1 Azar 1405 (22 Nov 2026), 10:24",
            "1 Azar 1405 (22 Nov 2026), 10:24",
            "29 Esfand 1404 (20 Mar 2026)",
            "0918•••4567",
        ]
    with override("fa"):
        assert all_of_them()[:3] == ["۱۴۰۵", "۱۷٬۷۰۰٬۰۰۰", "۱٬۷۷۰٬۰۰۰"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (5, "five"),
        (20, "twenty"),
        (45, "forty-five"),
        (100, "one hundred"),
        (119, "one hundred and nineteen"),
        (1_005, "one thousand and five"),
        (1_000_100, "one million one hundred"),
        (2_000_000_021, "two billion and twenty-one"),
        (999_999, "nine hundred and ninety-nine thousand nine hundred and ninety-nine"),
    ],
)
def test_amounts_in_english_words(amount, words):
    assert english.in_words(amount) == words


@pytest.mark.parametrize("typed", ["۵۰۰", "500", "٥٠٠"])
def test_digits_of_any_script_are_read(client_of, student, dormitory, typed):
    form = {
        "faculty": dormitory.unit.faculty_id,
        "unit": dormitory.unit_id,
        "subject": dormitory.pk,
        "amount": typed,
        "submission_key": "k",
    }
    answer = reader(client_of(student)).post("/pay/confirm/", form)
    assert "The amount must be 10,000 rials or more" in answer.text
