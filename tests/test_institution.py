"""A university that makes the portal its own, and what it announces."""

from datetime import timedelta
from io import BytesIO
from time import monotonic

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from PIL import Image
from pypdf import PdfReader

from payment_portal import colours, institution
from payment_portal.models import Institution, Notice
from payment_portal.templatetags.marked import marked
from payments import receipts
from tests.payments import conftest as payments

bank, terminal, payer = payments.bank, payments.terminal, payments.payer
paid = payments.paid

pytestmark = pytest.mark.django_db
PAGE = "/admin/payment_portal/institution/1/change/"
NOTICES = "/admin/payment_portal/notice/"


@pytest.fixture
def editor(client_of, superuser):
    return client_of(superuser)


def written(**changes):
    """What the form sends when nothing else is filled in."""
    empty = dict.fromkeys(
        [
            *("name", "name_en", "system_name", "system_name_en", "telephone"),
            *("hours", "hours_en", "welcome", "welcome_en", "terms", "terms_en"),
            "brand",
        ],
        "",
    )
    return empty | changes


def picture(kind="PNG", size=(600, 300)):
    file = BytesIO()
    Image.new("RGB", size, "#7a1f5c").save(file, kind)
    file.name = f"logo.{kind.lower()}"
    file.seek(0)
    return file


def log_in_page(**cookies):
    browser = Client()
    browser.cookies.load(cookies)
    return browser.get("/login/").content.decode()


def test_another_university_is_a_matter_of_a_form(editor):
    assert "دانشگاه کردستان" in log_in_page()
    answer = editor.post(
        PAGE,
        written(
            name="دانشگاه ايلام",
            system_name="سامانه پرداخت دانشگاه ایلام",
            name_en="Ilam University",
            telephone="۰۸۴ ۳۲۲۲ ۷۰۱۶",
            hours="شنبه تا سه‌شنبه",
            welcome="# خوش آمدید\n- یک\n- دو\n<script>alert(1)</script>",
        ),
    )
    assert answer.status_code == 302
    page = log_in_page()
    assert "کردستان" not in page
    for said in ("دانشگاه ایلام", "+988432227016", "شنبه تا سه‌شنبه"):
        assert said in page
    assert "<h2>خوش آمدید</h2>\n<ul><li>یک</li><li>دو</li></ul>" in page
    assert "<script>alert" not in page
    english = log_in_page(language="en")
    assert "Ilam University" in english
    assert "سامانه پرداخت دانشگاه ایلام" in english  # nobody said it in English


def test_the_list_leads_to_the_one(editor):
    assert editor.get("/admin/payment_portal/institution/")["Location"] == PAGE
    assert editor.get(PAGE).status_code == 200
    assert editor.get("/admin/payment_portal/institution/add/").status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Institution.objects.create(pk=2)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("brand", "#5cc4b6", "این رنگ روی صفحه سفید خوانده نمی‌شود"),
        ("brand", "سبز", "رنگ را مانند"),
        ("brand", "#0d5c56;}*{display:none", "رنگ را مانند"),
        ("telephone", "با ما", "شماره را با کد شهر"),
    ],
)
def test_what_is_wrong_is_said_and_kept(editor, field, typed, said):
    answer = editor.post(PAGE, written(**{field: typed, "name": "دانشگاه ایلام"}))
    page = answer.content.decode()
    assert said in page
    assert "دانشگاه ایلام" in page
    assert escape(typed[:7]) in page
    assert not Institution.objects.exclude(name="").exists()


def test_a_colour_is_a_sheet_of_its_own(editor, client):
    assert "/colours/" not in log_in_page()
    assert client.get("/colours/0123456789ab.css").status_code == 404
    editor.post(PAGE, written(brand="#7A1F5C"))
    address = institution.context()["colours"]
    assert f'href="{address}"' in log_in_page()
    sheet = client.get(address)
    assert sheet["Cache-Control"] == "public, max-age=31536000, immutable"
    assert sheet["Content-Type"] == "text/css"
    assert b"--brand:#7a1f5c" in sheet.content
    other = client.get("/colours/0123456789ab.css")
    assert other["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "brand", ["#0d5c56", "#7a1f5c", "#000000", "#0000ff", "#b00020"]
)
def test_every_shade_can_be_read(brand):
    colours.check(brand)
    for name, page in (("day", "#ffffff"), ("night", "#162120")):
        shades = colours.shades(brand)[name]
        for ink, ground in [
            (shades["brand"], page),
            (shades["brand-strong"], page),
            (shades["brand-strong"], shades["brand-soft"]),
            (shades["on-brand"], shades["brand"]),
            (shades["on-brand"], shades["brand-strong"]),
        ]:
            assert colours.contrast(ink, ground) >= colours.ENOUGH, (name, ink, ground)


