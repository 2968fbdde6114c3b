"""From signing up to the receipt, as the guide tells it."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import (
    SUBJECT,
    UNIT,
    download,
    go_to_bank,
    heading,
    new_mobile,
    newest,
    password_seen,
    pay,
    sign_up,
)

WAYS = {
    "phone": (PHONE, True),
    "desktop": (DESKTOP, True),
    "phone without scripts": (PHONE, False),
    "desktop without scripts": (DESKTOP, False),
}


@pytest.mark.parametrize(("size", "scripts"), WAYS.values(), ids=WAYS)
def test_a_newcomer_pays_and_keeps_the_receipt(open_browser, site, size, scripts):
    page = open_browser(size, scripts=scripts)
    sign_up(page, site, new_mobile())
    amount = go_to_bank(page, site, scripts=scripts)
    pay(page, site, "success", scripts=scripts, look=password_seen)

    heading(page, "عملیات موفق")
    main = page.locator("main")
    for text in ["مبلغ تراکنش", amount, UNIT, SUBJECT, "تلفن:"]:
        expect(main).to_contain_text(text)
    paid = newest(site)
    assert paid["state"] == "verified"
    for number in (paid["rrn"], paid["trace"], paid["resnum"]):
        expect(main).to_contain_text(number)

    page.emulate_media(media="print")
    expect(page.get_by_text("بدون مهر و امضا")).to_be_visible()
    expect(page.locator("button:visible")).to_have_count(0)
    paper = page.pdf(prefer_css_page_size=True)
    assert len(PdfReader(BytesIO(paper)).pages) == 1
    page.emulate_media(media="screen")
    receipt = download(page, page.get_by_role("link", name="دانلود رسید"))
    assert paid["rrn"] in receipt
    page.get_by_role("link", name="سوابق پرداخت").first.click()
    expect(main).to_contain_text("لیست کلیه سوابق پرداخت")
    page.locator("input[name=q]").fill(paid["rrn"])
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text=paid["rrn"])
    expect(row).to_contain_text(SUBJECT)
    assert download(page, row.get_by_role("link", name="رسید")) == receipt
