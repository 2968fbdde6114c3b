"""A web server that dies at the worst moments; the bank's ledger is the judge."""

import time

import pytest

from tests.browser.journey import (
    STUDENT,
    at_bank,
    go_to_bank,
    heading,
    log_in,
    newest,
    wait_for,
)

QUICK = {
    "GATEWAY_DEADLINE": "4",
    "GATEWAY_WORKER_DEADLINE": "4",
    "CLAIM_LEASE": "5",
}


@pytest.fixture
def page(open_browser, site):
    page = open_browser()
    log_in(page, "student")
    yield page
    site.restart()


def paid_once(site):
    """The bank gave the money to us, and the payer was told so in one SMS."""
    order = newest(site)["resnum"]
    give_up_at = time.monotonic() + 15
    while not (told := told_about(site, order)) and time.monotonic() < give_up_at:
        time.sleep(0.2)
    time.sleep(2 * site.worker_pause)
    return newest(site)["state"] == "verified" and told_about(site, order) == told == 1


def told_about(site, order):
    return sum(order in sms["text"] for sms in site.sandbox.messages(STUDENT))


def test_killed_between_the_banks_yes_and_the_return(page, site):
    go_to_bank(page, site)
    at_bank(page, "late")
    site.processes.kill("portal")
    page.locator("#return button").click()
    site.restart()
    page.reload()  # The browser repeats the POST.
    heading(page, "عملیات موفق")
    assert paid_once(site)


def test_killed_while_the_bank_is_asked(page, site):
    site.restart(**QUICK)
    go_to_bank(page, site)
    at_bank(page, "late")
    site.sandbox.fault("verify", "hang", phase="after", seconds=30)
    page.locator("#return button").click(no_wait_after=True)
    while newest(site)["state"] != "verified":
        page.wait_for_timeout(50)
    site.restart(**QUICK)
    page.reload()
    wait_for(page, "عملیات موفق")
    assert paid_once(site)


def test_returning_twice_changes_nothing(page, site):
    go_to_bank(page, site)
    at_bank(page, "twice")
    with page.context.expect_page() as first:
        page.locator("#first button").click()
    heading(first.value, "عملیات موفق")
    page.locator("#return button").click()
    heading(page, "عملیات موفق")
    assert newest(site)["verify_calls"] == 1
    assert paid_once(site)
