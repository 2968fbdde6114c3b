"""What the staff see of people and messages, and what they cannot do."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import Message, User
from tests.accounts.conftest import PASSWORD, text

USERS = "/admin/accounts/user/"
MESSAGES = "/admin/accounts/message/"


@pytest.fixture
def helper(db):
    """A member of staff who may look at users and messages."""
    user = User.objects.create_user("+989180000009", "پشتیبان", PASSWORD, is_staff=True)
    names = ["view_user", "view_message"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.mark.parametrize("words", ["09181234567", "۰۹۱۸ ۱۲۳ ۴۵۶۷", "محمدي"])
def test_a_user_is_found_by_name_or_mobile(
    client_of, helper, student, other_student, words
):
    page = text(client_of(helper).get(USERS, {"q": words}))
    assert "علی محمدی" in page
    assert "سارا احمدی" not in page


def test_a_user_is_shown_without_the_password(client_of, helper, student):
    page = text(client_of(helper).get(f"{USERS}{student.pk}/change/"))
    assert "09181234567" in page
    assert student.password not in page


def test_who_may_look_may_not_change(client_of, helper, student):
    browser = client_of(helper)
    address = f"{USERS}{student.pk}/change/"
    assert browser.post(address, {"full_name": "دیگر"}).status_code == 403
    assert browser.get(f"{USERS}add/").status_code == 403
    assert browser.get(f"{USERS}{student.pk}/delete/").status_code == 403


def test_rights_are_given_by_a_superuser_only(client_of, helper, superuser, student):
    helper.user_permissions.add(Permission.objects.get(codename="change_user"))
    address = f"{USERS}{helper.pk}/change/"
    rights = {"full_name": "پشتیبان", "is_active": "on", "is_superuser": "on"}
    assert client_of(helper).post(address, rights).status_code == 403
    student_page = f"{USERS}{student.pk}/change/"
    typed = {"full_name": "علی محمدی", "is_active": "on", "is_staff": "on"}
    assert client_of(superuser).post(student_page, typed).status_code == 302
    student.refresh_from_db()
    assert (student.is_staff, student.is_superuser) == (True, False)
    assert student.mobile == "+989181234567"


def test_groups_are_written_by_a_superuser_only(client_of, helper):
    group = Group.objects.create(name="پشتیبانی")
    helper.groups.add(group)
    rights = Permission.objects.filter(content_type__model="group")
    group.permissions.set(rights)
    browser, address = client_of(helper), f"/admin/auth/group/{group.pk}/"
    assert browser.get(f"{address}change/").status_code == 200
    more = {"name": "دیگر", "permissions": [one.pk for one in Permission.objects.all()]}
    for page in (f"{address}change/", f"{address}delete/", "/admin/auth/group/add/"):
        assert browser.post(page, more | {"post": "yes"}).status_code == 403
    assert set(group.permissions.all()) == set(rights)
    assert not Group.objects.filter(name="دیگر").exists()


def test_nobody_deletes_a_user(client_of, superuser, student):
    browser = client_of(superuser)
    assert browser.get(f"{USERS}{student.pk}/delete/").status_code == 403
    assert browser.get(f"{USERS}add/").status_code == 403


def make(template, **changes):
    facts = {
        "channel": "sms",
        "to": "+989181234567",
        "key": template,
        "values": {},
        "created_at": timezone.now(),
    }
    return Message.objects.create(template=template, **facts | changes)


def test_the_staff_see_whether_an_sms_went_out(client_of, helper):
    make("reset-code", state="sent", sent_at=timezone.now(), provider_id="7001")
    failed = make("password-changed", state="failed", problem="credit 418, HTTP 418")
    make("confirm-email", channel="mail", to="ali@uok.ac.ir", state="failed")
    browser = client_of(helper)
    page = text(browser.get(MESSAGES, {"q": "0918 123 4567"}))
    for words in ("کد رمز جدید", "ارسال شد", "اعتبار سرویس پیامک تمام شده است"):
        assert words in page
    assert "پیوند تأیید ایمیل" not in page.split('id="result_list"')[1]
    assert "پیوند تأیید ایمیل" in text(browser.get(MESSAGES, {"q": "ALI@uok"}))
    page = text(browser.get(f"{MESSAGES}{failed.pk}/change/"))
    assert "09181234567" in page
    assert "+98" not in page


def test_a_message_is_neither_made_nor_changed_by_hand(client_of, superuser):
    message = make("reset-code", state="failed")
    browser = client_of(superuser)
    assert browser.get(f"{MESSAGES}add/").status_code == 403
    assert browser.get(f"{MESSAGES}{message.pk}/delete/").status_code == 403
    address = f"{MESSAGES}{message.pk}/change/"
    assert browser.post(address, {"state": "sent"}).status_code == 403


def test_a_student_sees_none_of_it(client_of, student):
    assert client_of(student).get(USERS).status_code in {302, 403}
