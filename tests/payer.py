"""A payer at the sandbox's bank, who fills in forms over HTTP like a browser."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import requests

CARD = {
    "card_number": "6219861000000082",
    "cvv2": "1234",
    "expiry_month": "12",
    "expiry_year": "09",
}
PASSWORD = re.compile(r"رمز پویا: (\d+)")
NEED_A_PASSWORD = {"success", "close", "twice", "late"}


class WayBack(NamedTuple):
    """A form that leads from one site to the other: to the bank, or back from it."""

    url: str
    method: str
    fields: dict


class LastForm(HTMLParser):
    """Reads the last form of a page into ``found``."""

    def __init__(self, page):
        super().__init__()
        self.found = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.found = WayBack(attrs.get("action", ""), attrs["method"].upper(), {})
        elif tag == "input" and self.found:
            self.found.fields[attrs["name"]] = attrs.get("value", "")


class Payer:
    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.http = requests.Session()

    def pay(self, token, action):
        """SEP, of which the token is all that must be known."""
        return self.act(self.enter(token), action)

    def pay_at(self, handover, action="success", answer=None):
        """Any bank, from the portal's hand-over; ``answer`` changes what is typed."""
        return self.act(self.come(handover), action, answer)

    def act(self, page, action, answer=None):
        data = CARD | (answer or {}) | {"action": action}
        if action in NEED_A_PASSWORD and "otp" not in data:
            data["otp"] = self.one_time_password(page.url)
        page = self.http.post(page.url, data=data)
        page.raise_for_status()
        return LastForm(page.text).found

    def enter(self, token):
        """The card form, after coming from the merchant's site with the token."""
        url = f"{self.sandbox.sep_url}/OnlinePG/OnlinePG"
        return self.come(WayBack(url, "POST", {"Token": token}))

    def come(self, handover):
        """The bank's card form, after following the hand-over from the merchant's."""
        named = "data" if handover.method == "POST" else "params"
        page = self.http.request(
            handover.method,
            handover.url,
            headers={"Referer": f"{self.sandbox.merchant}/"},
            **{named: handover.fields},
        )
        page.raise_for_status()
        return page

    def one_time_password(self, url):
        """Ask for one and read it on the phone that the page names."""
        page = self.http.post(url, data=CARD | {"action": "otp"})
        phone = re.search(r"\?number=(\d+)", page.text)
        if phone is None:
            raise requests.RequestException("The bank's page names no phone.")
        # The newest one; the shop's SMS may have come between.
        texts = (sms["text"] for sms in self.sandbox.messages(phone[1]))
        return next(filter(None, map(PASSWORD.search, texts)))[1]
