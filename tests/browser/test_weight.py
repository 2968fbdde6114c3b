"""What a payer's page costs, where it comes from, and whether it fits a phone."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.journey import come_in, go_to_bank, heading, newest, pay

KIB = 1024
NARROW = {"width": 320, "height": 740}
FIRST, AGAIN, REQUESTS = 130 * KIB, 10 * KIB, 8
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
    for address, again in visit(pages).items():
        assert again.size <= AGAIN, (address, again.size, again.requests)
    for page in pages.values():
        page.context.close()


def test_no_page_is_wider_than_a_phone(addresses, chromium, site):
    for address, page in opened(addresses, chromium, site, viewport=NARROW).items():
        for language in ("fa", "en"):
            cookie = {"name": "language", "value": language, "url": site.url}
            page.context.add_cookies([cookie])
            page.goto(address)
            for width in (NARROW["width"], PHONE["width"]):
                page.set_viewport_size(NARROW | {"width": width})
                shown = page.evaluate("document.documentElement.scrollWidth")
                assert shown <= width, (address, language)
            assert page.evaluate("document.documentElement.lang") == language
        page.context.close()
