"""A student proves once who he is; nobody else learns anything."""

import logging

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SecurityEvent
from debts import cancelling, identity, reminders
from debts.models import Debt, Identity, PayLink
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


def test_an_identity_that_staff_look_at_and_take_away(
    client_of, superuser, student, debt
):
    is_student(student)
    who = Identity.objects.get()
    browser = client_of(superuser)
    here = f"/admin/debts/identity/{who.pk}"
    link = PayLink.make(debt, student, now=timezone.now()).get_absolute_url()
    assert browser.post(f"{here}/change/").status_code == 403
    browser.get(f"{here}/change/")
    browser.post(f"{here}/delete/", {"post": "yes"})
    assert not Identity.objects.exists()
    assert Client().get(link).status_code == 410
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
    assert "بدهی‌ای که هر دو شماره را با هم داشته باشد ثبت نشده است" in text
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
    identity.recognise(student, "10.0.0.1", now)
    assert not Identity.objects.exists()


MINE = {"موبایل": "09181234567", "شناسه ردیف": "۱"}
BARE = row(شرح="اتاق دونفره") | {"موبایل": "", "شناسه ردیف": "۹"}


def test_a_corrected_mobile_opens_nothing_any_more(client_of, student, store):
    debt = store(row() | MINE).debts.get()
    browser = client_of(student)
    assert "شهریه" in page(browser.get("/"))
    link = PayLink.make(debt, student, now=timezone.now()).get_absolute_url()
    assert page(Client().get(link))
    store(row() | MINE | {"موبایل": "09187778899"})
    store(row(شرح="خوابگاه"))
    assert browser.get(debt.get_absolute_url()).status_code == 404
    home = page(browser.get("/"))
    assert "شهریه" not in home
    assert "خوابگاه" not in home
    assert Client().get(link).status_code == 410
    assert list(debt.events.values_list("kind", flat=True).order_by("pk"))[-2:] == [
        *("changed", "unlinked"),
    ]


def test_what_mobiles_prove_lasts_until_the_last_row_is_cancelled(
    client_of, student, other_student, store, debts_clerk
):
    batch = store(row() | MINE, row() | MINE | {"شرح": "دیگر", "شناسه ردیف": "۲"})
    is_student(other_student)
    browser = client_of(student)
    browser.get("/")
    for debt, left in zip(batch.debts.all(), (2, 1), strict=True):
        assert Identity.objects.count() == 2
        cancelling.cancel_one(debt, "اشتباه", debts_clerk, now=timezone.now())
        assert Identity.objects.count() == left
    assert Identity.objects.get().user == other_student
    store(row())
    assert "شهریه" not in page(browser.get("/"))
    page(browser.post(WHO, numbers(), follow=True))
    cancelling.cancel(Debt.objects.last().batch, "x", debts_clerk, now=timezone.now())
    assert Identity.objects.count() == 2


def log():
    events = SecurityEvent.objects.filter(kind__startswith="identity").order_by("pk")
    return [(one.kind, one.actor, one.about) for one in events]


def test_a_mobile_opens_the_debts_of_units_that_name_it(
    client_of, student, store, foreign, debts_clerk
):
    """A clerk who names his own mobile sees no more than his unit has stored."""
    theirs = store(row(شرح="آزمایشگاه"), subject=foreign).debts.get()
    link = PayLink.make(theirs, debts_clerk, now=timezone.now())
    ours, named = store(BARE, row() | MINE).debts.order_by("pk")
    browser = client_of(student)
    home = page(browser.get("/"))
    assert "اتاق دونفره" in home
    assert "آزمایشگاه" not in home
    assert browser.get(theirs.get_absolute_url()).status_code == 404
    assert browser.post(f"{theirs.get_absolute_url()}revoke/").status_code == 404
    assert PayLink.objects.live(timezone.now()).get() == link
    assert not reminders.mobiles_of(theirs)
    assert reminders.mobiles_of(ours) == {student.mobile}
    who = Identity.objects.get()
    papers = browser.post("/debts/certificate/", {"student": who.pk})
    assert papers.status_code == 404
    assert "هر دو شماره" in page(browser.get("/debts/certificate/"))
    cancelling.cancel_one(named, "اشتباه", debts_clerk, now=timezone.now())
    assert log() == [
        ("identity_proved", student, student),
        ("identity_taken", debts_clerk, student),
    ]
    first = SecurityEvent.objects.get(kind="identity_proved")
    assert first.detail == f"{who.pk}: mobile of debt {named.pk}"


def test_several_units_name_one_mobile(client_of, student, store, foreign, debts_clerk):
    theirs, named = store(
        *(BARE, row() | MINE | {"شرح": "آزمایشگاه"}), subject=foreign
    ).debts.order_by("pk")
    store(row() | MINE | {"شرح": "لباس کار"})
    browser = client_of(student)
    home = page(browser.get("/"))
    assert all(title in home for title in ("لباس کار", "آزمایشگاه", "اتاق دونفره"))
    link = PayLink.make(theirs, student, now=timezone.now()).get_absolute_url()
    cancelling.cancel_one(named, "اشتباه", debts_clerk, now=timezone.now())
    home = page(browser.get("/"))
    assert "لباس کار" in home
    assert "اتاق دونفره" not in home
    assert Client().get(link).status_code == 410
    page(browser.post(WHO, numbers(), follow=True))
    page(browser.post(WHO, numbers(), follow=True))
    assert "اتاق دونفره" in page(browser.get("/"))
    assert log() == [("identity_proved", student, student)] * 2


def test_numbers_prove_more_than_a_mobile(client_of, student, store):
    debt = store(row() | MINE).debts.get()
    browser = client_of(student)
    browser.get("/")
    browser.post(WHO, numbers())
    store(row() | MINE | {"موبایل": "09187778899"})
    assert page(browser.get(debt.get_absolute_url()))


def test_who_is_not_logged_in_is_asked_to(client, store):
    debt = store(row()).debts.get()
    for address in (WHO, debt.get_absolute_url()):
        assert "/login/" in client.get(address)["Location"]
