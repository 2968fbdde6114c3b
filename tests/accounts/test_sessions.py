"""Where somebody is logged in, how it ends, and who is told of a new device."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.models import Message, SecurityEvent, Session
from tests.accounts.conftest import PASSWORD, confirm, forget, sign_up, text
from tests.accounts.test_log_in import log_in

PAGE = "/profile/devices/"
END = "/profile/devices/end/"
MINUTE = 60
AGAIN = {"password_again": PASSWORD}
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)
AGENTS = [
    (PHONE, "کروم در اندروید"),
    (PHONE.replace("Chrome", "SamsungBrowser/27.0 Chrome"), "سامسونگ در اندروید"),
    (PHONE + " OPR/95.0", "اپرا در اندروید"),
    (PHONE + " Edg/142.0", "اج در اندروید"),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        "سافاری در آیفون",
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 "
        "Firefox/144.0",
        "فایرفاکس در ویندوز",
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
        "like Gecko) Version/18.1 Safari/605.1.15",
        "سافاری در مک",
    ),
    ("Lynx/2.9 <script>", "مرورگر ناشناخته"),
    ("", "مرورگر ناشناخته"),
    ("Something (X11; Linux)", "لینوکس"),
]


def came_in(user, agent=PHONE):
    browser = Client(headers={"User-Agent": agent})
    log_in(browser, user.mobile)
    return browser


def handle_in(page):
    return re.search(r'name="session" value="(\w+)"', page)[1]


def is_in(browser):
    return browser.get("/payments/").status_code == 200


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_a_browser_is_told_in_simple_words(agent, words):
    assert sessions.in_words(sessions.named(agent)) == words


def test_somebody_sees_where_he_is_logged_in(student, other_student):
    here = came_in(student)
    came_in(student, AGENTS[5][0])
    came_in(other_student, AGENTS[6][0])
    page = text(here.get(PAGE))
    assert page.count("کروم در اندروید") == 1
    assert page.index("این دستگاه") < page.index("فایرفاکس در ویندوز")
    assert "سافاری" not in page
    assert not any(row.session_key in page for row in Session.objects.all())


def test_one_session_is_ended(student):
    here, there = came_in(student), came_in(student)
    chosen = {"session": handle_in(text(here.get(PAGE)))}
    answer = here.post(END, chosen | AGAIN, follow=True)
    assert "از آن دستگاه خارج شدید" in text(answer)
    assert is_in(here)
    assert not is_in(there)
    assert SecurityEvent.objects.filter(kind="sessions_ended", about=student).exists()


def test_all_others_are_ended_at_once(student):
    here, *others = (came_in(student) for _ in range(3))
    here.post(END, AGAIN)
    assert is_in(here)
    assert not any(map(is_in, others))
    assert "خروج از همه دستگاه‌های دیگر" not in text(here.get(PAGE))


def test_nobody_ends_the_session_of_somebody_else(student, other_student):
    mine, here, there = came_in(other_student), came_in(student), came_in(student)
    handle = handle_in(text(here.get(PAGE)))
    mine.post(END, {"session": handle} | AGAIN)
    mine.post(END)
    assert is_in(here)
    assert is_in(there)


def test_the_password_is_asked_for_before_and_for_some_minutes(student, clock):
    here, there = came_in(student), came_in(student)
    chosen = {"session": handle_in(text(here.get(PAGE)))}
    question = text(here.post(END, chosen))
    assert f'name="session" value="{chosen["session"]}"' in question
    assert "رمز ورود درست نیست" in text(
        here.post(END, chosen | {"password_again": "a-wrong-guess"})
    )
    assert is_in(there)
    assert SecurityEvent.objects.filter(kind="password_wrong", about=student).exists()
    here.post(END, chosen | AGAIN)
    assert not is_in(there)
    clock.shift(4 * MINUTE)
    there = came_in(student)
    here.post(END)
    assert not is_in(there)
    clock.shift(2 * MINUTE)
    there = came_in(student)
    here.post(END)
    assert is_in(there)


def test_looking_at_the_address_ends_nothing(student):
    here, there = came_in(student), came_in(student)
    assert here.get(END).url == PAGE
    assert is_in(there)


def test_a_new_password_ends_all_others(student, phone):
    here, there = came_in(student), came_in(student)
    here.post("/profile/password/", {"current": PASSWORD, "password": "green-springs"})
    assert is_in(here)
    assert not is_in(there)
    assert student.sessions.count() == 1
    stranger = Client()
    forget(stranger)
    stranger.post("/password/code/", {"code": phone.code})
    stranger.post("/password/new/", {"password": "four-green-springs"})
    assert not is_in(here)
    assert not student.sessions.exists()


def test_a_session_ends_when_nobody_uses_it(student, clock):
    here = came_in(student)
    for _ in range(3):
        clock.shift(29 * MINUTE)
        assert is_in(here)
    clock.shift(31 * MINUTE)
    assert not is_in(here)
    assert not sessions.of(student, timezone.now()).exists()


@pytest.mark.parametrize(("is_staff", "hours"), [(False, 12), (True, 8)])
def test_a_session_ends_some_hours_after_the_log_in(student, clock, is_staff, hours):
    student.is_staff = is_staff
    student.save()
    here = came_in(student)
    for _ in range(3 * hours - 1):
        clock.shift(20 * MINUTE)
        assert is_in(here)
    clock.shift(20 * MINUTE)
    assert not is_in(here)


def test_that_a_session_is_used_is_written_down_once_a_minute(
    student, clock, django_assert_num_queries
):
    here = came_in(student)
    with django_assert_num_queries(2):  # session and user
        here.get("/profile/")
    clock.shift(61)
    with django_assert_num_queries(3):
        here.get("/profile/")
    with django_assert_num_queries(2):
        here.get("/profile/")
    assert "۱۱:۳۱" in text(here.get(PAGE))


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_only_read_logs_nobody_out(student, clock):
    def only_read(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            raise OperationalError
        return execute(sql, params, many, context)

    here = came_in(student)
    clock.shift(2 * MINUTE)
    with connection.execute_wrapper(only_read):
        assert is_in(here)


# ---- told by SMS


def notices():
    return Message.objects.filter(template="new-device")


def test_a_log_in_from_a_new_device_is_told(student, clock):
    browser = came_in(student)
    notice = notices().get()
    assert (notice.to, notice.values) == (student.mobile, {"token": "1405/09/01-11:30"})
    browser.post("/logout/")
    clock.shift(2 * 60 * MINUTE)
    log_in(browser, student.mobile)
    assert notices().count() == 1
    came_in(student)
    assert notices().count() == 2


def test_it_is_told_once_an_hour_at_most(student, clock):
    for _ in range(3):
        came_in(student)
    assert notices().count() == 1
    clock.shift(60 * MINUTE + 1)
    came_in(student)
    assert notices().count() == 2


def test_who_signs_up_is_told_nothing(browser, phone):
    sign_up(browser)
    confirm(browser, phone.code)
    assert not notices().exists()


def test_a_wrong_password_is_no_new_device(browser, student):
    log_in(browser, student.mobile, "a-wrong-guess")
    assert not notices().exists()


# ---- ended by staff


def test_whose_rights_change_is_logged_out(client_of, superuser, student):
    here = came_in(student)
    address = f"/admin/accounts/user/{student.pk}/change/"
    typed = {"full_name": student.full_name, "is_active": "on"}
    manager = client_of(superuser)
    manager.post(address, typed | {"full_name": "علی"})
    assert is_in(here)
    manager.post(address, typed | {"is_staff": "on"})
    assert not is_in(here)
    here = came_in(student)
    manager.post(address, {"full_name": "علی"})
    assert not is_in(here)


def test_a_superuser_ends_the_sessions_of_somebody(
    client_of, superuser, finance_officer, student, other_student
):
    here, other = came_in(student), came_in(other_student)
    chosen = {"action": "end_sessions", "_selected_action": [student.pk]}
    client_of(finance_officer).post("/admin/accounts/user/", chosen)
    assert is_in(here)
    client_of(superuser).post("/admin/accounts/user/", chosen)
    assert not is_in(here)
    assert is_in(other)
    assert SecurityEvent.objects.filter(
        kind="sessions_ended", about=student, actor=superuser
    ).exists()
