"""What is remembered of the catalogue, of debts and of roles, and how it is told."""

import re
from datetime import UTC, datetime
from functools import partial

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import User
from catalog.models import Duty, Faculty, Unit
from payments.triggers import REMEMBERED
from tests.conftest import PASSWORD, tied
from tests.debts.sheets import row

SUBJECTS = "/admin/catalog/subject/"
ALI = "علی محمدی"


def lines(browser, kind, pk):
    """The lines of a history page, the latest first: who, what, what exactly."""
    answer = browser.get(f"/admin/{kind}/{pk}/history/")
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.text.partition("<tbody>")[2])
    cells = re.findall(
        r"<tr>.*?</th> <td>(.*?)</td> <td>(.*?)</td> <td>(.*?)</td>", page
    )
    return [
        (who, what, re.findall(r"<div>(.*?)</div>", exactly))
        for who, what, exactly in cells
    ]


def test_a_change_is_told_with_who_and_when(client_of, clerk, dormitory, time_machine):
    time_machine.move_to(datetime(2030, 4, 20, 6, 54, tzinfo=UTC), tick=False)
    browser = client_of(clerk)
    facts = {"unit": dormitory.unit_id, "title": "خوابگاه دختران", "position": "1"}
    facts |= {"amount_rule": "fixed", "fixed_amount": "۱٬۵۰۰٬۰۰۰", "is_active": "on"}
    address = f"{SUBJECTS}{dormitory.pk}/change/"
    browser.post(address, {**facts, "opens_at": "1405/09/01 10:24"})
    told = [
        "عنوان: از «خوابگاه» به «خوابگاه دختران»",
        "قاعده مبلغ: از آزاد به ثابت",
        "مبلغ ثابت (ریال): از خالی به ۱٬۵۰۰٬۰۰۰",
        "آغاز پرداخت: از خالی به ۱۴۰۵/۰۹/۰۱ ۱۰:۲۴",
    ]
    latest, first = lines(browser, "catalog/subject", dormitory.pk)
    assert latest == ("رضا کریمی", "تغییر کرد", told)
    assert first[:2] == ("سامانه (فرمان یا به‌روزرسانی)", "ایجاد")
    page = browser.get(f"{SUBJECTS}{dormitory.pk}/history/").text
    assert "۱۴۰۹/۰۱/۳۱ ۱۰:۲۴</time>" in page
    browser.post(address, {**facts, "opens_at": "1405/09/01 10:24"})
    assert len(lines(browser, "catalog/subject", dormitory.pk)) == 2  # nothing new


def test_a_change_in_a_list_is_told(client_of, clerk, dormitory):
    browser = client_of(clerk)
    typed = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": ""}
    typed |= {"form-0-id": dormitory.pk, "form-0-position": "۴۲"}
    browser.post(SUBJECTS, typed)
    told = ["ترتیب: از ۱ به ۴۲", "فعال: از بله به خیر"]
    assert lines(browser, "catalog/subject", dormitory.pk)[0][2] == told


def test_what_is_deleted_is_told_above_it(client_of, superuser, dormitory):
    browser, unit = client_of(superuser), dormitory.unit
    browser.post(f"{SUBJECTS}{dormitory.pk}/delete/", {"post": "yes"})
    latest = lines(browser, "catalog/unit", unit.pk)[0]
    name = f"موضوع پرداخت: خوابگاه، {unit}"
    assert latest == ("مدیر سامانه", "حذف", [name])


def test_roles_that_are_given_and_taken(client_of, superuser, student, dormitory):
    browser = client_of(superuser)
    typed = {"full_name": ALI, "is_active": "on"}
    group = Group.objects.get(name=roles.UNIT_FINANCE)
    page = f"/admin/accounts/user/{student.pk}/change/"
    browser.post(page, {**typed, "is_staff": "on", "groups": [group.pk]})
    duty = {"user": student.pk, "faculty": dormitory.unit.faculty_id, "unit": ""}
    browser.post("/admin/catalog/duty/add/", duty)
    browser.post(
        f"/admin/catalog/duty/{Duty.objects.get().pk}/delete/", {"post": "yes"}
    )
    browser.post(page, {**typed, "is_staff": "on"})
    place = f"حوزه کار: {dormitory.unit.faculty}"
    told = [
        exactly for _who, _what, exactly in lines(browser, "accounts/user", student.pk)
    ]
    assert told == [
        ["گروه‌ها: از امور مالی واحد به هیچ‌کدام"],
        [place],
        [place],
        ["گروه‌ها: از هیچ‌کدام به امور مالی واحد"],
        ["کارمند: از خیر به بله"],
    ]


def test_a_group_that_gets_members_is_told(client_of, superuser, student):
    Group.objects.get(name=roles.AUDITOR).user_set.add(student)
    who, _what, told = lines(client_of(superuser), "accounts/user", student.pk)[0]
    assert (who, told) == (
        "سامانه (فرمان یا به‌روزرسانی)",
        ["گروه‌ها: از هیچ‌کدام به حسابرسی"],
    )


def test_coming_in_is_no_history(student, client_of):
    Client().post("/login/", {"username": "09181234567", "password": PASSWORD})
    student.full_name = "علی رضایی"
    student.save()
    assert not User.history.exists()


def test_a_debt_tells_its_events(client_of, debts_clerk, store):
    batch = store(row())
    debt, browser = batch.debts.get(), client_of(debts_clerk)
    store(row() | {"مبلغ (ریال)": "9000000"})
    cancel = reverse("admin:debts_cancel", args=[batch.pk])
    browser.post(cancel, {"reason": "فایل اشتباه"})
    who = "نسرین عزیزی"
    assert lines(browser, "debts/debt", debt.pk) == [
        (who, "لغوشده", ["فایل اشتباه"]),
        (who, "تغییر کرد", ["مبلغ (ریال): از ۸٬۰۰۰٬۰۰۰ به ۹٬۰۰۰٬۰۰۰"]),
        (who, "ثبت شد", ["۸٬۰۰۰٬۰۰۰ ریال"]),
    ]
    latest, first = lines(browser, "debts/batch", batch.pk)
    assert latest == (who, "لغوشده", ["فایل اشتباه"])
    assert first == (who, "ثبت شد", ["۱ بدهی"])


def test_nobody_changes_what_is_remembered(dormitory, superuser):
    superuser.groups.add(Group.objects.get(name=roles.AUDITOR))
    tied(superuser, unit=dormitory.unit)
    kept = [Faculty.history, Unit.history, type(dormitory).history, Duty.history]
    models = [*(manager.model for manager in kept), User.history.model]
    members = User.history.first().groups.model
    assert {model._meta.db_table for model in [*models, members]} == set(REMEMBERED)
    for model in [*models, members]:
        assert not admin.site.is_registered(model)
        rows = model.objects.all()
        for change in (rows.delete, partial(rows.update, id=0)):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


def test_a_long_history_has_pages(client_of, superuser, dormitory):
    for position in range(101):
        dormitory.position = position + 7
        dormitory.save()
    browser = client_of(superuser)
    assert len(lines(browser, "catalog/subject", dormitory.pk)) == 100
    address = f"{SUBJECTS}{dormitory.pk}/history/"
    assert 'href="?p=2"' in browser.get(address).text
    assert "ایجاد" in browser.get(address, {"p": 2}).text
