"""The second factor of staff: an app, backup codes, and what a thief can do."""

import re
import threading
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import authenticators, outbox, second_factor
from accounts.models import (
    Authenticator,
    BackupCode,
    Message,
    SecurityEvent,
    User,
)
from tests import factor
from tests.accounts.conftest import PASSWORD, confirm, other_code, text
from tests.accounts.test_log_in import log_in

ASK, APP = "/second-factor/", "/second-factor/app/"
SMS, SMS_CODE = "/second-factor/mobile/", "/second-factor/mobile/code/"
SETTINGS, CODES = "/second-factor/settings/", "/second-factor/codes/"
FILE = "/second-factor/codes.txt"
STAFF = "/admin/"
AGAIN = {"password_again": PASSWORD}
BACKUP = re.compile(r"\b\d{4} \d{4} \d{4}\b")
RESEND = re.compile(r'action="(/code/resend/[^"]*)"')
DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
WRONG = "این کد درست نیست یا پیش‌تر استفاده شده است"


class Officer:
    """A member of staff with a telephone, and the browsers that he logs in from."""

    def __init__(self, user, client_of, clock, phone):
        self.user, self.client_of, self.clock = user, client_of, clock
        self.phone = phone

    def come(self):
        """A browser in which he has given his password."""
        return self.client_of(self.user, verified=False)

    def set_up(self, browser=None):
        if browser is None:
            browser = self.come()
            browser.post(APP, AGAIN)
            self.ask_for_sms(browser)
            confirm(browser, self.phone.code, SMS_CODE)
        self.key = factor.key_on(text(browser.get(APP)))
        page = browser.post(APP, {"code": self.code()}, follow=True)
        self.paper = BACKUP.findall(text(page))
        self.clock.shift(30)
        return browser

    def ask_for_sms(self, browser):
        return browser.post(SMS, {"proof": ""})

    def code(self, later=0):
        return factor.code(self.key, later)

    def kinds(self):
        known = SecurityEvent.objects.filter(actor=self.user).order_by("pk")
        return list(known.values_list("kind", flat=True))


@pytest.fixture
def officer(finance_officer, client_of, clock, phone):
    return Officer(finance_officer, client_of, clock, phone)


@pytest.fixture
def enrolled(officer):
    officer.set_up()
    return officer


def give(browser, code, **extra):
    return browser.post(ASK, {"code": code}, **extra)


def is_open(browser):
    return browser.get(STAFF).status_code == 200


def test_the_app_makes_the_codes_of_the_standard(clock):
    clock.move_to("1970-01-01 00:00:59+00:00", tick=False)
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert factor.code(key) == "287082"  # RFC 6238, appendix B, its last six digits


def test_who_has_no_app_is_led_to_set_it_up(officer):
    browser = officer.come()
    wanted = "/admin/payments/payment/"
    answer = browser.get(wanted, follow=True)
    assert factor.KEY.search(text(answer)) is None  # not before the password
    wrong = text(browser.post(APP, {"password_again": "a-wrong-guess"}))
    assert factor.KEY.search(wrong) is None
    browser.post(APP, AGAIN)
    answer = browser.get(wanted, follow=True)
    path, query = answer.request["PATH_INFO"], answer.request["QUERY_STRING"]
    further = urlencode({"next": wanted})
    assert (path, query) == (SMS, further)
    assert "۰۹۱۸•••۰۰۰۲" in text(answer)
    assert officer.ask_for_sms(browser).url.startswith(SMS_CODE)
    wrong = text(confirm(browser, other_code(officer.phone.code), SMS_CODE))
    assert "کد درست نیست" in wrong
    assert browser.get(APP).url.startswith(SMS)
    answer = browser.post(
        f"{SMS_CODE}?{further}", {"code": officer.phone.code}, follow=True
    )
    assert answer.request["PATH_INFO"] == APP
    page = text(answer)
    officer.key = factor.key_on(page)
    assert authenticators.in_groups(officer.key) in page
    assert f"otpauth://totp/localhost%3A{'09180000002'}?secret=" in page
    assert officer.key in text(browser.get(APP))  # looked at again, it is the same
    assert "۶ رقمی را که برنامه نشان می‌دهد" in text(browser.post(APP, {"code": "12"}))
    assert WRONG in text(browser.post(APP, {"code": officer.code(5)}))
    assert not is_open(browser)
    answer = browser.post(f"{APP}?next={wanted}", {"code": officer.code()})
    assert answer.url == f"{CODES}?next={wanted}"
    shown = BACKUP.findall(text(browser.get(answer.url)))
    assert len(set(shown)) == 10
    saved = browser.get(FILE)
    assert "attachment" in saved["Content-Disposition"]
    assert BACKUP.findall(text(saved)) == shown
    assert browser.post(answer.url).url == wanted
    assert browser.get(wanted).status_code == 200
    assert officer.kinds() == [
        *("password_wrong", "code_wrong", "second_factor_wrong", "second_factor_set"),
        "list_seen",
    ]
    told = Message.objects.filter(to=officer.user.mobile).order_by("pk")
    templates = list(told.values_list("template", flat=True))
    assert templates == ["second-factor-code", "second-factor"]


