"""A student proves once who he is; nobody else learns anything."""

import logging

import pytest
from django.utils import timezone

from accounts.models import SecurityEvent
from debts import identity
from debts.models import Debt, Identity
from tests.debtors import is_student
from tests.debts.sheets import NATIONAL, OTHER_NATIONAL, OTHER_STUDENT, STUDENT, row

WHO = "/debts/who/"
OTHER = {"شماره دانشجویی": OTHER_STUDENT, "شماره ملی": OTHER_NATIONAL}


def numbers(student_number=STUDENT, national_number=NATIONAL):
    return {"student_number": student_number, "national_number": national_number}


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_both_numbers_show_the_debts_and_later_ones(client_of, student, store):
    store(row(), row() | OTHER | {"شرح": "بدهی دیگری"})
    browser = client_of(student)
    assert "شهریه" not in page(browser.get("/"))
    home = page(browser.post(WHO, numbers("۴۰۱-۱۲۳-۴۵۶"), follow=True))
    assert "شهریه" in home
    assert "بدهی دیگری" not in home
    store(row(شرح="خوابگاه ترم دو"))
    assert "خوابگاه ترم دو" in page(browser.get("/"))


def test_the_confirmed_mobile_shows_the_debts_by_itself(
    client_of, student, other_student, store
):
    store(row() | {"موبایل": "09181234567"})
    store(row(شرح="بی‌شماره"))
    assert "شهریه" in page(client_of(student).get("/"))
    assert "بی‌شماره" in page(client_of(student).get("/"))
    assert Identity.objects.get().proof == Identity.Proof.MOBILE
    assert "شهریه" not in page(client_of(other_student).get("/"))


def test_debts_wait_for_the_student_to_sign_up(client_of, store, db):
    from tests.conftest import person

    store(row() | {"موبایل": "09187778899"})
    newcomer = person("زهرا", "+989187778899")
    assert "شهریه" in page(client_of(newcomer).get("/"))


def test_an_identity_that_staff_look_at_and_take_away(client_of, superuser, student):
    is_student(student)
    who = Identity.objects.get()
    browser = client_of(superuser)
    here = f"/admin/debts/identity/{who.pk}"
    assert browser.post(f"{here}/change/").status_code == 403
    browser.get(f"{here}/change/")
    browser.post(f"{here}/delete/", {"post": "yes"})
    assert not Identity.objects.exists()
    seen = SecurityEvent.objects.order_by("pk").values_list("kind", "about", "actor")
    assert list(seen) == [
        ("identity_seen", student.pk, superuser.pk),
        ("identity_taken", student.pk, superuser.pk),
    ]


WRONG = [
    numbers(STUDENT, OTHER_NATIONAL),
    numbers(OTHER_STUDENT, NATIONAL),
    numbers("401999999", OTHER_NATIONAL),
]


@pytest.mark.parametrize("pair", WRONG)
def test_a_wrong_pair_tells_nothing(client_of, student, store, pair):
    store(row(), row() | OTHER)
    text = page(client_of(student).post(WHO, pair))
    assert "هیچ بدهی‌ای با این دو شماره با هم ثبت نشده است" in text
    assert not Identity.objects.exists()


def test_one_number_alone_shows_nothing(client_of, student, store):
    store(row())
    for pair in (numbers(national_number=""), numbers(student_number="")):
        page(client_of(student).post(WHO, pair))
    assert not Identity.objects.exists()


def test_five_wrong_pairs_are_a_days_tries(client_of, student, store, caplog):
    store(row(), row() | OTHER)
    browser = client_of(student)
    with caplog.at_level(logging.INFO, "debts.identity"):
        for _ in range(5):
            browser.post(WHO, WRONG[0])
    assert "ساعت" in page(browser.post(WHO, numbers()))
    assert not Identity.objects.exists()
    assert caplog.text.count("entered a wrong pair") == 5
    assert STUDENT not in caplog.text
    assert NATIONAL not in caplog.text


def test_an_address_has_its_tries_too(student, other_student, store, settings):
    from accounts.limits import TooMany

    settings.IDENTITY_TRIES_PER_ADDRESS = 1
    store(row())
    now = timezone.now()
    assert not identity.prove(student, "1", NATIONAL, "10.0.0.1", now)
    with pytest.raises(TooMany):
        identity.prove(other_student, STUDENT, NATIONAL, "10.0.0.1", now)


def test_a_cancelled_debt_proves_nothing(student, store):
    store(row() | {"موبایل": "09181234567"})
    Debt.objects.update(state=Debt.State.CANCELLED)
    now = timezone.now()
    assert not identity.prove(student, STUDENT, NATIONAL, "10.0.0.1", now)
    identity.recognise(student, now)
    assert not Identity.objects.exists()


def test_who_is_not_logged_in_is_asked_to(client, store):
    debt = store(row()).debts.get()
    for address in (WHO, debt.get_absolute_url()):
        assert "/login/" in client.get(address)["Location"]
