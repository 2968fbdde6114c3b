"""Somebody with a browser in front of the real processes."""

import re
import secrets
import threading

import requests

from tests.payer import LastForm

# Title of the result page -> what it says about the payment.
TITLES = {
    "عملیات موفق": "paid",
    "پرداخت انجام نشد": "unpaid",
    "در حال استعلام": "checking",
    "در دست بررسی": "checking",
    "در انتظار پرداخت": "open",
}
TOKEN = re.compile(r'name="Token" value="([^"]+)"')
SECONDS = 60


class Visitor:
    """Fills in forms and follows redirects as a browser does; keeps its cookies."""

    def __init__(self, url, sandbox, session):
        self.url, self.sandbox = url, sandbox
        self.http = requests.Session()
        self.http.cookies.set("session", session)
        self.get("/")  # brings the CSRF cookie

    def twin(self):
        """The same person in another window."""
        return Visitor(self.url, self.sandbox, self.http.cookies["session"])

    def get(self, path):
        return self.http.get(self.url + path, allow_redirects=False, timeout=SECONDS)

    def post(self, path, data):
        address = path if path.startswith("http") else self.url + path
        return self.http.post(
            address, data=data, allow_redirects=False, timeout=SECONDS
        )

    def csrf(self):
        return {"csrfmiddlewaretoken": self.http.cookies["csrf"]}

    def form(self, subject, amount):
        """The filled-in form of the dashboard; sent again it is the same submission."""
        return {
            "faculty": subject.unit.faculty_id,
            "unit": subject.unit_id,
            "subject": subject.pk,
            "amount": amount,
            "submission_key": secrets.token_urlsafe(16),
        }

    def submit(self, form):
        """Confirm the payment; the answer is a redirect if it is under way."""
        return self.post("/pay/", form | self.csrf())

    def at_bank(self, answer, action="success"):
        """Follow the redirect to the bank and pay; the form that brings one back."""
        page = self.get(answer.headers["Location"])
        return self.sandbox.pay(self.token_in(page), action)

    def token_in(self, page):
        """The token in the page that leads to the bank, if it is one."""
        found = TOKEN.search(page.text)
        return found and found[1]

    def come_back(self, way):
        """Bring the bank's fields, as a browser without our cookies does."""
        return requests.post(
            way.url, data=way.fields, allow_redirects=False, timeout=SECONDS
        )

    def press(self, page):
        """Press the button of a page that kept the bank's fields."""
        kept = LastForm(page.text).found
        return requests.request(
            kept.method,
            page.url,
            data=kept.fields,
            allow_redirects=False,
            timeout=SECONDS,
        )

    def see(self, address):
        """What the result page says: paid, unpaid, checking or open."""
        return self.says(self.get(address))

    def says(self, page):
        if page.status_code != 200:
            return str(page.status_code)
        return TITLES[re.search(r"<title>(.*?) –", page.text)[1]]


class Aside(threading.Thread):
    """Does something while the test goes on; ``answer`` stays None if it was cut."""

    def __init__(self, deed):
        super().__init__(daemon=True)
        self.deed, self.answer = deed, None
        self.start()

    def run(self):
        try:
            self.answer = self.deed()
        except requests.ConnectionError:
            self.answer = None
