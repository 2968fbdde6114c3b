"""Payers: threads of this process that speak HTTP as a browser does."""

import gzip
import http.client
import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from urllib.parse import urlencode, urlsplit

from script.processes import LOOPBACK

PATIENCE = 60  # seconds
READING = (3, 7)  # seconds in which one who is turned away reads, then tries again
FORM = "application/x-www-form-urlencoded"


class Door:
    """A kept-alive connection to a server."""

    def __init__(self, port, **headers):
        self.connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
        self.headers = {"Host": f"localhost:{port}", "Accept-Encoding": "gzip"}
        self.headers |= headers

    def get(self, path, **headers):
        return self.ask("GET", path, None, headers)

    def post(self, path, fields, **headers):
        form = {"Content-Type": FORM}
        return self.ask("POST", path, urlencode(fields), form | headers)

    def ask(self, method, path, body, headers):
        """Status, address that is led to, and text of the answer."""
        self.connection.request(method, path, body, self.headers | headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            text = gzip.decompress(text)
        return answer.status, answer.headers.get("Location"), text

    def json(self, path, body=None, **query):
        """Ask the bank something."""
        method, text = ("POST", json.dumps(body)) if body else ("GET", None)
        address = f"{path}?{urlencode(query)}" if query else path
        return json.loads(self.ask(method, address, text, {})[2])


class PortalPayer:
    """Somebody who is logged in to the portal and pays a new amount each time."""

    def __init__(self, portal, person):
        self.bank = Door(portal.bank)
        self.door = Door(portal.web.port)
        self.mobile = person["mobile"]
        self.cookie = {"Cookie": f"session={person['session']}; csrf={person['csrf']}"}
        self.form = portal.choice | {"csrfmiddlewaretoken": person["csrf"]}
        self.amounts = portal.amounts

    def start(self):
        """Whether the bank's page is what comes next."""
        amount = next(self.amounts)
        form = self.form | {"amount": amount, "submission_key": f"benchmark-{amount}"}
        status, led_to, _text = self.door.post("/pay/", form, **self.cookie)
        return status == HTTPStatus.SEE_OTHER and led_to.endswith("/bank/")

    def way_back(self):
        """Pay at the bank; where the browser is sent, and with what."""
        back = self.bank.json("/card", mobile=self.mobile)
        return urlsplit(back["url"]).path, back["fields"]

    def come_back(self, path, fields):
        """Where the portal leads from its callback, which knows no cookie."""
        return self.door.post(path, fields)[1]

    def pay(self):
        """Whether it ended with a page that shows the bank's reference number."""
        if not self.start():
            return False
        path, fields = self.way_back()
        result = self.come_back(path, fields)
        status, _led_to, text = self.door.get(result, **self.cookie)
        return status == HTTPStatus.OK and fields["RRN"].encode() in text

    def look(self):
        """Milliseconds until the dashboard is there."""
        began = time.perf_counter()
        status = self.door.get("/", **self.cookie)[0]
        if status != HTTPStatus.OK:
            raise RuntimeError(f"the dashboard answered {status}")
        return (time.perf_counter() - began) * 1000


class PeerPayer:
    """Somebody who pays at the peer project, which asks for no log-in."""

    numbers = count(1)

    def __init__(self, peer):
        self.bank, self.door = Door(peer.bank), Door(peer.web.port)
        self.mobile = f"913{next(self.numbers):07d}"

    def start(self):
        wanted = {"amount": 500_000, "mobile": self.mobile}
        return self.door.post("/start/", wanted)[0] == HTTPStatus.FOUND

    def way_back(self):
        back = self.bank.json("/card", mobile=self.mobile)
        return back["url"], back["fields"]

    def come_back(self, url, fields):
        """The peer's driver asks the bank for a return by GET."""
        address = urlsplit(url)
        path = f"{address.path}?{address.query}&{urlencode(fields)}"
        return self.door.get(path)[0]

    def pay(self):
        return self.start() and self.come_back(*self.way_back()) == HTTPStatus.FOUND


@dataclass
class Load:
    """What a crowd did in its window, between two readings of the instruments."""

    paid: int
    turned_away: int
    seconds: float
    first: object
    last: object
    paid_in_all: int

    @property
    def rate(self):
        return self.paid / self.seconds


def reading_time():
    return random.uniform(*READING)  # noqa: S311  no secret


def crowd(payers, *, warm, seconds, reading):
    """Let everybody pay again and again; count what ends within the window."""
    stop, ends = threading.Event(), []

    def act(payer):
        while not stop.is_set():
            paid = payer.pay()
            ends.append((time.monotonic(), paid))
            if not paid:
                stop.wait(reading_time())

    with ThreadPoolExecutor(len(payers)) as pool:
        acts = [pool.submit(act, payer) for payer in payers]
        time.sleep(warm)
        first, began = reading(), time.monotonic()
        time.sleep(seconds)
        last, ended = reading(), time.monotonic()
        stop.set()
    for one in acts:
        one.result()
    within = [paid for moment, paid in ends if began < moment <= ended]
    return Load(
        sum(within),
        within.count(False),
        ended - began,
        first,
        last,
        sum(p for _, p in ends),
    )