def test_a_password_alone_sets_nothing_up(officer):
    thief = officer.come()
    thief.post(APP, AGAIN)
    officer.ask_for_sms(thief)
    for page in (APP, f"{APP}?next=/admin/"):
        for answer in (thief.get(page), thief.post(page, {"code": "123456"})):
            assert answer.url.startswith(f"{SMS}?next=")
    # Nor does he lead the code to a mobile of his own, or an e-mail.
    for page in ("", "mobile/", "mobile/confirm/", "password/"):
        assert thief.post(f"/profile/{page}", {"x": ""}).url.startswith(ASK)
    # The code is good in the browser that asked for it, and for this alone.
    other = officer.come()
    other.post(APP, AGAIN)
    confirm(other, officer.phone.code, SMS_CODE)
    assert other.get(APP).url.startswith(SMS)
    page = confirm(thief, officer.phone.code, "/password/code/")
    assert page.url == "/password/forgotten/"
    assert not Authenticator.objects.exists()


def test_strangers_keep_nobody_from_setting_up(officer):
    for _hour in range(10):
        Client().post("/password/forgotten/", {"mobile": officer.user.mobile})
        officer.clock.shift(3600)
    assert officer.ask_for_sms(officer.come()).status_code == 200  # no more today
    answers = []
    for _browser in range(21):  # as many as a thief with the password likes
        owner = Client()
        log_in(owner, officer.user.mobile)
        answers.append(officer.ask_for_sms(owner))
    assert answers[0].url.startswith(SMS_CODE)
    assert officer.phone.templates == ["second-factor-code"] * 20
    assert "دوباره تلاش کنید" in text(answers[-1])


def test_the_code_by_sms_ends_and_so_does_what_it_proves(officer):
    browser = officer.come()
    officer.ask_for_sms(browser)
    officer.clock.shift(301)
    late = text(confirm(browser, officer.phone.code, SMS_CODE))
    assert "اعتبار این کد تمام شده است" in late
    page = f"{SMS_CODE}?next=%2Fadmin%2Fpayments%2Fpayment%2F"
    again = RESEND.search(text(browser.get(page)))[1]
    assert browser.post(again).url == page
    assert "کد جدید پیامک شد" in text(browser.get(page))
    led = confirm(browser, officer.phone.code, page).url
    assert led == f"{APP}?next=/admin/payments/payment/"
    browser.post(APP, AGAIN)
    assert factor.KEY.search(text(browser.get(APP)))
    officer.clock.shift(600)
    browser.post(APP, AGAIN)
    assert browser.get(APP).url.startswith(SMS)


def test_key_and_codes_are_seen_once(enrolled):
    browser = enrolled.come()
    give(browser, enrolled.code())
    for address in (APP, CODES, FILE):
        answer = browser.get(address, follow=True)
        assert answer.request["PATH_INFO"] == SETTINGS
        assert enrolled.key not in text(answer)
        assert BACKUP.search(text(answer)) is None
    assert "۱۰ کد مانده است" in text(answer)


def test_the_database_holds_nothing_that_opens(enrolled):
    kept = [*Authenticator.objects.values(), *BackupCode.objects.values()]
    assert len(kept) == 11
    secrets = [enrolled.key, *(code.replace(" ", "") for code in enrolled.paper)]
    assert not any(secret in str(kept) for secret in secrets)


@pytest.mark.parametrize("script", ["latin", "persian"])
def test_a_code_opens_the_staff_pages_until_the_log_out(enrolled, script):
    browser = enrolled.come()
    answer = browser.get(STAFF, follow=True)
    assert answer.request["PATH_INFO"] == ASK
    assert browser.get("/payments/").status_code == 200  # his own, without it
    before = browser.session.session_key
    code = enrolled.code()
    code = code.translate(DIGITS) if script == "persian" else code
    assert give(browser, f" {code[:3]} {code[3:]}").url == STAFF
    assert browser.session.session_key != before
    enrolled.clock.shift(20 * 60)
    assert is_open(browser)
    browser.post("/logout/")
    assert not is_open(enrolled.come())


