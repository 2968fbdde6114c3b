"""What the payer reads when it did not go well, and what the bank's ledger says."""

from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.models import Payment
from tests.browser.journey import (
    at_bank,
    come_in,
    go_to_bank,
    heading,
    newest,
    pay,
    wait_for,
)


@pytest.fixture
def page(open_browser, site):
    page = open_browser()
    come_in(page, site)
    return page


REASONS = {
    "cancel": "پرداخت را در درگاه بانک لغو کردید",
    "wrong_pin": "بانک این پرداخت را انجام نداد",
    "low_balance": "بانک این پرداخت را انجام نداد",
    "timeout": "مهلت پرداخت در درگاه بانک به پایان رسید",
}


@pytest.mark.parametrize(("action", "sentence"), REASONS.items(), ids=REASONS)
def test_the_bank_says_no(page, site, action, sentence):
    go_to_bank(page, site)
    pay(page, site, action)
    heading(page, "پرداخت انجام نشد")
    expect(page.locator("main")).to_contain_text(sentence)
    expect(page.locator("main")).to_contain_text(newest(site)["resnum"])
    assert newest(site)["state"] != "verified"


def test_a_closed_browser_ends_in_an_honest_expiry(page, site):
    go_to_bank(page, site)
    at_bank(page, site, "close")
    expect(page.get_by_text("این برگه را بست")).to_be_visible()
    order = newest(site)["resnum"]
    again = page.context.new_page()
    page.close()
    site.sandbox.advance(31 * 60)
    assert newest(site)["state"] == "auto_returned"
    payment = site.rows(Payment).filter(order_number=order)
    site.aside(partial(payment.update, next_try_at=timezone.now()))  # it is time

    again.goto("/payments/")
    again.get_by_role("row").filter(has_text=order).get_by_role("link").first.click()
    wait_for(again, "پرداخت انجام نشد")
    expect(again.locator("main")).to_contain_text("در مهلت بانک")
