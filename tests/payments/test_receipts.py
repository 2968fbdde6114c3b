"""A receipt on paper, and whoever wants to know whether it is genuine."""

import io
import re
import subprocess

import pypdf
import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from PIL import Image
from pyzbar import pyzbar

from payment_portal.persian import to_ascii_digits
from payments import receipts

VERIFY_FORM = reverse("payments:verify_form")


@pytest.fixture
def pdf(payer, paid):
    address = reverse("payments:receipt", args=[paid.public_id])
    answer = payer.browser.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert (
        f'filename="receipt-{paid.order_number}.pdf"' in answer["Content-Disposition"]
    )
    return answer.content


def printed(pdf, *options):
    command = ["pdftotext", "-layout", *options, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", done.stdout.decode())


def test_receipt_is_one_a5_page_in_our_font(pdf):
    [page] = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [420, 595]
    fonts = {str(font) for font in re.findall(rb"/BaseFont /([^\s/]+)", pdf)}
    names = [
        descendant.get_object()["/BaseFont"]
        for font in page["/Resources"]["/Font"].values()
        for descendant in font.get_object()["/DescendantFonts"]
    ]
    assert names
    assert all("Vazirmatn" in name for name in names), (names, fonts)


@pytest.mark.parametrize("is_test", [True, False])
def test_receipt_of_the_test_bank_says_so(paid, finance_officer, client_of, is_test):
    with override_settings(SANDBOX=is_test):
        text = printed(receipts.pdf(paid))
        page = client_of(finance_officer).get("/admin/").content.decode()
    assert ("فاقد اعتبار" in text) is is_test
    assert ("آزمایشی – فاقد اعتبار" in page) is is_test
    assert len(text.split("\f")) == 2, "one page"


def test_receipt_says_what_was_paid(pdf, paid):
    text = printed(pdf)
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    for number in (
        "۵۰۰٬۰۰۰",
        paid.order_number.translate(digits),
        paid.tracking_number.translate(digits),
        paid.reference_number.translate(digits),
        paid.spaced_code,
    ):
        assert number in text, number
    for word in ("رسید", "خوابگاه", "دانشگاه کردستان", "محمدی"):
        assert word in text, word


@pytest.mark.parametrize("language", ["fa", "en"])
def test_printed_page_says_all_that_the_receipt_says(
    payer, paid, monkeypatch, language
):
    """The page shows to the printer what it hides from the eye."""
    monkeypatch.setattr(receipts.papers, "pdf", lambda html, _style: html)
    with translation.override(language):
        paper = receipts.pdf(paid)
    payer.browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = words_of(payer.browser.get(paid.get_absolute_url()).text)
    rows = re.findall(r"<tr><th[^>]*>(.*?)</th><td[^>]*>(.*?)</td></tr>", paper)
    assert len(rows) == 10
    notes = [("", words) for words in re.findall(r'<p class="note">(.*?)</p>', paper)]
    for label, value in [*rows, *notes]:
        assert label in page
        # Of a day in words, the hour; of the bank and the card, both.
        clock = re.findall(r"\d\d:\d\d", words := words_of(value))
        for part in clock or re.split("[،,] (?:کارت|card) ", words):
            assert part in page, label
    assert paid.spaced_code in page
    assert receipts.verify_url(paid) in page


def words_of(html):
    """What is to be read, in the digits of the database."""
    return " ".join(to_ascii_digits(re.sub("<[^>]+>", "", html)).split())


def test_receipt_in_english(paid):
    with translation.override("en"):
        text = printed(receipts.pdf(paid))
    for words in ("University of Kurdistan", "500,000 rials", paid.order_number):
        assert words in text, words
    assert not re.search("[۰-۹]", text)
    assert len(text.split("\f")) == 2, "one page"


def test_code_on_the_paper_leads_to_its_check(pdf, paid, tmp_path):
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", "receipt.pdf", "receipt"],
        cwd=tmp_path,
        check=True,
    )
    [picture] = tmp_path.glob("*.png")
    [code] = pyzbar.decode(Image.open(picture))
    assert code.data.decode() == receipts.verify_url(paid)
    path = code.data.decode().removeprefix("http://localhost:8000")
    assert "این رسید اصالت دارد" in Client().get(path).content.decode()


def test_same_payment_gives_the_same_receipt(pdf, paid):
    assert receipts.pdf(paid) == pdf


def test_markup_in_a_name_stays_text(paid):
    paid.payer_name = "<img src='http://127.0.0.1:9/'><script>"
    text = printed(receipts.pdf(paid))
    assert "script" in text
    assert "127.0.0.1:9" in text


def test_unpaid_payment_has_no_receipt(payer):
    payment = payer.pay(action="cancel")
    address = reverse("payments:receipt", args=[payment.public_id])
    assert payer.browser.get(address).status_code == 404
    page = Client().get(reverse("payments:verify", args=[payment.verify_key]))
    assert page.status_code == 404


def test_anybody_may_check_a_receipt_and_learns_no_more(paid):
    answer = Client().get(reverse("payments:verify", args=[paid.verify_key]))
    page = answer.content.decode()
    for shown in (
        "۵۰۰٬۰۰۰",
        "خوابگاه",
        "امور دانشجویی",
        paid.tracking_number,
        paid.reference_number,
        "علی م…",
    ):
        assert shown in page, shown
    for hidden in (
        paid.payer_name,
        paid.payer_mobile[3:],
        paid.masked_card,
        str(paid.public_id),
        paid.callback_key,
    ):
        assert hidden not in page, hidden
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: f" {code[:5]} - {code[5:]} "]
)
def test_typed_code_leads_to_the_same_page(paid, change):
    answer = Client().post(VERIFY_FORM, {"code": change(paid.verify_code)})
    assert answer["Location"] == reverse("payments:verify", args=[paid.verify_key])


@pytest.mark.parametrize("code", ["", "ABC", "ABCDEFGHJK", "۱۲۳", "x" * 31])
def test_wrong_code_is_explained(db, code):
    answer = Client().post(VERIFY_FORM, {"code": code})
    assert answer.status_code == 200
    assert answer.context["form"].errors["code"]


def test_guessing_codes_is_slowed_down(db):
    guesser = Client()
    answers = [
        guesser.post(VERIFY_FORM, {"code": "ABCDEFGHJK"}).status_code for _ in range(21)
    ]
    assert answers == [200] * 20 + [429]