def test_contrast_is_that_of_the_standard():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    with pytest.raises(ValidationError):
        colours.check("#fff")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_written_anew(editor, client, kind):
    editor.post(PAGE, written(new_logo=picture(kind)))
    address = institution.context()["logo"]
    assert f'src="{address}"' in log_in_page()
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size == (264, 132)
    editor.post(PAGE, written(name="دانشگاه ایلام"))
    assert institution.context()["logo"] == address
    editor.post(PAGE, {**written(), "new_logo-clear": "on"})
    assert institution.context()["logo"] == ""
    assert client.get(address).status_code == 404


def a_file(content, name):
    file = BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (a_file(b"<svg onload='alert(1)'/>", "logo.svg"), "این تصویری از نوع"),
        (a_file(b"\x89PNG\r\n\x1a\n" + b"x" * 99, "logo.png"), "این تصویری از نوع"),
        (picture("GIF"), "این تصویری از نوع"),
        (picture(size=(5000, 4000)), "این تصویری از نوع"),
        (a_file(b"x" * 200_001, "logo.png"), "حجم فایل زیاد است"),
    ],
)
def test_what_is_no_logo(editor, file, said):
    file.seek(0)
    page = editor.post(PAGE, written(new_logo=file)).content.decode()
    assert said in page
    assert institution.context()["logo"] == ""


def test_papers_carry_the_looks(editor, paid):
    editor.post(
        PAGE, written(brand="#7a1f5c", new_logo=picture(), name="دانشگاه ایلام")
    )
    page = PdfReader(BytesIO(receipts.pdf(paid))).pages[0]
    assert "ایلام" in page.extract_text()
    assert (264, 132) in [image.image.size for image in page.images]
    assert b"0.478431 0.121569 0.360784" in page.get_contents().get_data()


def test_terms_have_a_version_of_their_own(editor, client):
    assert "حساب کاربری" in client.get("/terms/").content.decode()
    editor.post(PAGE, written(name="دانشگاه ایلام"))
    assert institution.current().institution.version_of_terms == "1405-09"
    editor.post(PAGE, written(terms="# بند یک\nمتن"))
    page = client.get("/terms/").content.decode()
    assert "<h2>بند یک</h2>\n<p>متن</p>" in page
    version = institution.current().institution.version_of_terms
    assert version.startswith("14")
    assert len(version) == len("1405/09/02 10:24")


def announce(editor, start, end, **texts):
    def typed(moment):
        return moment.strftime("%Y-%m-%d %H:%M")

    return editor.post(
        f"{NOTICES}add/",
        {
            "text": "فردا سامانه بسته است",
            "text_en": "",
            "starts_at": start,
            "ends_at": end,
        }
        | texts,
    )


def test_a_notice_stands_for_its_time(editor, client, time_machine):
    time_machine.move_to("2026-11-22 12:00 +0330", tick=False)
    announce(editor, "1405/09/01 13:00", "۱۴۰۵/۰۹/۰۲ ۱۳:۰۰", text_en="<b>Closed</b>")
    assert "فردا سامانه" not in log_in_page()
    time_machine.move_to("2026-11-22 13:30 +0330", tick=False)
    assert "فردا سامانه بسته است" in log_in_page()
    assert "&lt;b&gt;Closed&lt;/b&gt;" in log_in_page(language="en")
    time_machine.move_to("2026-11-23 13:00 +0330", tick=False)
    assert "فردا سامانه" not in log_in_page()


def test_a_notice_ends_after_it_starts(editor):
    page = announce(editor, "1405/09/02 13:00", "1405/09/01 13:00").content.decode()
    assert "پایان باید پس از آغاز باشد" in page
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(text="x", starts_at=now, ends_at=now)


def test_pages_read_them_once_a_minute(client, django_assert_num_queries):
    institution.forget()
    with django_assert_num_queries(2):
        client.get("/terms/")
    Notice.objects.create(
        text="از فرآیندی دیگر",
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(hours=1),
    )
    with django_assert_num_queries(0):
        assert "از فرآیندی دیگر" not in client.get("/terms/").content.decode()
    institution.keep(institution.Kept(read_at=monotonic() - 61))
    assert "از فرآیندی دیگر" in client.get("/terms/").content.decode()


def test_the_last_texts_stand_while_the_database_is_away(editor, monkeypatch, client):
    editor.post(PAGE, written(name="دانشگاه ایلام"))
    log_in_page()
    institution.forget()

    def away():
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(Institution.objects, "first", away)
    assert "دانشگاه ایلام" in client.get("/nowhere/").content.decode()


def test_a_process_that_has_not_yet_read_it_shows_the_new_look(editor, client):
    editor.post(PAGE, written(brand="#7a1f5c"))
    address = institution.context()["colours"]
    institution.keep(institution.Kept(read_at=monotonic() - 5))
    sheet = client.get(address)
    assert b"#7a1f5c" in sheet.content
    assert "immutable" in sheet["Cache-Control"]


def test_marks_are_escaped_and_few():
    assert marked("") == ""
    assert marked("-\n# a & b\n--- c") == (
        "<ul><li></li></ul>\n<h2>a &amp; b</h2>\n<ul><li>c</li></ul>"
    )