def test_a_code_opens_one_session(enrolled):
    code = enrolled.code()
    give(enrolled.come(), code)
    other = enrolled.come()
    assert WRONG in text(give(other, code))
    assert WRONG in text(give(other, enrolled.code(-1)))
    assert not is_open(other)
    enrolled.clock.shift(30)
    give(other, enrolled.code())
    assert is_open(other)


def test_the_clock_of_a_telephone_may_be_half_a_minute_off(enrolled):
    enrolled.clock.shift(60)
    assert WRONG in text(give(enrolled.come(), enrolled.code(-2)))
    assert WRONG in text(give(enrolled.come(), enrolled.code(2)))
    assert give(enrolled.come(), enrolled.code(-1)).url == STAFF
    assert give(enrolled.come(), enrolled.code(1)).url == STAFF


def test_guessing_is_stopped_and_written_down(enrolled):
    thief = enrolled.come()
    for later in range(10, 15):
        assert WRONG in text(give(thief, enrolled.code(later)))
    for browser in (thief, enrolled.come()):
        page = text(give(browser, enrolled.code()))
        assert "تعداد تلاش‌ها زیاد است" in page or "دقیقه دیگر" in page
        assert not is_open(browser)
    enrolled.clock.shift(15 * 60 + 1)
    assert give(enrolled.come(), enrolled.code()).url == STAFF
    kinds = enrolled.kinds()
    assert kinds.count("second_factor_wrong") == 5
    assert kinds[-2:] == ["limit_reached", "second_factor"]


def test_nobody_guesses_all_day(enrolled):
    thief = enrolled.come()
    for _round in range(6):
        for later in range(10, 15):
            give(thief, enrolled.code(later))
        enrolled.clock.shift(15 * 60 + 1)
        thief = enrolled.come()
    give(thief, enrolled.code())
    assert not is_open(thief)
    enrolled.clock.shift(24 * 3600)
    assert give(enrolled.come(), enrolled.code()).url == STAFF


def test_a_backup_code_works_once(enrolled):
    User.objects.update(language="en")  # the staff pages are Persian all the same
    browser, paper = enrolled.come(), enrolled.paper[3]
    page = give(browser, paper.translate(DIGITS), follow=True)
    assert page.request["PATH_INFO"] == STAFF
    assert "۹ کد پشتیبان برایتان مانده است" in text(page)
    assert "has been used already" in text(give(enrolled.come(), paper))
    assert "9 left" in text(browser.get(SETTINGS))
    last = SecurityEvent.objects.filter(kind="second_factor").get()
    assert last.detail == "backup code"
    assert last.about == enrolled.user


@pytest.mark.django_db(transaction=True)
def test_in_parallel_a_code_is_taken_once(enrolled):
    start, known, taken = threading.Barrier(6), second_factor.of(enrolled.user), []
    paper = enrolled.paper[0].replace(" ", "")
    tries = [(authenticators.use_code_of_app, enrolled.code())] * 3
    tries += [(authenticators.use_backup_code, paper)] * 3

    def use(way, code):
        start.wait()
        try:
            if way(known, code, timezone.now()):
                taken.append(code)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=one) for one in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted([enrolled.code(), paper])


def test_backup_codes_are_of_one_person(enrolled, clerk, client_of, clock):
    other = Officer(clerk, client_of, clock, enrolled.phone)
    other.set_up()
    assert WRONG in text(give(enrolled.come(), other.paper[0]))
    assert WRONG in text(give(enrolled.come(), other.code()))


def test_new_backup_codes_need_a_code(enrolled):
    browser = enrolled.come()
    code = enrolled.code()
    give(browser, code)
    assert WRONG in text(browser.post(SETTINGS, {"code": code, "renew": ""}))
    enrolled.clock.shift(30)
    again = {"code": enrolled.code(), "renew": ""}
    codes = BACKUP.findall(text(browser.post(SETTINGS, again, follow=True)))
    assert WRONG in text(give(enrolled.come(), enrolled.paper[0]))
    assert give(enrolled.come(), codes[0]).url == STAFF


def test_another_app_needs_a_code_of_the_old_one(enrolled):
    here, there = enrolled.come(), enrolled.come()
    give(here, enrolled.code())
    give(there, enrolled.code(1))
    old = enrolled.key
    for page in (APP, SETTINGS):
        assert here.post(page, {"code": "000000"}, follow=True).status_code == 200
        assert here.get(APP).url == SETTINGS
    assert here.post(SETTINGS, {"code": enrolled.paper[0], "replace": ""}).url == APP
    enrolled.set_up(here)
    assert enrolled.key != old
    assert is_open(here)
    assert there.get("/profile/").status_code == 302  # logged out
    late = enrolled.come()
    assert WRONG in text(give(late, factor.code(old)))
    assert give(late, enrolled.code()).url == STAFF


