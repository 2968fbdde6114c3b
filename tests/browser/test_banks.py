"""A payer goes to every bank that the portal speaks with, and comes back with money."""

import secrets

import pytest
from playwright.sync_api import expect

from payment_portal import persian
from payments.management.commands.demo import TERMINALS
from tests.browser.conftest import PHONE
from tests.browser.journey import choose, come_in, heading, newest, pay, press


@pytest.mark.parametrize("terminal", TERMINALS, ids=lambda demo: demo[2])
def test_pays_through_every_bank(open_browser, site, terminal):
    psp, merchant_number, _alias, title = terminal
    page = open_browser(PHONE)
    come_in(page, site)
    amount = persian.rial(1_000_000 + 10 * secrets.randbelow(390_000))
    choose(page, amount)
    press(page, "پرداخت مبلغ نهایی")
    press(page, "انتخاب درگاه پرداخت")
    page.get_by_label("درگاه پرداخت", exact=True).select_option(label=title)
    press(page, "بله، انجام شود")
    page.wait_for_url(f"{site.sandbox.url}/{psp}/**")
    pay(page, site)

    heading(page, "عملیات موفق")
    main = page.locator("main")
    expect(main).to_contain_text(amount)
    paid = newest(site)
    assert (paid["psp"], paid["terminal"]) == (psp, merchant_number)
    assert paid["state"] in {"verified", "settled"}
