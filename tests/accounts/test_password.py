"""Forgotten and changed passwords."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import outbox
from accounts.models import Message, MobileCode, Session, User
from accounts.sms import Problem
from tests.accounts.conftest import PASSWORD, confirm, forget, other_code, sign_up, text
from tests.accounts.test_log_in import log_in
from tests.accounts.test_sign_up import shape

NEW = "four-green-springs"
CODE = "/password/code/"


def set_new(browser, password=NEW):
    return browser.post("/password/new/", {"password": password})


def test_a_forgotten_password_is_set_anew(browser, student, phone):
    assert forget(browser).url == CODE
    assert phone.messages == [(student.mobile, "reset-code", {"token": phone.code})]
    assert confirm(browser, phone.code, CODE).url == "/password/new/"
    assert set_new(browser).url == "/login/"
    assert "با آن وارد شوید" in text(browser.get("/login/"))
    assert browser.get("/profile/").status_code == 302
    assert log_in(browser, student.mobile).status_code == 200
    assert log_in(browser, student.mobile, NEW).url == "/"


def test_all_sessions_end_and_the_owner_is_told(
    browser, client_of, student, phone, clock
):
    elsewhere = client_of(student)
    assert elsewhere.get("/profile/").status_code == 200
    forget(browser)
    confirm(browser, phone.code, CODE)
    set_new(browser)
    assert elsewhere.get("/profile/").status_code == 302
    told = Message.objects.get(template="password-changed")
    assert (told.to, told.state) == (student.mobile, "queued")
    assert told.values == {"token": "1405/09/01-11:30"}


def test_strangers_use_up_no_codes_of_the_owners_browser(student, phone, clock):
    owner = Client()
    log_in(owner, student.mobile)
    owner.post("/logout/")
    for _hour in range(10):
        forget(Client())
        clock.shift(60 * 60)
    known = len(phone.messages)
    forget(Client())
    assert len(phone.messages) == known  # nobody else is sent one today
    assert forget(owner).url == CODE
    assert len(phone.messages) == known + 1
    assert confirm(owner, phone.code, CODE).url == "/password/new/"


def test_an_unknown_number_gets_the_same_answer_and_no_sms(
    browser, student, phone, other_student
):
    other_student.is_active = False
    other_student.save()
    answers, pages = [], []
    for mobile in ("09181234567", "09189999999", "09187654321"):
        somebody = Client()
        answers.append(forget(somebody, mobile))
        pages.append(somebody.get(CODE))
        wrong = confirm(somebody, "12345x", CODE), confirm(somebody, "000000", CODE)
        pages += wrong
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, CODE)}
    assert same(pages[0:3]) == same(pages[3:6]) == same(pages[6:9])
    assert len(phone.messages) == 1


def same(pages):
    masks = ("۰۹۱۸•••۹۹۹۹", "۰۹۱۸•••۴۵۶۷", "۰۹۱۸•••۴۳۲۱")
    found = []
    for page in pages:
        status, lines = shape(page)
        for mask in masks:
            lines = [line.replace(mask, "") for line in lines]
        found.append((status, lines))
    return found


@pytest.mark.parametrize("problem", Problem)
def test_no_trouble_of_the_provider_tells_who_has_an_account(
    browser, student, phone, problem
):
    stranger = Client()
    phone.problem = problem
    forget(browser)
    phone.problem = ""
    forget(stranger, "09189999999")
    assert same([browser.get(CODE)]) == same([stranger.get(CODE)])


def test_nobody_waits_for_the_provider_of_a_reset(student, phone):
    """Its time would tell who has an account; the worker sends the code."""
    for mobile in ("09181234567", "09189999999"):
        answer = Client().post("/password/forgotten/", {"mobile": mobile})
        assert answer.url == CODE
    assert phone.messages == []
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}
    outbox.send_due(timezone.now())
    assert [mobile for mobile, _template, _code in phone.messages] == [student.mobile]


def test_the_message_to_nobody_says_so_to_staff_and_is_not_sent(browser, phone):
    forget(browser, "09189999999")
    message = Message.objects.get()
    assert (message.state, message.problem) == ("failed", "nobody")
    assert phone.messages == []


def test_a_code_of_a_reset_that_is_over_is_not_sent(browser, student, phone, clock):
    phone.problem = "temporary"
    forget(browser)
    clock.shift(301)
    phone.problem = ""
    outbox.send_due(timezone.now())
    assert Message.objects.get().problem == "late"
    assert phone.messages == []


def test_a_code_of_a_reset_is_tried_again_while_it_lives(
    browser, student, phone, clock
):
    phone.problem = "temporary"
    forget(browser)
    phone.problem = ""
    clock.shift(11)
    outbox.send_due(timezone.now())
    assert confirm(browser, phone.code, CODE).url == "/password/new/"


def test_resets_of_strangers_leave_the_budget_of_codes_alone(db, phone, settings):
    settings.CODES_PER_HOUR = 2
    for number in range(9):
        address = f"203.0.113.{number}"
        assert forget(Client(REMOTE_ADDR=address), f"0918999990{number}").url == CODE
    sign_up(Client())
    assert phone.templates == ["sign-up-code"]


def test_a_full_budget_of_codes_tells_no_more_of_a_reset(
    browser, student, phone, settings, caplog
):
    settings.CODES_PER_HOUR = 0
    stranger = Client()
    assert forget(browser).url == forget(stranger, "09189999999").url == CODE
    assert same([browser.get(CODE)]) == same([stranger.get(CODE)])
    assert phone.messages == []
    assert "code-budget" in caplog.text
    problems = Message.objects.order_by("pk").values_list("problem", flat=True)
    assert list(problems) == ["budget", "nobody"]


def test_no_code_fits_an_unknown_number(browser, phone, monkeypatch):
    monkeypatch.setattr(MobileCode, "digits", "123456")
    forget(browser, "09189999999")
    assert confirm(browser, "123456", CODE).status_code == 200


def test_a_wrong_code_sets_no_password(browser, student, phone):
    forget(browser)
    confirm(browser, other_code(phone.code), CODE)
    assert browser.get("/password/new/").url == "/password/forgotten/"
    assert set_new(browser).url == "/password/forgotten/"
    assert User.objects.get().check_password(PASSWORD)


def test_the_code_lets_in_nowhere_else(browser, student, phone):
    forget(browser)
    confirm(browser, phone.code, CODE)
    assert browser.get("/profile/").status_code == 302
    assert browser.get("/").status_code == 302


def test_the_proof_lasts_ten_minutes(browser, student, phone, clock):
    forget(browser)
    confirm(browser, phone.code, CODE)
    assert browser.get("/password/new/").status_code == 200
    clock.shift(601)
    assert set_new(browser).url == "/password/forgotten/"


def test_the_proof_is_worth_nothing_after_another_reset(browser, student, phone, clock):
    forget(browser)
    confirm(browser, phone.code, CODE)
    clock.shift(61)
    second = Client()
    forget(second)
    confirm(second, phone.code, CODE)
    set_new(second)
    assert set_new(browser, "five-white-autumns").url == "/password/forgotten/"
    assert User.objects.get().check_password(NEW)


def test_a_new_password_ends_other_codes_of_the_account(browser, student, phone, clock):
    second = Client()
    forget(second)
    code = phone.code
    clock.shift(61)
    forget(browser)
    confirm(browser, phone.code, CODE)
    set_new(browser)
    assert not MobileCode.objects.open().exists()
    assert confirm(second, code, CODE).status_code == 200


def test_a_weak_password_is_refused_with_advice(browser, student, phone):
    forget(browser)
    confirm(browser, phone.code, CODE)
    assert "دست‌کم ۱۰ نویسه" in text(set_new(browser, "short"))
    assert "پرکاربردترین" in text(set_new(browser, "qwertyuiop"))
    assert "رمز ورود جدید را وارد کنید" in text(set_new(browser, ""))
    assert set_new(browser).url == "/login/"


def test_proving_the_mobile_ends_a_lock(browser, student, phone):
    for _ in range(6):
        log_in(browser, student.mobile, "wrong-guess")
    assert log_in(browser, student.mobile).status_code == 429
    forget(browser)
    confirm(browser, phone.code, CODE)
    set_new(browser)
    assert log_in(browser, student.mobile, NEW).url == "/"


def test_who_guessed_at_the_account_before_the_reset_is_forgotten(
    browser, student, phone
):
    neighbour = Client()
    for _ in range(6):
        log_in(neighbour, student.mobile, "wrong-guess")
    forget(browser)
    confirm(browser, phone.code, CODE)
    set_new(browser)
    elsewhere = Client()  # a browser that is not known to be the owner's
    assert log_in(elsewhere, student.mobile, NEW).url == "/"


def test_the_session_that_proved_the_mobile_gets_a_new_key(browser, student, phone):
    forget(browser)
    known_to_a_thief = browser.session.session_key
    confirm(browser, phone.code, CODE)
    assert browser.session.session_key != known_to_a_thief
    assert not Session.objects.filter(session_key=known_to_a_thief).exists()


def test_a_reset_logs_out_whoever_is_logged_in_in_this_browser(
    client_of, student, other_student, phone
):
    browser = client_of(other_student)
    forget(browser)
    confirm(browser, phone.code, CODE)
    set_new(browser)
    assert browser.get("/profile/").status_code == 302


@pytest.mark.parametrize("proved", [False, True])
def test_the_old_mobile_resets_nothing_once_the_mobile_is_changed(
    browser, client_of, student, phone, proved
):
    forget(browser)
    code = phone.code
    if proved:
        confirm(browser, code, CODE)
    owner, page = client_of(student), "/profile/mobile/"
    owner.post(page, {"mobile": "09355551234", "password": PASSWORD})
    assert confirm(owner, phone.code, f"{page}confirm/").url == "/profile/"
    if not proved:
        assert confirm(browser, code, CODE).status_code == 200
    assert set_new(browser).url == "/password/forgotten/"
    assert User.objects.get().check_password(PASSWORD)


def test_the_code_of_a_reset_is_sent_again(browser, student, phone, clock):
    forget(browser)
    clock.shift(61)
    assert browser.post("/code/resend/").url == CODE
    outbox.send_due(timezone.now())
    assert phone.templates == ["reset-code"] * 2
    assert confirm(browser, phone.code, CODE).url == "/password/new/"


def test_a_reset_code_works_once(browser, student, phone, monkeypatch):
    forget(browser)
    monkeypatch.setattr(MobileCode, "consume", lambda self, now: False)
    assert "پیش‌تر به کار رفته" in text(confirm(browser, phone.code, CODE))


def test_the_page_of_the_code_without_a_code_leads_back(browser):
    assert browser.get(CODE).url == "/password/forgotten/"


def test_a_number_gets_no_more_codes_than_allowed(browser, student, phone):
    forget(browser)
    other = Client()
    assert "دوباره تلاش کنید" in text(forget(other))
    assert len(phone.messages) == 1


# ---- changing


def change(browser, current=PASSWORD, password=NEW):
    return browser.post(
        "/profile/password/", {"current": current, "password": password}
    )


def test_a_changed_password_ends_other_sessions_and_keeps_this(client_of, student):
    here, elsewhere = client_of(student), client_of(student)
    assert change(here).url == "/profile/"
    assert "رمز ورود تغییر کرد" in text(here.get("/profile/"))
    assert elsewhere.get("/profile/").status_code == 302
    assert Message.objects.get().template == "password-changed"
    assert User.objects.get().check_password(NEW)


def test_changing_needs_the_present_password(client_of, student):
    browser = client_of(student)
    assert "رمز کنونی خود را وارد کنید" in text(change(browser, "a-wrong-guess"))
    assert User.objects.get().check_password(PASSWORD)


def test_the_present_password_cannot_be_guessed_at(client_of, student):
    browser = client_of(student)
    for _ in range(10):
        change(browser, "a-wrong-guess")
    assert "دوباره تلاش کنید" in text(change(browser))
    assert User.objects.get().check_password(PASSWORD)


def test_a_weak_new_password_is_refused(client_of, student):
    assert "دست‌کم ۱۰ نویسه" in text(change(client_of(student), password="short"))


def test_a_wrong_password_and_a_weak_new_one_are_told_together(client_of, student):
    form = change(client_of(student), "a-wrong-guess", "short").context["form"]
    assert [len(form.errors[name]) for name in ("current", "password")] == [1, 1]
    assert User.objects.get().check_password(PASSWORD)


def test_two_empty_fields_are_told_apart(client_of, student):
    page = text(change(client_of(student), "", ""))
    assert "رمز ورود کنونی را وارد کنید" in page
    assert "رمز ورود جدید را وارد کنید" in page


def test_guesses_beside_a_weak_new_password_are_counted(client_of, student):
    browser = client_of(student)
    for _ in range(10):
        change(browser, "a-wrong-guess", "short")
    assert "دوباره تلاش کنید" in text(change(browser))
    assert User.objects.get().check_password(PASSWORD)


def test_changing_needs_a_log_in(browser):
    assert change(browser).url.startswith("/login/")
