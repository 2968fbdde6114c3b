"""The rules of a code: its life, its tries, its one use."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import codes, signing_up
from accounts.models import Limit, Message, MobileCode, User
from tests.accounts.conftest import (
    MOBILE,
    confirm,
    forget,
    other_code,
    sign_up,
    text,
)


@pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (301, False)])
def test_a_code_lives_for_300_seconds(browser, phone, clock, seconds, accepted):
    sign_up(browser)
    clock.shift(seconds)
    answer = confirm(browser, phone.code)
    assert (answer.status_code == 302) == accepted
    if not accepted:
        assert "اعتبار این کد تمام شده است" in text(answer)


def test_the_fifth_try_may_be_the_right_one(browser, phone):
    sign_up(browser)
    for left in "۴۳۲۱":
        page = text(confirm(browser, other_code(phone.code)))
        assert f"{left} بار دیگر" in page
    assert confirm(browser, phone.code).url == "/"


def test_the_sixth_try_is_refused_even_if_right(browser, phone):
    sign_up(browser)
    for _ in range(5):
        page = text(confirm(browser, other_code(phone.code)))
    assert "کد جدیدی بخواهید" in page
    answer = confirm(browser, phone.code)
    assert answer.status_code == 200
    assert "چند بار نادرست" in text(answer)
    assert not User.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "12 34"])
def test_what_is_no_code_costs_no_try(browser, phone, code):
    sign_up(browser)
    assert confirm(browser, code).status_code == 200
    assert MobileCode.objects.get().attempts == 0


def test_a_code_with_leading_zeros_is_a_code(browser, phone, monkeypatch):
    monkeypatch.setattr(MobileCode, "digits", "000042")
    sign_up(browser)
    assert phone.code == "000042"
    assert confirm(browser, "۰۰۰۰۴۲").url == "/"


def test_a_code_works_once(browser, phone):
    sign_up(browser)
    session = dict(browser.session.items())
    code = phone.code
    confirm(browser, code)
    challenge = MobileCode.objects.get()
    assert challenge.consumed_at
    with pytest.raises(codes.WrongCode) as refused:
        codes.check(session, "sign_up", code, timezone.now())
    assert refused.value.reason == "used"


def test_a_code_is_used_up_once(browser, phone):
    sign_up(browser)
    challenge = MobileCode.objects.get()
    assert challenge.consume(timezone.now())
    assert not challenge.consume(timezone.now())


def test_a_replaced_code_is_not_used_up(browser, phone):
    sign_up(browser)
    challenge = MobileCode.objects.get()
    MobileCode.objects.update(superseded_at=timezone.now())
    assert not challenge.consume(timezone.now())


def test_a_new_code_kills_the_old_one(browser, phone, clock):
    sign_up(browser)
    old = phone.code
    clock.shift(61)
    browser.post("/code/resend/")
    assert phone.templates == ["sign-up-code"] * 2
    if old != phone.code:
        assert confirm(browser, old).status_code == 200
    assert confirm(browser, phone.code).url == "/"
    assert MobileCode.objects.filter(superseded_at__isnull=False).count() == 1


def test_a_code_is_not_sent_again_before_60_seconds(browser, phone, clock):
    sign_up(browser)
    clock.shift(59)
    assert browser.post("/code/resend/").url == "/sign-up/confirm/"
    assert len(phone.messages) == 1
    page = browser.get("/sign-up/confirm/")
    assert "۱ ثانیه دیگر" in text(page)
    assert 'action="/code/resend/"' in page.text
    clock.shift(1)
    browser.post("/code/resend/")
    assert len(phone.messages) == 2


def test_who_asks_for_a_new_code_sees_that_it_was_sent(browser, phone, clock):
    sign_up(browser)
    clock.shift(61)
    browser.post("/code/resend/")
    assert "کد جدید پیامک شد." in text(browser.get("/sign-up/confirm/"))
    phone.problem = "temporary"
    clock.shift(61)
    browser.post("/code/resend/")
    assert "کد جدید پیامک شد." not in text(browser.get("/sign-up/confirm/"))


def test_who_asks_for_a_new_code_of_a_reset_learns_nothing(student, phone, clock):
    pages = []
    for mobile in ("09181234567", "09189999999"):
        browser = Client()
        forget(browser, mobile)
        clock.shift(61)
        browser.post("/code/resend/")
        pages.append(text(browser.get("/password/code/")))
    said = "اگر این شماره حساب کاربری داشته باشد، کد جدید پیامک می‌شود."
    assert [said in page for page in pages] == [True, True]


def test_looking_at_the_resend_address_sends_nothing(browser, phone, clock):
    sign_up(browser)
    clock.shift(61)
    assert browser.get("/code/resend/").url == "/sign-up/confirm/"
    assert len(phone.messages) == 1


def test_without_a_code_there_is_nothing_to_send_again(browser, phone):
    assert browser.post("/code/resend/").url == "/login/"


def test_another_session_cannot_use_the_code(browser, phone, clock):
    sign_up(browser)
    code = phone.code
    thief = Client()
    clock.shift(61)
    sign_up(thief)
    if code != phone.code:
        assert confirm(thief, code).status_code == 200
    assert confirm(browser, code).url == "/"


def test_a_code_of_another_purpose_proves_nothing(browser, phone, student, clock):
    forget(browser)
    assert phone.templates == ["reset-code"]
    assert browser.get("/sign-up/confirm/").url == "/sign-up/"
    assert confirm(browser, phone.code).url == "/sign-up/"
    assert MobileCode.objects.get().attempts == 0


def test_a_code_made_under_the_old_key_still_fits(browser, phone, settings):
    sign_up(browser)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key" * 6
    assert confirm(browser, phone.code).url == "/"


def test_without_the_key_a_code_cannot_be_found_from_the_database(browser, phone):
    sign_up(browser)
    held = browser.session[codes.SESSION_KEY]
    challenge = MobileCode.objects.get()
    assert challenge.fits(phone.code, held["secret"])
    assert not challenge.fits(phone.code, "another-session")
    challenge.purpose = "reset"
    assert not challenge.fits(phone.code, held["secret"])


def test_a_code_is_nowhere_in_clear(browser, phone, caplog):
    caplog.set_level("DEBUG")
    phone.problem = "temporary"
    sign_up(browser)
    phone.problem = ""
    browser.post("/code/resend/")
    code = phone.code
    confirm(browser, other_code(code))
    assert code not in caplog.text
    challenge = MobileCode.objects.latest("created_at")
    message = Message.objects.latest("created_at")
    stored = [str(vars(challenge)), str(vars(message)), str(browser.session.items())]
    assert not any(f"'{code}'" in row for row in stored)
    assert message.values == {}


def guess_fifteen_times(phone, clock):
    thief = Client()
    for _ in range(3):
        sign_up(thief)
        for _ in range(5):
            confirm(thief, other_code(phone.code))
        clock.shift(3700)


def test_after_fifteen_wrong_codes_a_number_has_one_try_a_code(browser, phone, clock):
    guess_fifteen_times(phone, clock)
    sign_up(browser)
    wrong = confirm(browser, other_code(phone.code))
    assert "چند بار نادرست" in text(wrong)
    assert confirm(browser, phone.code).status_code == 200
    clock.shift(24 * 3600)
    sign_up(browser)
    confirm(browser, other_code(phone.code))
    assert confirm(browser, phone.code).url == "/"


def test_who_guesses_at_a_number_does_not_lock_its_owner_out(browser, phone, clock):
    guess_fifteen_times(phone, clock)
    sign_up(browser)
    assert confirm(browser, phone.code).url == "/"


def test_a_right_code_is_no_failure(browser, phone):
    sign_up(browser)
    confirm(browser, other_code(phone.code))
    assert Limit.objects.get(scope="code-failure").count == 1
    confirm(browser, phone.code)
    assert Limit.objects.get(scope="code-failure").count == 1


@pytest.mark.django_db(transaction=True)
def test_of_parallel_right_codes_one_succeeds(phone):
    browser = Client()
    sign_up(browser)
    session = dict(browser.session.items())
    code, start, outcomes = phone.code, threading.Barrier(4), []

    def finish():
        start.wait()
        try:
            outcomes.append(signing_up.finish(dict(session), code, timezone.now()))
        except codes.WrongCode as refusal:
            outcomes.append(refusal.reason)
        finally:
            connection.close()

    run_together(finish, 4)
    assert [str(outcome) for outcome in outcomes].count("used") == 3
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_wrong_codes_get_five_tries_together(phone):
    browser = Client()
    sign_up(browser)
    session = dict(browser.session.items())
    wrong, start, reasons = other_code(phone.code), threading.Barrier(8), []

    def guess():
        start.wait()
        try:
            codes.check(dict(session), "sign_up", wrong, timezone.now())
        except codes.WrongCode as refusal:
            reasons.append(refusal.reason)
        finally:
            connection.close()

    run_together(guess, 8)
    assert len(reasons) == 8
    assert MobileCode.objects.get().attempts == 5


def run_together(work, times):
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def challenge(**changes):
    now = timezone.now()
    facts = {
        "purpose": "sign_up",
        "mobile": MOBILE,
        "mac": "a" * 64,
        "created_at": now,
        "expires_at": now + timedelta(seconds=300),
    }
    return MobileCode(**facts | changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"purpose": "other"}, "mobile_code_purpose_is_known"),
        ({"mobile": "09181234567"}, "mobile_code_mobile_is_e164"),
        ({"mac": "123456"}, "mobile_code_is_stored_as_a_mac"),
        ({"attempts": 6}, "mobile_code_is_tried_five_times_at_most"),
        (
            {"expires_at": timezone.now() - timedelta(days=1)},
            "mobile_code_expires_after_it_is_made",
        ),
        (
            {"consumed_at": timezone.now(), "superseded_at": timezone.now()},
            "mobile_code_is_used_or_replaced_not_both",
        ),
    ],
)
def test_the_database_refuses(db, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        challenge(**changes).save(force_insert=True)


def test_the_key_is_not_in_the_database(db):
    made = challenge()
    made.keep("secret")
    assert settings.SECRET_KEY not in str(vars(made))


def test_a_dead_code_is_not_gone_on_with(browser, phone, clock):
    sign_up(browser)
    for _ in range(5):
        confirm(browser, other_code(phone.code))
    clock.shift(20)
    answer = sign_up(browser)
    assert answer.status_code == 200
    assert "۴۰ ثانیه دیگر" in text(answer)


def test_a_session_without_a_code_proves_nothing(db):
    with pytest.raises(codes.WrongCode):
        codes.check({}, "sign_up", "123456", timezone.now())


@pytest.mark.django_db(transaction=True)
def test_the_provider_is_called_after_the_commit(phone, monkeypatch):
    seen = []
    told = type(phone).fail_if_told

    def look(self):
        seen.append((connection.in_atomic_block, MobileCode.objects.count()))
        told(self)

    monkeypatch.setattr(type(phone), "fail_if_told", look)
    sign_up(Client())
    assert seen == [(False, 1)]
