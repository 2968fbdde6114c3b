"""A web server that dies at the worst moments; the bank's ledger is the judge."""

import pytest

from accounts.models import Message
from payment_portal.fields import e164
from tests.browser.journey import (
    at_bank,
    come_in,
    go_to_bank,
    heading,
    newest,
    wait_for,
    wait_until,
)
from tests.patience import until

QUICK = {
    "GATEWAY_DEADLINE": "3",
    "GATEWAY_WORKER_DEADLINE": "3",
    "CLAIM_LEASE": "3.5",
}


@pytest.fixture
def page(open_browser, site):
    yield open_browser()
    site.mend()


@pytest.fixture
def payer(page, site):
    return come_in(page, site)


@pytest.fixture
def quick(site):
    site.restart(**QUICK)  # until the next time


def paid_once(site, payer):
    """The bank gave the money to us, and the payer was told so in one SMS."""
    mine = site.rows(Message).filter(to=e164(payer)).values_list("state", flat=True)
    until(lambda: site.aside(set, mine.all()) == {"sent"})  # and no other waits
    order = newest(site)
    texts = [sms["text"] for sms in site.sandbox.messages(payer)]
    told = sum(order["resnum"] in text for text in texts)
    return (order["state"], told) == ("verified", 1)


def test_killed_between_the_banks_yes_and_the_return(page, site, payer):
    go_to_bank(page, site)
    at_bank(page, site, "late")
    site.processes.kill("portal")
    page.locator("#return button").click()
    site.restart()
    page.reload()  # The browser repeats the POST.
    heading(page, "عملیات موفق")
    assert paid_once(site, payer)


def test_killed_while_the_bank_is_asked(page, site, payer, quick):
    go_to_bank(page, site)
    at_bank(page, site, "late")
    site.sandbox.fault("verify", "hang", phase="after", seconds=30)
    page.locator("#return button").click(no_wait_after=True)
    wait_until(page, lambda: newest(site)["state"] == "verified")
    site.restart()
    page.reload()
    wait_for(page, "عملیات موفق")
    assert paid_once(site, payer)


def test_returning_twice_changes_nothing(page, site, payer):
    go_to_bank(page, site)
    at_bank(page, site, "twice")
    with page.context.expect_page() as first:
        page.locator("#first button").click()
    heading(first.value, "عملیات موفق")
    page.locator("#return button").click()
    heading(page, "عملیات موفق")
    assert newest(site)["verify_calls"] == 1
    assert paid_once(site, payer)