def test_leave_for_another_app_ends(enrolled):
    browser = enrolled.come()
    give(browser, enrolled.code())
    browser.post(SETTINGS, {"code": enrolled.paper[0], "replace": ""})
    assert browser.get(APP).status_code == 200
    enrolled.clock.shift(10 * 60)
    assert browser.get(APP).url == SETTINGS


def test_a_page_left_open_replaces_nothing(officer, monkeypatch):
    officer.set_up()
    thief = officer.come()
    assert thief.get(APP).url == SETTINGS
    # Even between the look at what he has and the storing of it.
    monkeypatch.setattr(second_factor, "may_set_up", lambda *args: True)
    key = factor.key_on(text(thief.get(APP)))
    assert WRONG in text(thief.post(APP, {"code": factor.code(key)}))
    assert give(officer.come(), officer.code()).url == STAFF


def test_pages_of_the_second_factor_are_for_staff(client_of, student):
    for address in (ASK, SMS, SMS_CODE, APP, SETTINGS, CODES, FILE):
        assert client_of(student).get(address).status_code == 404


def test_a_factor_outlives_the_secret_of_its_day(enrolled, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [old]
    assert give(enrolled.come(), enrolled.code()).url == STAFF
    settings.SECRET_KEY_FALLBACKS = []
    assert give(enrolled.come(), enrolled.code(1)).url == STAFF
    settings.SECRET_KEY = "lost" * 20
    enrolled.clock.shift(60)
    assert WRONG in text(give(enrolled.come(), enrolled.code()))
    assert give(enrolled.come(), enrolled.paper[0]).url == STAFF


# ---- lost


def lost(user):
    return f"/admin/accounts/user/{user.pk}/second-factor/"


def test_a_superuser_takes_a_lost_factor_away(enrolled, client_of, superuser, phone):
    here, manager = enrolled.come(), client_of(superuser)
    for later in range(10, 16):  # looked for in vain
        give(here, enrolled.code(later))
    change = f"/admin/accounts/user/{enrolled.user.pk}/change/"
    assert lost(enrolled.user) in text(manager.get(change))
    assert "دلیل را بنویسید" in text(manager.post(lost(enrolled.user), {"reason": " "}))
    assert Authenticator.objects.exists()
    answer = manager.post(
        lost(enrolled.user), {"reason": "تلفنی، با کارت"}, follow=True
    )
    assert "مرحله دوم ورود برداشته شد" in text(answer)
    assert lost(enrolled.user) not in text(answer)
    assert here.get("/profile/").status_code == 302
    event = SecurityEvent.objects.get(kind="second_factor_reset")
    found = event.actor, event.about, event.detail
    assert found == (superuser, enrolled.user, "تلفنی، با کارت")
    outbox.send_due(event.at)
    notices = ["second-factor", "second-factor"]
    assert phone.templates == ["second-factor-code", *notices]
    enrolled.clock.shift(60)
    enrolled.set_up()
    assert give(enrolled.come(), enrolled.code()).url == STAFF


def test_nobody_takes_his_own_away(enrolled, client_of, superuser, clock):
    assert client_of(enrolled.user).get(lost(enrolled.user)).status_code == 403
    Officer(superuser, client_of, clock, enrolled.phone).set_up()
    manager = client_of(superuser)
    assert manager.post(lost(superuser), {"reason": "x"}).status_code == 403
    assert Authenticator.objects.count() == 2


def test_the_only_superuser_is_helped_at_the_console(enrolled, capsys):
    call_command("reset_second_factor", "0918 000 0002", "با کارت شناسایی")
    event = SecurityEvent.objects.get(kind="second_factor_reset")
    assert (event.actor, event.about) == (None, enrolled.user)
    for mobile in ("09180000002", "09180009999"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", mobile, "x")
    assert User.objects.filter(authenticator=None).exists()


@pytest.mark.parametrize("page", ["", "mobile/", "mobile/confirm/", "password/"])
def test_a_password_alone_changes_nothing_of_an_officers_account(enrolled, page):
    thief, address = enrolled.come(), f"/profile/{page}"
    for answer in (thief.get(address), thief.post(address, {"email": "a@evil.ir"})):
        assert answer["Location"] == f"{ASK}?next={address}"
    owner = enrolled.come()
    answer = give(owner, enrolled.code(), QUERY_STRING=f"next={address}")
    assert answer["Location"] == address
    assert owner.get("/profile/").status_code == 200
    assert User.objects.get(pk=enrolled.user.pk).email is None
