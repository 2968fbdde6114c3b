"""The finance officer finds a payment and takes its receipt."""

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP
from tests.browser.journey import download, go_to_bank, heading, log_in, newest, pay


def test_the_finance_officer_downloads_the_receipt(open_browser, site):
    student = open_browser()
    log_in(student, "student", site)
    go_to_bank(student, site)
    pay(student, site)
    heading(student, "عملیات موفق")
    paid = newest(site)
    receipt = download(student, student.get_by_role("link", name="دانلود رسید"))

    page = open_browser(DESKTOP)
    log_in(page, "finance", site)
    page.goto("/admin/payments/payment/")
    page.locator("#searchbar").fill(paid["rrn"])
    page.keyboard.press("Enter")
    page.get_by_role("link", name=paid["resnum"]).click()
    for text in [paid["rrn"], paid["trace"], paid["refnum"]]:
        expect(page.locator("#content")).to_contain_text(text)
    expect(page.locator("input[name=_save]")).to_have_count(0)
    assert download(page, page.get_by_role("link", name="دانلود رسید")) == receipt


def test_the_clerk_does_not_see_payments(open_browser, site):
    page = open_browser(DESKTOP)
    log_in(page, "clerk", site)
    page.goto("/admin/catalog/subject/")
    expect(page.locator("#result_list")).to_be_visible()
    assert page.goto("/admin/payments/payment/").status == 403
