"""In with a mobile or an e-mail, out by a button, and not too many guesses."""

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from accounts import entrance
from accounts.models import User
from tests.accounts.conftest import PASSWORD, forget, text

SECOND_FACTOR = "/second-factor/app/"
NEUTRAL = "نام کاربری یا رمز ورود درست نیست"


def log_in(browser, username, password=PASSWORD, address="/login/", **extra):
    typed = {"username": username, "password": password}
    return browser.post(address, typed, **extra)


@pytest.mark.parametrize(
    "spelling",
    [
        "09181234567",
        "9181234567",
        "+989181234567",
        "00989181234567",
        "۰۹۱۸ ۱۲۳ ۴۵۶۷",
        "٠٩١٨-١٢٣-٤٥٦٧",
        "\u200e0918 123 4567\u200f",
    ],
)
def test_a_mobile_logs_in_in_any_spelling(browser, student, spelling):
    assert log_in(browser, spelling).url == "/"
    assert browser.get("/profile/").status_code == 200


@pytest.mark.parametrize("spelling", ["ali@uok.ac.ir", " ALI@UOK.ac.ir\u200f"])
def test_a_confirmed_email_logs_in(browser, student, spelling):
    has_email(student, confirmed=True)
    assert log_in(browser, spelling).url == "/"


def test_an_unconfirmed_email_logs_in_while_only_one_has_it(
    browser, student, other_student
):
    has_email(student)
    assert log_in(browser, "ali@uok.ac.ir").url == "/"
    has_email(other_student)
    assert NEUTRAL in text(log_in(Client(), "ali@uok.ac.ir"))
    has_email(other_student, confirmed=True)
    owner = Client()
    assert log_in(owner, "ali@uok.ac.ir").url == "/"
    assert owner.session["_auth_user_id"] == str(other_student.pk)


def has_email(user, *, confirmed=False):
    user.email = "ali@uok.ac.ir"
    user.email_confirmed_at = timezone.now() if confirmed else None
    user.save()


def test_a_lock_that_a_reset_took_away_meanwhile_is_answered(
    browser, student, monkeypatch
):
    """The failures are gone between the lock and the answer to it."""
    for _ in range(5):
        log_in(browser, student.mobile, "wrong-guess")
    real = entrance.locked_until

    def late(request, credentials, now):
        entrance.forget_failures(student)
        return real(request, credentials, now)

    monkeypatch.setattr(entrance, "locked_until", late)
    assert log_in(browser, student.mobile).status_code == 429


def test_every_failure_reads_the_same(browser, student, other_student):
    other_student.is_active = False
    other_student.save()
    pages = [
        text(log_in(browser, name, password))
        for name, password in [
            (student.mobile, "wrong-password"),
            ("09189999999", PASSWORD),
            ("nobody@uok.ac.ir", PASSWORD),
            (other_student.mobile, PASSWORD),
        ]
    ]
    assert all(NEUTRAL in page for page in pages)


def test_the_name_is_kept_and_the_password_is_not(browser, student):
    page = text(log_in(browser, "۰۹۱۸۱۲۳۴۵۶۷", "a-wrong-guess"))
    assert "۰۹۱۸۱۲۳۴۵۶۷" in page
    assert "a-wrong-guess" not in page


def test_an_unknown_name_costs_as_much_time_as_a_known_one(
    browser, student, monkeypatch
):
    hashed = []
    original = User.set_password
    monkeypatch.setattr(
        User, "set_password", lambda self, raw: hashed.append(original(self, raw))
    )
    log_in(browser, "09189999999")
    assert len(hashed) == 1


def test_nothing_typed_is_asked_for(browser):
    page = text(log_in(browser, "", ""))
    assert "تلفن همراه یا ایمیل خود را وارد کنید" in page
    assert "رمز ورود را وارد کنید" in page


def test_after_the_log_in_one_is_where_one_wanted_to_go(browser, student):
    assert browser.get("/profile/").url == "/login/?next=/profile/"
    answer = log_in(browser, student.mobile, address="/login/?next=/profile/")
    assert answer.url == "/profile/"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_to_another_site(browser, student, wanted):
    answer = log_in(browser, student.mobile, address=f"/login/?next={wanted}")
    assert answer.url == "/"


def test_the_session_changes_its_key_at_log_in(browser, student, phone):
    browser.post("/password/forgotten/", {"mobile": "09189999999"})
    before = browser.session.session_key
    log_in(browser, student.mobile)
    assert browser.session.session_key != before


def test_logging_out_needs_a_post(client_of, student):
    browser = client_of(student)
    assert browser.get("/logout/").status_code == 405
    assert browser.get("/profile/").status_code == 200
    assert browser.post("/logout/").url == "/login/"
    assert "از حساب خود خارج شدید." in text(browser.get("/login/"))
    assert browser.get("/profile/").status_code == 302


def test_who_is_logged_in_is_not_asked_again(client_of, student):
    assert client_of(student).get("/login/").url == "/"


def test_the_staff_come_in_by_the_same_door(browser, superuser):
    assert browser.get("/admin/", follow=True).redirect_chain[-1][0] == (
        "/login/?next=/admin/"
    )
    answer = log_in(browser, superuser.mobile, address="/login/?next=/admin/")
    assert answer.url == "/admin/"
    assert browser.get("/admin/", follow=True).request["PATH_INFO"] == SECOND_FACTOR


