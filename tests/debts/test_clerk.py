"""A clerk uploads a sheet, looks, stores, takes back the bad rows, and cancels."""

from io import BytesIO

import openpyxl
import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SecurityEvent
from catalog.models import Unit
from catalog.reach import within
from debts.models import Batch, Debt, PayLink, Upload
from tests.conftest import officer, tied
from tests.debts.sheets import NATIONAL, OTHER_NATIONAL, OTHER_STUDENT, csv, row

DEBTS, BATCHES = "/admin/debts/debt/", "/admin/debts/batch/"
UPLOAD = f"{BATCHES}upload/"
OTHER = {"شماره دانشجویی": OTHER_STUDENT, "شماره ملی": OTHER_NATIONAL}


@pytest.fixture
def browser(client_of, debts_clerk):
    return client_of(debts_clerk)


@pytest.fixture
def foreign_clerk(foreign):
    user = officer("آرش نوری", "+989180000005", "مسئول بدهی‌ها")
    return tied(user, faculty=foreign.unit.faculty)


def uploaded(browser, subject, *rows, name="debts.csv", **changes):
    sheet = SimpleUploadedFile(name, csv(*rows) if rows else b"")
    form = {"title": "نیمسال اول", "subject": subject.pk, "sheet": sheet, **changes}
    return browser.post(UPLOAD, form)


