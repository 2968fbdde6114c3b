"""What a payer's page costs, where it comes from, and whether it stands still."""

import pytest

from tests.browser.journey import come_in, go_to_bank, heading, newest, pay

KIB = 1024
FIRST, AGAIN, REQUESTS = 130 * KIB, 10 * KIB, 7
MOST_SHIFT = 0.02  # of what is drawn while the font comes, as the Web Vitals count it
SUM_UP_SHIFTS = """window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(({ value }) => {
  window.shift += value;
})).observe({ type: "layout-shift", buffered: true });"""
PUBLIC = ["/login/", "/sign-up/", "/password/forgotten/", "/terms/", "/v/"]
PRIVATE = ["/", "/payments/", "/profile/", "/profile/password/", "/profile/mobile/"]


class Network:
    """Counts what really crosses the wire for a page, by Chromium's own figures."""

    def __init__(self, page):
        self.addresses, self.cached, self.size = {}, set(), 0
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("Network.enable")
        self.devtools.on("Network.requestWillBeSent", self.sent)
        self.devtools.on("Network.requestServedFromCache", self.from_memory)
        self.devtools.on("Network.responseReceived", self.answered)
        self.devtools.on("Network.loadingFinished", self.finished)

    def sent(self, event):
        if not event["request"]["url"].startswith("data:"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def from_memory(self, event):
        self.cached.add(event["requestId"])

    def answered(self, event):
        if event["response"].get("fromDiskCache"):
            self.cached.add(event["requestId"])

    def finished(self, event):
        self.size += event["encodedDataLength"]

    @property
    def requests(self):
        return [url for key, url in self.addresses.items() if key not in self.cached]


def visit(pages):
    """Go to all of these and wait until nothing more comes; what each has cost."""
    networks = {address: Network(page) for address, page in pages.items()}
    for address, page in pages.items():
        page.add_init_script(SUM_UP_SHIFTS)
        assert page.goto(address).ok
    for address, page in pages.items():
        page.wait_for_load_state("networkidle")
        networks[address].devtools.detach()
    return networks


@pytest.fixture(scope="module")
def addresses(chromium, site):
    """Pages of somebody who has paid once and has one payment open."""
    page = chromium.new_context(base_url=site.url, locale="fa-IR").new_page()
    come_in(page, site)
    go_to_bank(page, site)
    pay(page, site)
    heading(page, "عملیات موفق")
    success = page.url
    assert newest(site)["state"] == "verified"
    go_to_bank(page, site)
    page.goto("/payments/")
    started = page.locator("tbody a[href^='/payments/']").first.get_attribute("href")
    state = page.context.storage_state()
    page.context.close()
    return state, [*PRIVATE, success, started, f"{started}bank/"]


def opened(addresses, chromium, site, **more):
    """A browser of its own for each address."""
    state, private = addresses
    return {
        address: chromium.new_context(
            base_url=site.url,
            storage_state=None if address in PUBLIC else state,
            # Without scripts where a script would go on to the bank by itself.
            java_script_enabled=not address.endswith("bank/"),
            **more,
        ).new_page()
        for address in [*PUBLIC, *private]
    }


def test_no_page_is_heavy(addresses, chromium, site):
    pages = opened(addresses, chromium, site)
    for address, first in visit(pages).items():
        assert first.size <= FIRST, (address, first.size)
        assert len(first.requests) <= REQUESTS, (address, first.requests)
        assert all(url.startswith(site.url) for url in first.requests), first.requests
        assert pages[address].evaluate("window.shift") <= MOST_SHIFT, address
    for address, again in visit(pages).items():
        assert again.size <= AGAIN, (address, again.size, again.requests)
    for page in pages.values():
        page.context.close()
