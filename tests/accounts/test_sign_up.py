"""Signing up, from the form to the dashboard."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from accounts.models import Message, SignUp, User
from payment_portal.seats import Seats
from tests.accounts.conftest import MOBILE, PASSWORD, TYPED, confirm, sign_up, text


def test_somebody_signs_up_and_is_on_the_dashboard(browser, phone):
    answer = sign_up(browser, email="Zhiar@UOK.ac.ir ")
    assert answer.url == "/sign-up/confirm/"
    assert phone.messages == [(MOBILE, "sign-up-code", {"token": phone.code})]
    assert not User.objects.exists()
    answer = confirm(browser, phone.code)
    assert answer.url == "/"
    user = User.objects.get()
    assert (user.full_name, user.mobile) == ("ژیار کاکەیی", MOBILE)
    assert (user.email, user.email_confirmed_at) == ("zhiar@uok.ac.ir", None)
    assert user.check_password(PASSWORD)
    assert user.terms_version == "1405-09"
    assert user.terms_accepted_at
    assert not SignUp.objects.exists()
    assert browser.get("/").status_code == 200


def test_the_code_may_be_typed_in_persian_digits_with_spaces(browser, phone):
    sign_up(browser)
    persian = phone.code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert confirm(browser, f" {persian[:3]} {persian[3:]}").url == "/"


def test_the_page_of_the_code_hides_most_of_the_number(browser, phone):
    sign_up(browser)
    page = text(browser.get("/sign-up/confirm/"))
    assert "۰۹۱۸•••۱۲۳۴" in page
    assert "تأیید و ادامه!" in page
    assert 'data-resend="60"' in page or 'data-resend="59"' in page


def test_an_email_is_not_needed(browser, phone):
    sign_up(browser)
    confirm(browser, phone.code)
    assert User.objects.get().email is None
    assert not Message.objects.filter(channel="mail").exists()


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"full_name": " ‌ "}, "نام و نام خانوادگی را وارد کنید"),
        ({"full_name": "ن" * 151}, "نام نباید بیش از ۱۵۰ حرف باشد"),
        ({"mobile": "08733664600"}, "تلفن همراه را"),
        ({"email": "nobody"}, "name@example.com"),
        ({"password": "kutah"}, "دست‌کم ۱۰ نویسه"),
        ({"password": "1234567890"}, "پرکاربردترین"),
        ({"password": "09185551234"}, "بسیار شبیه"),
        ({"terms": ""}, "قوانین سایت را بخوانید"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    browser, phone, changes, advice
):
    answer = sign_up(browser, **changes)
    page = text(answer)
    assert answer.status_code == 200
    assert advice in page
    typed = TYPED | changes
    assert typed["mobile"] in page
    assert typed["password"] not in page.replace(typed["mobile"], "")
    assert phone.messages == []


@pytest.mark.parametrize(
    "password",
    [
        *("123456789012", "۱۲۳۴۵۶۷۸۹۰۱۲", "918 273 645 546", "13800101138002"),
        *(
            "aaaaaaaaaaaa",
            "abababababab",
            "abcdefghijkl",
            "lkjihgfedcba9",
            "xyzxyzxyzxyz",
        ),
    ],
)
def test_digits_and_rows_of_signs_are_no_password(browser, phone, password):
    page = text(sign_up(browser, password=password))
    assert "فقط رقم است یا نویسه‌های تکراری یا پشت سر هم" in page
    assert phone.messages == []


@pytest.mark.parametrize(
    "password",
    ["Kurdistan 1405", "uok@Daneshgah1", "دانشگاه کردستان ۱۴۰۵", "student-pass1"],
)
def test_names_of_the_university_are_no_password(browser, phone, password):
    page = text(sign_up(browser, password=password))
    assert "چیزی بیش از نام دانشگاه یا این سامانه نیست" in page
    assert phone.messages == []


@pytest.mark.parametrize(
    "password",
    [
        "kurdistan nights",
        "a long winter " * 6,
        "سه زمستان آبی",
        "correct horse",
        "Xk9#qvT2mL",
    ],
)
def test_sentences_and_odd_signs_are_passwords(browser, phone, password):
    assert sign_up(browser, password=password).url == "/sign-up/confirm/"


def test_one_reason_against_a_password_is_enough(browser, phone):
    form = sign_up(browser, password="123456").context["form"]
    assert len(form.errors["password"]) == 1


def test_who_changes_the_number_finds_the_rest_of_the_form(browser, phone):
    sign_up(browser, email="zhiar@uok.ac.ir")
    assert 'href="/sign-up/?change"' in text(browser.get("/sign-up/confirm/"))
    page = text(browser.get("/sign-up/?change"))
    for kept in ("ژیار کاکەیی", "09185551234", "zhiar@uok.ac.ir", "checked"):
        assert kept in page
    assert PASSWORD not in page
    fresh = text(browser.get("/sign-up/"))
    assert "ژیار کاکەیی" not in fresh
    stranger = text(Client().get("/sign-up/?change"))
    assert "ژیار کاکەیی" not in stranger


def test_the_box_of_the_terms_is_not_ticked(browser):
    page = text(browser.get("/sign-up/"))
    assert "با قوانین سایت موافقم." in page
    assert "checked" not in page


def test_an_unproved_number_and_email_are_free_for_their_owner(browser, phone, clock):
    stranger = Client()
    sign_up(stranger, email="mine@uok.ac.ir", full_name="بیگانه")
    clock.shift(61)
    sign_up(browser, email="mine@uok.ac.ir")
    assert confirm(browser, phone.code).url == "/"
    assert User.objects.get().full_name == "ژیار کاکەیی"


def test_a_number_with_an_account_gets_another_sms_and_the_same_page(
    browser, phone, student
):
    sign_up(browser)
    unknown = browser.get("/sign-up/confirm/")
    other = Client()
    cache.clear()
    answer = sign_up(other, mobile="09181234567")
    known = other.get("/sign-up/confirm/")
    assert answer.status_code == 302
    assert answer.url == "/sign-up/confirm/"
    assert phone.messages[-1] == (
        student.mobile,
        "already-registered",
        {"token": "0918***4567"},
    )
    assert shape(known) == shape(unknown)
    for code in ("000000", "123456"):
        wrong, right = confirm(other, code), confirm(browser, "999999")
        assert (wrong.status_code, right.status_code) == (200, 200)
    assert User.objects.count() == 1


def shape(answer):
    """What of a page does not name a number or this visit."""
    page = text(answer)
    for marker in ("۰۹۱۸•••۱۲۳۴", "۰۹۱۸•••۴۵۶۷"):
        page = page.replace(marker, "")
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
    return answer.status_code, [line.split("data-resend")[0] for line in lines]


def test_a_number_that_got_an_account_meanwhile_leads_to_the_log_in(browser, phone):
    sign_up(browser)
    User.objects.create_user(MOBILE, "دیگری", PASSWORD)
    answer = confirm(browser, phone.code)
    assert answer.url == "/login/"
    assert "وارد شوید" in text(browser.get("/login/"))
    assert User.objects.get().full_name == "دیگری"


def test_gone_back_to_correct_the_name_needs_no_second_sms(browser, phone, clock):
    sign_up(browser)
    clock.shift(20)
    answer = sign_up(browser, full_name="ژیار کاکه‌یی")
    assert answer.url == "/sign-up/confirm/"
    assert len(phone.messages) == 1
    confirm(browser, phone.code)
    assert User.objects.get().full_name == "ژیار کاکه‌یی"


def test_another_number_gets_its_own_code_at_once(browser, phone):
    sign_up(browser)
    first = phone.code
    sign_up(browser, mobile="09185554321")
    assert phone.messages[-1][0] == "+989185554321"
    assert confirm(browser, phone.code).url == "/"
    assert User.objects.get().mobile == "+989185554321"
    assert first


def test_the_page_of_the_code_without_a_code_leads_back(browser):
    assert browser.get("/sign-up/confirm/").url == "/sign-up/"


def test_who_is_logged_in_has_nothing_to_sign_up(client_of, student):
    assert client_of(student).get("/sign-up/").url == "/"


def test_forms_are_counted_before_a_password_is_hashed(
    db, phone, settings, monkeypatch
):
    settings.CODES_PER_ADDRESS = 3
    hashed = []

    def hash_slowly(password):
        hashed.append(password)
        return make_password(password)

    monkeypatch.setattr("accounts.signing_up.make_password", hash_slowly)
    for number in range(9):
        answer = sign_up(Client(), mobile=f"0918555000{number}")
    assert "دوباره تلاش کنید" in text(answer)
    assert len(hashed) == 6  # one form and one correction for every code
    assert SignUp.objects.count() == 3


def test_who_finds_no_seat_at_the_provider_is_told_to_come_again(
    browser, phone, monkeypatch
):
    with monkeypatch.context() as full:
        full.setattr("accounts.outbox._seats", Seats(0))
        assert sign_up(browser).url == "/sign-up/confirm/"
        assert phone.messages == []
        assert "سرویس پیامک شلوغ است" in text(browser.get("/sign-up/confirm/"))
    browser.post("/code/resend/")
    assert confirm(browser, phone.code).url == "/"


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        ("bad_number", "در شبکه تلفن همراه شناخته نشد"),
        ("blocked", "پیامک‌های خدماتی"),
        ("throttled", "سرویس پیامک شلوغ است"),
        ("temporary", "سرویس پیامک شلوغ است"),
        ("config", "اشکالی در سامانه"),
        ("credit", "اشکالی در سامانه"),
    ],
)
def test_a_failed_sms_is_told_and_may_be_sent_again_at_once(
    browser, phone, problem, advice
):
    phone.problem = problem
    assert sign_up(browser).url == "/sign-up/confirm/"
    assert advice in text(browser.get("/sign-up/confirm/"))
    assert Message.objects.get().state == "failed"
    phone.problem = ""
    assert browser.post("/code/resend/").url == "/sign-up/confirm/"
    assert advice not in text(browser.get("/sign-up/confirm/"))
    assert confirm(browser, phone.code).url == "/"


def test_an_sms_without_an_answer_is_not_sent_again_before_its_time(
    browser, phone, clock
):
    phone.problem = "unknown"
    sign_up(browser)
    assert "پاسخ نداد" in text(browser.get("/sign-up/confirm/"))
    assert Message.objects.get().state == "unknown"
    phone.problem = ""
    browser.post("/code/resend/")
    assert phone.messages == []
    clock.shift(61)
    browser.post("/code/resend/")
    assert len(phone.messages) == 1


def test_the_terms_can_be_read_by_anybody(browser):
    page = text(browser.get("/terms/"))
    assert "قوانین سایت" in page
    assert "۱۴۰۵-۰۹" in page


@pytest.mark.parametrize(
    "name",
    ["برنده شدید! http://evil.example", "evil.example", "09181234567", "<b>علی</b>"],
)
def test_a_name_is_letters_and_no_advertisement(client, name):
    page = client.post("/sign-up/", {"full_name": name})
    assert page.context["form"].errors["full_name"]


@pytest.mark.parametrize(
    "name", ["سۆران ڕەسوڵی‌نژاد", "Anne-Marie O'Neill", "مُحَمَّد", "زهرا"]
)
def test_a_name_may_be_of_any_script(client, name):
    page = client.post("/sign-up/", {"full_name": name})
    assert "full_name" not in page.context["form"].errors