def page(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_the_front_page_leads_to_the_upload(browser):
    assert UPLOAD in page(browser.get("/admin/"))
    assert UPLOAD in page(browser.get("/admin/debts/batch/"))
    form = page(browser.get(UPLOAD))
    assert "فایل نمونه" in form
    assert "تا صفری از دست نرود" in form  # each column is explained


def test_a_sheet_is_looked_at_then_stored(browser, dormitory, debts_clerk):
    bad = row() | OTHER | {"مبلغ (ریال)": "8E+06", "رنگ": ""}
    answer = uploaded(browser, dormitory, row() | {"رنگ": "x"}, bad)
    look = page(browser.get(answer["Location"]))
    assert not Debt.objects.exists()
    assert 'value="ثبت ۱ بدهی به جمع ۸٬۰۰۰٬۰۰۰ ریال"' in look
    assert "نادیده گرفته می‌شوند: رنگ" in look
    assert "کوتاه نشان داده است" in look
    promise = look.partition('name="promise" value="')[2].partition('"')[0]
    address = f"{answer['Location']}store/"
    done = page(browser.post(address, {"promise": promise}, follow=True))
    assert "۱ بدهی ثبت شد" in done
    debt = Debt.objects.get()
    assert debt.events.get().actor == debts_clerk
    assert not Upload.objects.exists()
    again = browser.post(address, {"promise": promise})
    assert again.status_code == 404
    dearer = row() | {"مبلغ (ریال)": "9,000,000"}
    look = page(browser.get(uploaded(browser, dormitory, dearer)["Location"]))
    assert 'value="تغییر ۱ بدهی"' in look
    others = [row() | {"شرح": f"شهریه {number}"} for number in range(12)]
    look = page(browser.get(uploaded(browser, dormitory, *others)["Location"]))
    assert "۱۲ بدهی جدید شبیه بدهی دیگری" in look
    assert f"دانشجویان: {debt.student_number}</p>" in look  # once, and nobody else


def test_the_rejected_rows_are_a_sheet(browser, dormitory):
    answer = uploaded(browser, dormitory, row(), row(شرح="س" * 141))
    assert "دریافت ردیف‌های ردشده" in page(browser.get(answer["Location"]))
    sheet = browser.get(f"{answer['Location']}rejected.xlsx")
    assert sheet["Content-Disposition"] == 'attachment; filename="debts-rejected.xlsx"'
    book = openpyxl.load_workbook(BytesIO(sheet.content))
    assert book.active.max_row == 2
    assert "۱۴۰" in book.active.cell(2, 7).value


def test_the_template_has_the_headings(browser):
    sheet = browser.get("/admin/debts/batch/template.xlsx")
    book = openpyxl.load_workbook(BytesIO(sheet.content))
    assert book.active["A1"].value == "شماره دانشجویی"


def test_another_promise_stores_nothing(browser, dormitory):
    answer = uploaded(browser, dormitory, row())
    address = f"{answer['Location']}store/"
    back = browser.post(address, {"promise": "other"}, follow=True)
    assert "در این فاصله چیزی تغییر کرده است" in page(back)
    assert not Debt.objects.exists()


def test_a_bad_sheet_is_told_why(browser, dormitory):
    lacking = row()
    del lacking["سررسید"]
    answer = browser.get(uploaded(browser, dormitory, lacking)["Location"])
    assert answer.status_code == 422
    assert "این ستون‌ها در فایل نیستند: سررسید." in answer.content.decode()


BAD = [
    ({"name": "debts.pdf"}, "خوانده می‌شوند"),
    ({"title": ""}, "errors"),
    ({"least_part": "x"}, "errors"),
]


@pytest.mark.parametrize(("changes", "word"), BAD)
def test_a_bad_form_is_told_why(browser, dormitory, changes, word):
    assert word in page(uploaded(browser, dormitory, row(), **changes))
    assert not Upload.objects.exists()


def test_an_empty_file_is_told(browser, dormitory):
    assert "فایل خالی است" in page(uploaded(browser, dormitory))


def test_a_large_sheet_comes_through_here_and_nowhere_else(
    browser, dormitory, settings
):
    many = [row() | {"شماره دانشجویی": str(400_000_000 + n)} for n in range(6000)]
    assert len(csv(*many)) > project.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert uploaded(browser, dormitory, *many).status_code == 302
    sheet = {"sheet": SimpleUploadedFile("debts.csv", csv(*many))}
    assert browser.post("/admin/debts/batch/", sheet).status_code == 413
    settings.SHEET_BYTES = 1000
    assert "حداکثر" in page(uploaded(browser, dormitory, *many))


def test_a_batch_is_cancelled_with_a_reason(browser, store):
    batch = store(row(), row() | OTHER)
    address = reverse("admin:debts_cancel", args=[batch.pk])
    assert address in page(browser.get(f"/admin/debts/batch/{batch.pk}/change/"))
    assert "لغو ۲ بدهی" in page(browser.get(address))
    assert "چرا لغو می‌شوند" in page(browser.post(address, {"reason": " "}))
    done = browser.post(address, {"reason": "فایل اشتباه"}, follow=True)
    assert "۲ بدهی لغو شد" in page(done)
    history = f"/admin/debts/batch/{batch.pk}/history/"
    assert history in page(done)
    assert "فایل اشتباه" in page(done)
    assert "فایل اشتباه" in page(browser.get(history))
    assert not Debt.objects.open().exists()
    assert "لغوشدنی نیست" in page(browser.get(address))


def test_the_first_cancellation_stays_and_nothing_is_no_cancellation(browser, store):
    batch = store(row(), row() | OTHER)
    held, free = batch.debts.in_order()
    address = reverse("admin:debts_cancel", args=[batch.pk])
    batch.debts.update(in_payment=1)
    told = page(browser.post(address, {"reason": "بی‌اثر"}, follow=True))
    assert "در این فاصله چیزی تغییر کرده است" in told
    batch.refresh_from_db()
    assert (batch.cancelled_at, batch.reminds) == (None, True)
    for debt, reason in ((free, "نخست"), (held, "دوم")):
        batch.debts.filter(pk=debt.pk).update(in_payment=0)
        browser.post(address, {"reason": reason})
        batch.refresh_from_db()
        assert (batch.cancel_reason, batch.reminds) == ("نخست", False)
        assert debt.events.latest("pk").facts == {"reason": reason}
        # Whose payer comes back from the bank is reminded of it no more.
        assert not batch.debts.exclude(remind_on=None).open().exists()


def test_one_debt_is_cancelled_with_a_reason(browser, store):
    debt, other = store(row(), row() | OTHER).debts.in_order()
    address = reverse("admin:debts_cancel_one", args=[debt.pk])
    assert address in page(browser.get(f"/admin/debts/debt/{debt.pk}/change/"))
    assert "errors" in page(browser.post(address, {"reason": ""}))
    Debt.objects.filter(pk=other.pk).update(in_payment=1)
    paying = reverse("admin:debts_cancel_one", args=[other.pk])
    told = page(browser.post(paying, {"reason": "انصراف"}, follow=True))
    assert "در حال پرداخت" in told
    told = page(browser.post(address, {"reason": "انصراف دانشجو"}, follow=True))
    assert "این بدهی لغو شد" in told
    assert "انصراف دانشجو" in told
    assert list(Debt.objects.open()) == [other]


def test_the_history_of_a_debt_is_told_in_words(browser, store):
    debt = store(row()).debts.get()
    store(row() | {"مبلغ (ریال)": "9000000"})
    text = page(browser.get(f"/admin/debts/debt/{debt.pk}/change/"))
    assert "از ۸٬۰۰۰٬۰۰۰ به ۹٬۰۰۰٬۰۰۰" in text
    assert "نسرین عزیزی" in text


def test_the_page_of_a_debt_tells_of_links_and_reminders(browser, store, student):
    debt = store(row()).debts.get()
    PayLink.make(debt, student, now=timezone.now())
    text = page(browser.get(f"/admin/debts/debt/{debt.pk}/change/"))
    assert student.full_name in text.partition("پیوندهای پرداخت")[2]
    assert PayLink.objects.get().key not in text
    assert "۱۴۰۹/۰۱/۲۴" in text  # a week before it is due


def test_debts_are_found_in_any_spelling(browser, store):
    store(row(), row() | OTHER | {"نام و نام خانوادگی": "سارا احمدی"})
    found = page(browser.get("/admin/debts/debt/", {"q": "علي"}))
    assert "علی محمدی" in found
    assert "سارا احمدی" not in found


def test_lists_keep_their_queries(browser, store, django_assert_max_num_queries):
    store(*[row() | {"شماره دانشجویی": str(401_000_000 + n)} for n in range(30)])
    for address in ("/admin/debts/debt/", "/admin/debts/batch/"):
        with django_assert_max_num_queries(12):
            browser.get(address)


def addresses(batch, upload):
    debt = batch.debts.get()
    return [
        f"/admin/debts/debt/{debt.pk}/change/",
        f"/admin/debts/batch/{batch.pk}/change/",
        reverse("admin:debts_cancel", args=[batch.pk]),
        reverse("admin:debts_dry_run", args=[upload.key]),
        reverse("admin:debts_rejected", args=[upload.key]),
    ]


def test_a_foreign_unit_is_not_there(client_of, foreign_clerk, store, keep, dormitory):
    batch, upload = store(row()), keep(csv(row()))
    browser = client_of(foreign_clerk)
    for address in addresses(batch, upload):
        answer = browser.get(address, follow=True)
        assert "401123456" not in answer.content.decode()
        assert answer.status_code == 404 or answer.redirect_chain
    cancel = reverse("admin:debts_cancel", args=[batch.pk])
    assert browser.post(cancel, {"reason": "x"}).status_code == 404
    stored = reverse("admin:debts_store", args=[upload.key])
    assert browser.post(stored, {"promise": "x"}).status_code == 404
    assert "علی محمدی" not in page(browser.get("/admin/debts/debt/"))
    assert "errors" in page(uploaded(browser, dormitory, row()))
    assert Debt.objects.open().count() == 1


def test_who_has_no_right_sees_none_of_it(
    client_of, clerk, finance_officer, student, store, keep
):
    batch, upload = store(row()), keep(csv(row()))
    rows, pages = addresses(batch, upload)[:2], addresses(batch, upload)[2:]
    for user, shut in ((clerk, [*rows, *pages]), (finance_officer, pages)):
        browser = client_of(user)
        for address in [UPLOAD, *shut]:
            assert browser.get(address).status_code == 403, (user, address)
        assert UPLOAD not in page(browser.get("/admin/"))
    for address in rows:  # finance looks, and does no more
        assert browser.get(address).status_code == 200
        assert browser.post(address).status_code == 403
    for browser in (client_of(student), Client()):
        for address in [UPLOAD, *addresses(batch, upload)]:
            assert browser.get(address).status_code in {302, 403}


def test_a_duty_for_a_faculty_is_for_all_its_units(foreign_clerk, foreign, dormitory):
    units = within(Unit.objects.all(), foreign_clerk, "debts.import_debts")
    assert list(units) == [foreign.unit]


def test_a_superuser_gives_duties_and_takes_identities(client_of, superuser, clerk):
    browser = client_of(superuser)
    assert page(browser.get("/admin/catalog/duty/add/"))
    assert page(browser.get("/admin/debts/identity/"))
    both = {"user": clerk.pk, "faculty": "", "unit": ""}
    assert "یا یک حوزه یا یک واحد" in page(
        browser.post("/admin/catalog/duty/add/", both)
    )


def test_nobody_writes_debts_by_hand(client_of, superuser, store):
    debt, browser = store(row()).debts.get(), client_of(superuser)
    address = f"/admin/debts/debt/{debt.pk}/"
    assert browser.get("/admin/debts/debt/add/").status_code == 403
    assert browser.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    browser.post(f"{address}change/", {"amount": "1"})
    debt.refresh_from_db()
    assert debt.amount == 8_000_000
    assert Batch.objects.count() == 1


def test_whom_she_looks_at_is_written_down(browser, debt, debts_clerk):
    one, all_of_them = f"{DEBTS}{debt.pk}/", f"{BATCHES}{debt.batch_id}/"
    for name in ("links", "split", "change"):
        page(browser.get(f"{one}{name}/"))
    page(browser.get(f"{BATCHES}debts/{debt.pk}/cancel/"))
    for name in ("split", "cancel", "change"):
        page(browser.get(f"{all_of_them}{name}/"))
    page(browser.get(DEBTS, {"q": NATIONAL}))
    said = SecurityEvent.objects.filter(actor=debts_clerk).order_by("pk")
    assert list(said.values_list("kind", "detail")) == [
        *[("debt_seen", str(debt.pk))] * 4,
        *[("batch_seen", str(debt.batch_id))] * 3,
        ("people_searched", f"***{NATIONAL[-4:]}"),
        ("list_seen", "debts.Debt"),
    ]