# ---- guessing


def test_five_wrong_guesses_lock_this_account_from_this_address(
    browser, student, clock
):
    spellings = ["09181234567", "+989181234567", "۰۹۱۸۱۲۳۴۵۶۷", "00989181234567"]
    for spelling in spellings:
        assert log_in(browser, spelling, "wrong-guess").status_code == 200
    answer = log_in(browser, "9181234567", "wrong-guess")
    assert answer.status_code == 429
    assert "حدود ۱۵ دقیقه" in text(answer)
    assert answer["Retry-After"] == "900"
    clock.shift(300)
    answer = log_in(browser, student.mobile)
    assert answer.status_code == 429
    assert "حدود ۱۰ دقیقه" in text(answer)
    clock.shift(601)
    assert log_in(browser, student.mobile).url == "/"


def test_the_email_and_the_mobile_of_an_account_count_together(browser, student):
    has_email(student, confirmed=True)
    for name in ["ali@uok.ac.ir", "09181234567"] * 2:
        log_in(browser, name, "wrong-guess")
    assert log_in(browser, "ALI@uok.ac.ir", "wrong-guess").status_code == 429


def test_a_name_without_an_account_is_locked_alike(browser):
    for _ in range(4):
        assert log_in(browser, "09189999999", "wrong-guess").status_code == 200
    assert log_in(browser, "+98 918 999 9999", "guess").status_code == 429


def test_nobody_can_lock_the_owner_out_from_elsewhere(browser, student):
    for _ in range(6):
        log_in(browser, student.mobile, "wrong-guess", REMOTE_ADDR="203.0.113.9")
    assert log_in(Client(), student.mobile).url == "/"


def test_another_account_is_not_locked(browser, student, other_student):
    for _ in range(6):
        log_in(browser, student.mobile, "wrong-guess")
    assert log_in(browser, other_student.mobile).url == "/"


def test_a_right_password_forgets_the_wrong_ones(browser, student):
    for _ in range(4):
        log_in(browser, student.mobile, "wrong-guess")
    log_in(browser, student.mobile)
    assert not AccessAttempt.objects.exists()


def test_no_password_is_kept_beside_a_failure(browser, student):
    log_in(browser, student.mobile, "my-other-password")
    stored = str(list(AccessAttempt.objects.values()))
    assert "my-other-password" not in stored
    assert student.mobile not in stored


def test_one_address_cannot_try_one_password_on_everybody(browser, settings, clock):
    settings.LOG_IN_FAILURES_PER_ADDRESS = 3
    for number in range(3):
        log_in(browser, f"0918000000{number}", "spring-in-sanandaj")
    answer = log_in(browser, "09180000009", "spring-in-sanandaj")
    assert answer.status_code == 429
    assert "حدود ۶۰ دقیقه" in text(answer)


def test_those_who_know_their_password_use_no_budget(settings, student):
    settings.LOG_IN_FAILURES_PER_ADDRESS = 1
    for _ in range(3):
        assert log_in(Client(), student.mobile).url == "/"


def test_guesses_from_the_own_campus_do_not_lock_out_a_known_browser(
    browser, student, settings
):
    settings.LOG_IN_FAILURES_PER_ADDRESS = 6
    log_in(browser, student.mobile)
    browser.post("/logout/")
    neighbour = Client()
    for _ in range(5):
        log_in(neighbour, student.mobile, "wrong-guess")
    log_in(neighbour, "09189999999", "wrong-guess")
    assert log_in(neighbour, student.mobile).status_code == 429
    assert log_in(Client(), "09187654321").status_code == 429
    assert log_in(browser, student.mobile).url == "/"


def test_whoever_proves_the_mobile_has_a_known_browser(browser, student, phone):
    neighbour = Client()
    forget(browser)
    browser.post("/password/code/", {"code": phone.code})
    browser.post("/password/new/", {"password": "four-green-springs"})
    for _ in range(6):
        log_in(neighbour, student.mobile, "wrong-guess")
    assert log_in(browser, student.mobile, "four-green-springs").url == "/"


def test_a_known_browser_is_not_free_to_guess(browser, student, clock):
    log_in(browser, student.mobile)
    browser.post("/logout/")
    for _ in range(10):
        assert log_in(browser, student.mobile, "wrong-guess").status_code == 200
    answer = log_in(browser, student.mobile)
    assert answer.status_code == 429
    assert "حدود ۱۵ دقیقه" in text(answer)
    clock.shift(901)
    assert log_in(browser, student.mobile).url == "/"


def test_a_browser_is_known_for_one_account_and_not_forged(
    browser, student, other_student
):
    log_in(browser, student.mobile)
    browser.post("/logout/")
    for _ in range(4):
        log_in(browser, other_student.mobile, "wrong-guess")
    assert log_in(browser, other_student.mobile, "wrong").status_code == 429
    thief = Client()
    thief.cookies["device"] = f"{student.pk}:abc:forged"
    for _ in range(5):
        answer = log_in(thief, student.mobile, "wrong-guess")
    assert answer.status_code == 429


def test_who_is_sent_to_log_in_is_told_that_it_goes_on_from_there(browser):
    for address, is_told in {"/payments/": True, "/": False}.items():
        page = browser.get(address, follow=True)
        assert ("برای ادامه وارد شوید" in text(page)) == is_told
