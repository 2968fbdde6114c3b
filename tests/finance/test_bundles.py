"""All receipts of a filter in one file, made by the worker for whoever asked."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import SecurityEvent
from finance import bundles
from finance.models import Bundle
from payments import receipts, worker
from tests.conftest import officer, tied
from tests.finance.test_reports import AZAR, PAGE

ASK = reverse("admin:finance_receipts") + "?period=month&day=1405/09/15"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture
def drawn(monkeypatch):
    """Receipts that take no time, and whose they are."""
    found = []

    def pdf(payment):
        found.append(payment.order_number)
        return f"receipt {payment.order_number}".encode()

    monkeypatch.setattr(receipts, "pdf", pdf)
    return found


@pytest.fixture
def browser(client_of, finance_officer):
    return client_of(finance_officer)


@pytest.fixture
def ask(browser, paid, unpaid):
    """Ask for the receipts of so many payments; the stored wish."""

    def asked(number=3):
        for day in range(1, number + 1):
            paid(f"1405/09/{day:02}")
        unpaid("1405/09/02")
        answer = browser.post(f"{ASK}&state=")
        bundle = Bundle.objects.latest("pk")
        assert answer["Location"] == page_of(bundle)
        return bundle

    return asked


def page_of(bundle):
    return reverse("admin:finance_progress", args=[bundle.key])


def file_of(bundle):
    return reverse("admin:finance_receipts_zip", args=[bundle.key])


def work(after=timedelta()):
    return worker.watch_once(clock=lambda: timezone.now() + after)


def names(answer):
    return ZipFile(BytesIO(answer.getvalue())).namelist()


def test_worker_makes_the_receipts_and_the_page_tells_how_far(
    ask, browser, drawn, monkeypatch, finance_officer
):
    monkeypatch.setattr(bundles, "PIECE", 2)
    bundle = ask(3)
    assert "۰ از ۳" in browser.get(page_of(bundle)).content.decode()
    assert work() == 2
    page = browser.get(page_of(bundle)).content.decode()
    assert "۲ از ۳" in page
    assert "refresh" in page
    assert browser.get(file_of(bundle)).status_code == 404
    assert work() == 1
    page = browser.get(page_of(bundle)).content.decode()
    assert file_of(bundle) in page
    assert "refresh" not in page
    assert not work()

    answer = browser.get(file_of(bundle))
    with ZipFile(BytesIO(answer.getvalue())) as file:
        assert file.testzip() is None
        first = file.namelist()[0]
        assert first == f"1405-09-03_{drawn[0]}.pdf"
        assert file.read(first).decode() == f"receipt {drawn[0]}"
        assert len(file.namelist()) == len(set(drawn)) == 3
    told = SecurityEvent.objects.filter(kind="exported", actor=finance_officer)
    assert told.count() == 2  # who asked, and who fetched


def test_an_officer_has_so_many_files_made_at_a_time(ask, browser, drawn, monkeypatch):
    monkeypatch.setattr(bundles, "UNFINISHED", 1)
    ask(1)
    another = ASK.replace("month", "year")
    page = browser.post(another, follow=True).content.decode()
    assert "۱ فایل شما هنوز در حال ساخت است" in page
    assert Bundle.objects.count() == 1
    work()
    browser.post(another)
    assert Bundle.objects.count() == 2


def test_a_second_press_leads_to_the_file_that_is_being_made(
    ask, browser, drawn, monkeypatch
):
    monkeypatch.setattr(bundles, "UNFINISHED", 1)
    first = ask(2)
    assert browser.post(ASK)["Location"] == page_of(first)
    assert Bundle.objects.count() == 1
    first.pk, first.key = None, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()
    work()
    assert browser.post(ASK)["Location"] != page_of(first)  # it may have grown old


def test_receipt_in_the_file_is_the_payers(ask, browser):
    bundle = ask(1)
    work()
    with ZipFile(BytesIO(browser.get(file_of(bundle)).getvalue())) as file:
        assert file.read(file.namelist()[0]).startswith(b"%PDF-")


def test_file_is_only_for_who_asked_and_may(
    ask, browser, drawn, client_of, finance_officer
):
    bundle = ask()
    work()
    colleague = client_of(officer("هیوا مرادی", "+989180000009", "امور مالی مرکزی"))
    for address in (page_of(bundle), file_of(bundle)):
        assert colleague.get(address).status_code == 404
        assert browser.get(address).status_code == 200
    assert page_of(bundle) in browser.get(PAGE, AZAR).content.decode()
    assert page_of(bundle) not in colleague.get(PAGE, AZAR).content.decode()
    group = finance_officer.groups.get()
    group.permissions.remove(group.permissions.get(codename="export"))
    for address in (page_of(bundle), file_of(bundle)):
        assert client_of(finance_officer).get(address).status_code == 403
    assert client_of(finance_officer).post(ASK).status_code == 403


def test_file_is_kept_for_a_day(ask, browser, drawn, folder):
    bundle = ask()
    work()
    assert len(list(folder.iterdir())) == 1
    work(after=timedelta(hours=25))
    assert list(folder.iterdir()) == []
    assert browser.get(file_of(bundle)).status_code == 404


@pytest.mark.parametrize("damage", ["cut off", "lost", "one too many"])
def test_file_that_is_not_as_told_is_begun_anew(
    ask, browser, drawn, monkeypatch, damage
):
    monkeypatch.setattr(bundles, "PIECE", 2)
    bundle = ask(3)
    work()
    if damage == "lost":
        bundle.path.unlink()
    elif damage == "cut off":
        bundle.path.write_bytes(bundle.path.read_bytes()[:-30])
    else:
        with ZipFile(bundle.path, "a") as file:
            file.writestr("1405-09-01_1.pdf", "written, but not told")
    while work():
        pass
    assert len(set(names(browser.get(file_of(bundle))))) == 3


def test_two_workers_do_not_write_one_file(ask, drawn):
    bundle = ask()
    now = timezone.now()
    Bundle.objects.filter(pk=bundle.pk).update(leased_until=now + bundles.LEASE)
    assert bundles.make_next(now) == 0
    assert bundles.make_next(now + bundles.LEASE) > 0  # whoever had it is gone


def test_full_disk_is_told(ask, browser, monkeypatch):
    def full(payment):
        raise OSError("No space left on device")

    monkeypatch.setattr(receipts, "pdf", full)
    bundle = ask()
    work()
    assert "ساخته نشد" in browser.get(page_of(bundle)).content.decode()
    assert not work()


def test_nothing_and_too_much_are_refused(ask, browser, settings, unpaid):
    unpaid("1405/09/01")
    page = browser.post(ASK, follow=True)
    assert "رسیدی نیست" in page.content.decode()
    settings.BUNDLE_RECEIPTS = 2
    assert Bundle.objects.count() == 0
    with pytest.raises(Bundle.DoesNotExist):
        ask(3)
    assert browser.post(f"{ASK}&period=day").status_code == 302


def test_wrong_filter_leads_back_to_it(browser):
    asked = reverse("admin:finance_receipts") + "?day=1404/12/30"
    assert "errors" in browser.post(asked, follow=True).content.decode()


def test_who_lost_the_unit_gets_its_receipts_no_more(
    client_of, unit_officer, paid, library, drawn
):
    paid("1405/09/01")
    mine = paid("1405/09/02", subject=library)
    browser = client_of(tied(unit_officer, unit=library.unit))
    browser.post(ASK)
    ready = Bundle.objects.get()
    assert ready.payments == [mine.pk]
    work()
    assert len(names(browser.get(file_of(ready)))) == 1
    browser.post(ASK)
    unit_officer.duties.all().delete()
    assert browser.get(file_of(ready)).status_code == 404
    work()
    assert Bundle.objects.latest("pk").state == Bundle.State.FAILED
    assert drawn == [mine.order_number]
