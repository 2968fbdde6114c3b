"""Forms in bad weather: reloaded, offline, empty."""

import pytest
from playwright.sync_api import expect

from tests.browser.journey import FACULTY, choose, come_in, heading, press, wait_until

FACULTIES, UNITS = "حوزه یا مرکز اصلی", "واحد زیرمجموعه"
AMOUNT = "مبلغ نهایی پرداخت (ریال)"


@pytest.fixture
def page(open_browser, site):
    page = open_browser()
    come_in(page, site)
    page.goto("/")
    return page


def test_reload_keeps_what_was_chosen(page):
    choose(page, "900,000")
    before = page.locator("[data-echo=subject]").first.inner_text()
    page.reload()
    expect(page.get_by_label(AMOUNT)).to_have_value("900,000")
    expect(page.locator("[data-echo=subject]").first).to_have_text(before)
    page.emulate_media(media="print")
    expect(page.get_by_label(AMOUNT)).to_be_visible()
    expect(page.locator("button:visible, .btn:visible")).to_have_count(0)
    page.emulate_media(media="screen")
    press(page, "پرداخت مبلغ نهایی")
    heading(page, "تأیید تراکنش")


def test_list_that_cannot_be_loaded_says_so(page):
    asked = []
    page.route("**/catalog/units/**", lambda route: asked.append(route))
    page.get_by_label(FACULTIES, exact=True).select_option(label=FACULTY)
    shown = page.get_by_label(UNITS, exact=True).locator("option").first
    expect(shown).to_have_text("در حال دریافت…")
    wait_until(page, lambda: asked)
    asked[0].abort()
    expect(shown).to_have_text("دریافت نشد")
    field = page.locator(".field", has=page.get_by_label(UNITS, exact=True))
    expect(field).to_contain_text("فهرست دریافت نشد")


def test_what_is_mended_is_not_called_wrong(page):
    press(page, "پرداخت مبلغ نهایی")
    amount = page.get_by_label(AMOUNT)
    expect(amount).to_have_attribute("aria-invalid", "true")
    amount.fill("5")
    expect(amount).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_amount_error")).to_have_count(0)


def test_the_focus_is_on_what_is_wrong_wherever_it_was_before(open_browser, site):
    page = open_browser()
    page.goto("/login/")
    for _ in range(2):  # by the skip link, then by the summary's link to a field
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/#*")
        press(page, "ورود")
        expect(page.locator(".error-summary")).to_be_focused()
