"""A long sheet is looked at by the worker; its clerk sees how far that has come."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from debts import importing, judging, looking, sheets, storing
from debts.admin import importing as page
from debts.models import Debt, Upload
from payment_portal.seats import Seats
from payments import worker
from tests.debts.sheets import OTHER_NATIONAL, OTHER_STUDENT, csv, row, xlsx

OTHER = {"شماره دانشجویی": OTHER_STUDENT, "شماره ملی": OTHER_NATIONAL}


@pytest.fixture(autouse=True)
def any_sheet_is_long(monkeypatch):
    monkeypatch.setattr(looking, "LONG", 0)


@pytest.fixture
def browser(client_of, debts_clerk):
    return client_of(debts_clerk)


@pytest.fixture
def sent(browser, dormitory):
    """The address to which a clerk is led who sends rows: sent(row())."""

    def address(*rows):
        sheet = SimpleUploadedFile("debts.csv", csv(*rows))
        form = {"title": "نیمسال اول", "subject": dormitory.pk, "sheet": sheet}
        return browser.post("/admin/debts/batch/upload/", form)["Location"]

    return address


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def promised(page):
    return page.partition('name="promise" value="')[2].partition('"')[0]


def test_the_worker_looks_and_the_page_waits(browser, sent, monkeypatch):
    address = sent(row(), row() | OTHER | {"مبلغ (ریال)": "x"})
    page = text(browser.get(address))
    assert 'http-equiv="refresh"' in page
    assert "در حال خواندن است" in page
    assert browser.get(f"{address}rejected.xlsx")["Location"] == address
    worker.watch_once()
    with monkeypatch.context() as found:  # what the worker has found is at hand
        found.setattr(judging, "judge", None)
        assert browser.get(f"{address}rejected.xlsx").content.startswith(b"PK")
    page = text(browser.get(address))
    assert "refresh" not in page
    assert 'value="ثبت ۱ بدهی به جمع ۸٬۰۰۰٬۰۰۰ ریال"' in page
    assert not Debt.objects.exists()
    promise = promised(page)
    page = text(browser.post(f"{address}store/", {"promise": promise}, follow=True))
    assert "در حال ثبت است" in page
    assert 'http-equiv="refresh"' in page
    assert not Debt.objects.exists()
    worker.watch_once()
    assert Debt.objects.count() == 1
    page = text(browser.get(address, follow=True))
    assert "فایل ثبت شد" in page
    assert storing.store_next(timezone.now()) == 0


def test_the_page_tells_how_far_it_has_come(browser, sent, monkeypatch):
    monkeypatch.setattr(judging, "AT_ONCE", 2)
    rows = [row() | {"شماره دانشجویی": str(401_000_000 + n)} for n in range(5)]
    address, seen = sent(*rows), []
    judge = looking.judge

    def watched(upload, *, now, told):
        def heard(*numbers):
            told(*numbers)
            seen.append(numbers)
            assert f"{numbers[0]}" in text(browser.get(address))
            assert 'max="5"' in text(browser.get(address))

        return judge(upload, now=now, told=heard)

    monkeypatch.setattr(looking, "judge", watched)
    looking.look_at_next(timezone.now())
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_the_page_tells_how_far_the_storing_has_come(browser, sent, monkeypatch):
    address, seen = sent(row(), row() | OTHER), []
    worker.watch_once()
    promise = promised(text(browser.get(address)))
    browser.post(f"{address}store/", {"promise": promise})
    judge = importing.judge

    def watched(upload, *, now, told):
        verdict = judge(upload, now=now, told=told)
        seen.append(text(browser.get(address)))
        return verdict

    monkeypatch.setattr(importing, "judge", watched)
    storing.store_next(timezone.now())
    assert "همه ۲ ردیف بررسی شد" in seen[0]
    assert "یک دقیقه" in seen[0]


@pytest.mark.parametrize("gone", ["duty", "staff", "account"])
def test_who_is_no_clerk_any_more_stores_nothing(browser, sent, debts_clerk, gone):
    address = sent(row())
    worker.watch_once()
    promise = promised(text(browser.get(address)))
    browser.post(f"{address}store/", {"promise": promise})
    if gone == "duty":
        debts_clerk.duties.all().delete()
    else:
        name = {"staff": "is_staff", "account": "is_active"}[gone]
        User.objects.filter(pk=debts_clerk.pk).update(**{name: False})
    assert storing.store_next(timezone.now()) == 1
    assert not Debt.objects.exists()
    assert storing.store_next(timezone.now()) == 0


def test_what_changed_before_the_worker_came_is_told(browser, sent, store):
    address = sent(row(), row() | OTHER)
    worker.watch_once()
    promise = promised(text(browser.get(address)))
    browser.post(f"{address}store/", {"promise": promise})
    store(row())
    worker.watch_once()
    page = text(browser.get(address))
    assert "در این فاصله چیزی تغییر کرده است" in page
    assert 'value="ثبت ۱ بدهی' in page
    assert Debt.objects.count() == 1


def test_a_sheet_that_cannot_be_read_is_told(browser, sent):
    lacking = row()
    del lacking["سررسید"]
    address = sent(lacking)
    worker.watch_once()
    assert "این ستون‌ها در فایل نیستند: سررسید." in text(browser.get(address), 422)


def test_what_nobody_foresaw_is_told_and_not_tried_again(browser, sent, monkeypatch):
    address = sent(row())
    with monkeypatch.context() as broken:
        broken.setattr(looking, "judge", lambda *_args, **_kwargs: 1 / 0)
        worker.watch_once()
    assert str(sheets.refusal("damaged")) in text(browser.get(address), 422)
    assert looking.look_at_next(timezone.now() + looking.LEASE) == 0
    looking.look_again(Upload.objects.get())
    worker.watch_once()
    promise = promised(text(browser.get(address)))
    browser.post(f"{address}store/", {"promise": promise})
    with monkeypatch.context() as broken:
        broken.setattr(importing, "judge", lambda *_args, **_kwargs: 1 / 0)
        worker.watch_once()
    assert str(sheets.refusal("damaged")) in text(browser.get(address), 422)
    assert storing.store_next(timezone.now() + storing.LEASE) == 0


def test_two_workers_do_not_look_at_one_sheet(sent, monkeypatch):
    sent(row())
    now = timezone.now()
    monkeypatch.setattr(looking, "look", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        looking.look_at_next(now)
    assert looking.look_at_next(now) == 0
    monkeypatch.undo()
    assert looking.look_at_next(now + looking.LEASE + timedelta(seconds=1)) == 1
    assert Upload.objects.get().look["accepted"] == 1
    assert looking.look_at_next(now + 2 * looking.LEASE) == 0


def test_what_has_changed_meanwhile_is_looked_at_again(browser, sent, store):
    address = sent(row())
    worker.watch_once()
    store(row())
    page = text(browser.post(f"{address}store/", {"promise": "x"}, follow=True))
    assert "در این فاصله چیزی تغییر کرده است" in page
    assert 'http-equiv="refresh"' in page
    worker.watch_once()
    assert "چیزی برای ثبت نیست" in text(browser.get(address))


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(looking, "LONG", 10_000)


def test_a_short_sheet_needs_no_worker_and_is_looked_at_once(
    browser, short, sent, monkeypatch
):
    address = sent(row())
    assert "refresh" not in text(browser.get(address))
    assert looking.look_at_next(timezone.now()) == 0
    monkeypatch.setattr(looking, "judge", lambda *_args, **_kwargs: 1 / 0)
    assert promised(text(browser.get(address)))
    monkeypatch.setattr(importing, "judge", lambda *_args, **_kwargs: 1 / 0)
    for promise in ("", "x"):
        answer = browser.post(f"{address}store/", {"promise": promise})
        assert answer["Location"] == address


def test_short_sheets_take_one_thread_of_the_server(browser, short, sent, monkeypatch):
    address = sent(row(), row() | {"مبلغ (ریال)": "x"})
    with monkeypatch.context() as full:
        full.setattr(page, "_seats", Seats(0))
        assert 'http-equiv="refresh"' in text(browser.get(address))
    promise = promised(text(browser.get(address)))
    with monkeypatch.context() as full:
        full.setattr(page, "_seats", Seats(0))
        answer = browser.post(f"{address}store/", {"promise": promise}, follow=True)
        assert "در حال ثبت است" in text(answer)
    worker.watch_once()
    assert Debt.objects.count() == 1


def test_a_short_sheet_of_many_rows_is_left_to_the_worker(
    browser, short, sent, monkeypatch
):
    monkeypatch.setattr(looking, "LONG_ROWS", 1)
    address = sent(row(), row() | OTHER)
    assert 'http-equiv="refresh"' in text(browser.get(address))
    worker.watch_once()
    promise = promised(text(browser.get(address)))
    page = text(browser.post(f"{address}store/", {"promise": promise}, follow=True))
    assert "در حال ثبت است" in page
    assert not Debt.objects.exists()


def test_a_small_file_that_holds_much_is_long(short):
    good = xlsx(list(row()), list(row().values()))
    large = BytesIO(good)
    with zipfile.ZipFile(large, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/a.xml", b" " * 2 * looking.LONG_UNPACKED)
    assert len(large.getvalue()) < looking.LONG
    assert looking.is_long(large.getvalue())
    for content in (good, good[:100], good[100:], csv(row()), b""):
        assert not looking.is_long(content)
