"""Name, e-mail and mobile of somebody's own account."""

import re

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from accounts import outbox
from accounts.models import Message, MobileCode, User
from tests.accounts.conftest import PASSWORD, confirm, sign_up, text

PAGE = "/profile/mobile/confirm/"
NEW_MOBILE = "+989355551234"


def save(browser, full_name="علی محمدی", email="ali@uok.ac.ir", password=PASSWORD):
    typed = {"full_name": full_name, "email": email, "password_again": password}
    return browser.post("/profile/", typed)


def mailed_link():
    """The path of the link in the mail that the worker sends now."""
    outbox.send_due(timezone.now())
    return re.search(r"http://localhost:8000(/e-mail/\S+)", mail.outbox[-1].body)[1]


def test_the_name_is_changed_and_cleaned(client_of, student):
    browser = client_of(student)
    assert save(browser, full_name=" علي  محمدي ", email="").url == "/profile/"
    assert "ذخیره شد." in text(browser.get("/profile/"))
    assert User.objects.get().full_name == "علی محمدی"


def test_another_email_needs_the_password_and_loses_nothing(client_of, student):
    browser = client_of(student)
    typed = {"full_name": "علی محمدی", "email": "ali@uok.ac.ir", "language": "en"}
    page = text(browser.post("/profile/", typed | {"full_name": "علی رستمی"}))
    form = page.split("<main")[1].split("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert User.objects.get().email is None
    del hidden["csrfmiddlewaretoken"]
    assert hidden == typed | {"full_name": "علی رستمی"}
    wrong = browser.post("/profile/", hidden | {"password_again": "a-wrong-guess"})
    assert "رمز ورود درست نیست" in text(wrong)
    assert User.objects.get().email is None
    assert browser.post("/profile/", hidden | {"password_again": PASSWORD}).url
    user = User.objects.get()
    assert (user.full_name, user.email) == ("علی رستمی", "ali@uok.ac.ir")
    # The rest of the profile needs none.
    stranger = client_of(student)
    stranger.post("/profile/", typed | {"full_name": "علی"})
    assert User.objects.get().full_name == "علی"


def test_an_empty_name_is_refused(client_of, student):
    page = text(save(client_of(student), full_name=" "))
    assert "نام و نام خانوادگی را وارد کنید" in page
    assert "ali@uok.ac.ir" in page


def test_an_email_is_confirmed_by_its_link(client_of, student):
    browser = client_of(student)
    save(browser)
    assert "هنوز تأیید نشده است" in text(browser.get("/profile/"))
    path = mailed_link()
    letter = mail.outbox[0]
    assert letter.to == ["ali@uok.ac.ir"]
    assert letter.subject == "تأیید ایمیل – سامانه درآمدهای اختصاصی دانشگاه کردستان"
    assert "سلام علی محمدی" in letter.body
    reader = Client()
    assert "ali@uok.ac.ir" in text(reader.get(path))
    assert User.objects.get().email_confirmed_at is None
    assert reader.post(path).url == "/profile/"
    assert User.objects.get().email_confirmed_at
    assert "تأیید شده است" in text(browser.get("/profile/"))


def test_the_link_of_a_sign_up_confirms_its_email(browser, phone):
    sign_up(browser, email="zhiar@uok.ac.ir")
    confirm(browser, phone.code)
    browser.post(mailed_link())
    assert User.objects.get().email_confirmed_at


def test_a_link_may_be_opened_twice(client_of, student):
    browser = client_of(student)
    save(browser)
    path = mailed_link()
    browser.post(path)
    first = User.objects.get().email_confirmed_at
    again = text(browser.get(path))
    assert "پیش‌تر تأیید شده است" in again
    assert browser.post(path).url == "/profile/"
    assert User.objects.get().email_confirmed_at == first


def test_an_old_link_is_refused(client_of, student, clock):
    browser = client_of(student)
    save(browser)
    path = mailed_link()
    clock.shift(3 * 24 * 3600 + 1)
    answer = browser.post(path)
    assert answer.status_code == 404
    assert "پیوند جدیدی بگیرید" in text(answer)


def test_a_link_of_an_address_that_was_changed_is_refused(client_of, student):
    browser = client_of(student)
    save(browser)
    path = mailed_link()
    save(browser, email="other@uok.ac.ir")
    assert browser.post(path).status_code == 404
    assert User.objects.get().email_confirmed_at is None


@pytest.mark.parametrize("salt", ["another purpose", "accounts.confirm-email"])
def test_a_forged_link_is_refused(browser, student, salt):
    token = signing.dumps({"user": student.pk, "email": "x@y.ir"}, salt=salt)
    assert browser.get(f"/e-mail/{token}/").status_code == 404


def test_a_confirmed_address_of_another_account_is_told(
    client_of, student, other_student
):
    other_student.email = "ali@uok.ac.ir"
    other_student.email_confirmed_at = timezone.now()
    other_student.save()
    browser = client_of(student)
    save(browser)
    answer = browser.post(mailed_link())
    assert "به حساب دیگری تعلق دارد" in text(answer)
    student.refresh_from_db()
    assert student.email_confirmed_at is None


def test_a_new_address_is_to_be_confirmed_again(client_of, student):
    student.email, student.email_confirmed_at = "old@uok.ac.ir", timezone.now()
    student.save()
    browser = client_of(student)
    save(browser, email="old@uok.ac.ir", full_name="علی")
    student.refresh_from_db()
    assert student.email_confirmed_at
    save(browser)
    student.refresh_from_db()
    assert (student.email, student.email_confirmed_at) == ("ali@uok.ac.ir", None)


def test_an_email_may_be_taken_away(client_of, student):
    browser = client_of(student)
    save(browser)
    save(browser, email="")
    student.refresh_from_db()
    assert student.email is None


def test_the_link_is_sent_again_but_not_for_ever(client_of, student, clock):
    browser = client_of(student)
    save(browser)
    for _ in range(4):
        clock.shift(1)
        assert browser.post("/profile/e-mail/link/").url == "/profile/"
    assert Message.objects.count() == 5
    clock.shift(1)
    browser.post("/profile/e-mail/link/")
    assert "دوباره تلاش کنید" in text(browser.get("/profile/"))
    save(browser, email="third@uok.ac.ir")
    assert Message.objects.count() == 5
    assert User.objects.get().email == "third@uok.ac.ir"


def test_looking_at_the_address_of_the_link_sends_nothing(client_of, student):
    browser = client_of(student)
    save(browser)
    assert browser.get("/profile/e-mail/link/").url == "/profile/"
    assert Message.objects.count() == 1


# ---- mobile


def move(browser, mobile="09355551234", password=PASSWORD):
    return browser.post("/profile/mobile/", {"mobile": mobile, "password": password})


def test_a_mobile_is_changed_by_a_code_to_the_new_one(client_of, student, phone):
    browser = client_of(student)
    assert move(browser).url == PAGE
    assert phone.messages == [(NEW_MOBILE, "mobile-code", {"token": phone.code})]
    assert User.objects.get().mobile == "+989181234567"
    assert confirm(browser, phone.code, PAGE).url == "/profile/"
    assert User.objects.get().mobile == NEW_MOBILE
    assert "۰۹۳۵۵۵۵۱۲۳۴" in text(browser.get("/profile/"))
    notice = Message.objects.get(template="mobile-changed")
    assert (notice.to, notice.values) == ("+989181234567", {"token": "0935***1234"})


def test_changing_the_mobile_needs_the_password(client_of, student, phone):
    page = text(move(client_of(student), password="a-wrong-guess"))
    assert "رمز کنونی خود را وارد کنید" in page
    assert "09355551234" in page
    assert phone.messages == []


def test_the_same_mobile_is_no_new_one(client_of, student, phone):
    assert "همان شماره کنونی شماست" in text(move(client_of(student), "۹۱۸۱۲۳۴۵۶۷"))


def test_a_number_with_an_account_is_told_by_sms_only(
    client_of, student, other_student, phone
):
    browser = client_of(student)
    assert move(browser, other_student.mobile).url == PAGE
    assert phone.templates == ["already-registered"]
    assert confirm(browser, "000000", PAGE).status_code == 200


def test_a_number_that_got_an_account_meanwhile_is_refused(client_of, student, phone):
    browser = client_of(student)
    move(browser)
    User.objects.create_user(NEW_MOBILE, "دیگری", PASSWORD)
    assert confirm(browser, phone.code, PAGE).url == "/profile/mobile/"
    assert "به حساب دیگری تعلق دارد" in text(browser.get("/profile/mobile/"))
    student.refresh_from_db()
    assert student.mobile == "+989181234567"


def test_the_code_of_somebody_else_moves_nobody(
    client_of, student, other_student, phone
):
    browser = client_of(student)
    move(browser)
    MobileCode.objects.update(user=other_student)
    assert confirm(browser, phone.code, PAGE).status_code == 200
    assert not User.objects.filter(mobile=NEW_MOBILE).exists()


def test_a_code_to_a_new_mobile_works_once(client_of, student, phone, monkeypatch):
    browser = client_of(student)
    move(browser)
    monkeypatch.setattr(MobileCode, "consume", lambda self, now: False)
    assert "پیش‌تر به کار رفته" in text(confirm(browser, phone.code, PAGE))


def test_the_page_of_the_code_without_a_code_leads_back(client_of, student):
    assert client_of(student).get(PAGE).url == "/profile/mobile/"


@pytest.mark.parametrize("page", ["/profile/", "/profile/mobile/", PAGE])
def test_a_stranger_sees_no_profile(browser, page):
    assert browser.get(page).url == f"/login/?next={page}"


def test_a_form_takes_nothing_that_it_does_not_show(client_of, student):
    before = User.objects.values().get()
    rights = {"is_staff": "on", "is_superuser": "on", "groups": "1", "id": "7"}
    proofs = {"mobile": NEW_MOBILE, "email_confirmed_at": "2026-01-01", "password": "x"}
    typed = {"full_name": "علی", "email": "", "language": ""}
    client_of(student).post("/profile/", typed | rights | proofs)
    after = User.objects.values().get()
    assert {name for name in before if before[name] != after[name]} <= {
        *("full_name", "last_login"),
    }
    assert after["full_name"] == "علی"
