"""The staff's pages as a whole: who may enter, and how they look."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from catalog.models import Subject
from payment_portal.admin_history import Remembered
from payment_portal.models import Notice

SUBJECTS = "/admin/catalog/subject/"


def test_stranger_is_sent_to_the_door_of_the_portal(client, db):
    answer = client.get(SUBJECTS, follow=True)
    address, _ = answer.redirect_chain[-1]
    assert address == f"{reverse('accounts:login')}?next={SUBJECTS}"
    assert answer.status_code == 200


def test_door_of_the_staff_is_that_of_the_portal(client, client_of, clerk):
    assert (
        client.get("/admin/login/").url == f"{reverse('accounts:login')}?next=/admin/"
    )
    assert client_of(clerk).get("/admin/login/").url == "/admin/"


@pytest.mark.parametrize("address", ["/admin/", SUBJECTS, "/admin/jsi18n/"])
def test_student_is_told_that_this_is_for_staff(client_of, student, address):
    assert client_of(student).get(address, follow=True).status_code == 403


def test_staff_who_left_are_shut_out(client_of, clerk):
    browser = client_of(clerk)
    clerk.is_staff = False
    clerk.save()
    assert browser.get(SUBJECTS, follow=True).status_code == 403


def test_password_and_way_out_are_those_of_the_portal(client_of, clerk):
    browser = client_of(clerk)
    changed = browser.get("/admin/password_change/")
    assert changed.url == reverse("accounts:password_change")
    left = browser.post("/admin/logout/")
    assert (left.status_code, left.url) == (307, reverse("accounts:logout"))


def change(browser, subject, title):
    """Give a subject another title, as staff do."""
    facts = {"unit": subject.unit_id, "title": title, "position": "1"}
    facts |= {"amount_rule": "free", "is_active": "on"}
    return browser.post(f"{SUBJECTS}{subject.pk}/change/", facts)


def test_changes_are_remembered_in_jalali(client_of, clerk, dormitory):
    browser = client_of(clerk)
    change(browser, dormitory, "خوابگاه دختران")
    LogEntry.objects.update(action_time=datetime(2026, 11, 22, 6, 54, tzinfo=UTC))
    home = browser.get("/admin/").text
    assert "۱۴۰۵/۰۹/۰۱ ۱۰:۲۴" in home
    assert "خوابگاه دختران" in home


def test_log_can_name_every_field_in_persian(rf, superuser):
    request = rf.get("/")
    request.user = superuser
    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, Remembered):
            continue  # its history names columns, not the labels of a form
        fields = model_admin.get_form(request, change=True).base_fields
        with translation.override(None):
            labels = [str(field.label) for field in fields.values()]
        for label in labels:
            assert not re.search("[a-z]", gettext(label)), label


def test_long_history_has_pages(client_of, superuser):
    notice = Notice.objects.create(
        text="-", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=1)
    )
    changed = [{"changed": {"fields": ["Title"]}}]
    LogEntry.objects.log_actions(
        superuser.pk, [notice] * 101, CHANGE, change_message=changed
    )
    address = f"/admin/payment_portal/notice/{notice.pk}/history/"
    history = client_of(superuser).get(address, {"p": 2}).text
    assert "۱۰۱ مورد" in history
    assert 'href="?p=1"' in history


def test_superuser_deletes_what_nobody_used(client_of, superuser, dormitory):
    browser = client_of(superuser)
    browser.post(f"{SUBJECTS}{dormitory.pk}/delete/", {"post": "yes"})
    assert not Subject.objects.exists()
    home = browser.get("/admin/").text
    assert "حذف شد:" in home


def test_group_is_given_its_permissions_in_persian(client_of, superuser, clerk):
    browser, role = client_of(superuser), clerk.groups.get()
    group = Group.objects.create(name="کمک")
    group.permissions.set(role.permissions.all())
    address = f"/admin/auth/group/{group.pk}/change/"
    page = browser.get(address).text
    assert "موضوع پرداخت: افزودن" in page
    assert not re.search("[A-Za-z]{3}", seen(page))
    kept = group.permissions.get(codename="view_unit")
    browser.post(address, {"name": "بازبين", "permissions": [kept.pk]})
    group.refresh_from_db()
    assert group.name == "بازبین"
    assert list(group.permissions.all()) == [kept]
    browser.post(f"/admin/auth/group/{role.pk}/change/", {"name": "دیگر"})
    assert clerk.groups.get() == role  # the portal's own keep their names


def pages(subject):
    """Pages of each kind."""
    yield from ("/admin/", "/admin/catalog/", SUBJECTS, f"{SUBJECTS}add/")
    yield from (f"{SUBJECTS}{subject.pk}/{page}/" for page in ("change", "history"))
    yield f"{SUBJECTS}{subject.pk}/delete/"
    yield f"/admin/catalog/faculty/{subject.unit.faculty_id}/change/"
    yield f"{SUBJECTS}?q=خوابگاه&is_active__exact=1&_facets=True"


def test_pages_need_no_inline_script_or_style(client_of, superuser, dormitory):
    browser = client_of(superuser)
    change(browser, dormitory, "خوابگاه پسران")
    for address in pages(dormitory):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "style-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*src=)(?![^>]*json)", answer.text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)


def seen(page):
    """The words of a page, without what is not drawn."""
    body = page[page.index("<body") :]
    drawn = re.sub(r"<(script|svg).*?</\1>|<!--.*?-->", "", body, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", drawn))


def test_pages_are_in_persian(client_of, clerk, dormitory):
    browser = client_of(clerk)
    change(browser, dormitory, "خوابگاه پسران")
    for address in (page for page in pages(dormitory) if "delete" not in page):
        page = browser.get(address).text
        assert not re.search("[A-Za-z]{3}", seen(page)), address
