"""Every page in every state serves all: eyes, thumbs, keyboards, small screens."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from payment_portal import institution
from tests.accounts import conftest as accounts
from tests.browser.conftest import FLAGS
from tests.browser.every_page import World
from tests.browser.shelf import Shelf
from tests.patience import PATIENT
from tests.payments import conftest as payments

HERE = Path(__file__).parent
SCRIPTS = [HERE / "axe" / "axe.min.js", HERE / "look.js"]
NARROWEST, PHONE = 320, 360
WIDTHS = [PHONE, 390, 768, 1280]
# What has to be done on a page before its other face shows.
OPENED = {
    "dashboard-filled": "document.querySelector('.side .btn').click()",
    "dashboard": "document.querySelector('details.user').open = true",
}
# Where scripts help.
WITHOUT_SCRIPTS = {
    *("login", "sign-up-code", "dashboard", "dashboard-filled", "confirm", "handover"),
    *("result-checking", "result-paid"),
}
# What the shelf has not got, and only scripts and the staff's pages ask for.
NOT_HERE = {"/favicon.ico", "/admin/jsi18n/", "/code/puzzle/"}
phone, terminal = accounts.phone, payments.terminal


@pytest.fixture
def shelf():
    with Shelf() as shelf:
        yield shelf


@pytest.fixture
def pages(shelf, dormitory, terminal, store, client_of, phone, tmp_path):
    """The address of each page by language and name; of the staff's, too."""
    world = World(dormitory, terminal, store, client_of, phone, shelf.url)
    found = {}
    for language in ("fa", "en"):
        world.speak(language)
        for name, answer in world.pages():
            found[language, name] = shelf.keep(f"{language}/{name}", answer)
    for name, answer in [*world.of_outages(tmp_path / "outage"), *world.of_staff()]:
        found["fa", name] = shelf.keep(name, answer)
    for address, answer in world.files.items():
        shelf.keep(address.removeprefix("/"), answer)
    yield found
    institution.forget()


class Eye:
    """A page of a browser, and what was seen to be wrong on it."""

    def __init__(self, chromium, scheme="light", *, scripts=True):
        context = chromium.new_context(color_scheme=scheme, java_script_enabled=scripts)
        for path in SCRIPTS:
            context.add_init_script(path=path)
        self.page = context.new_page()
        self.page.set_default_timeout(1000 * PATIENT)
        self.devtools = context.new_cdp_session(self.page)
        self.page.on("console", self.hear)
        self.found = []

    def hear(self, message):
        if "Security Policy" in message.text:
            self.found.append(f"{self.name}: {message.text}")

    def go(self, name, address):
        self.name = name
        self.take_width(NARROWEST)
        self.page.goto(address)

    def take_width(self, width):
        # Half the time that the page's own way of doing it takes.
        size = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": False}
        self.devtools.send("Emulation.setDeviceMetricsOverride", size)

    def look(self, *questions):
        asked = ", ".join(f"...await {question}" for question in questions)
        answers = self.page.evaluate(f"async () => [{asked}]")
        self.found += [f"{self.name}: {answer}" for answer in answers]

    def look_closely(self):
        """In every width, on a phone with axe, along the focus."""
        self.look("tooWide()")
        for width in WIDTHS:
            self.take_width(width)
            self.look("tooWide()", *(["axeFinds()"] if width == PHONE else []))
        self.look("unseenFocus()", "unnamedFile()")

    def look_at_colours(self, scheme):
        self.page.emulate_media(color_scheme=scheme)
        self.look("axeFinds(['color-contrast'])")
        self.page.emulate_media(color_scheme="light")

    def open(self, page):
        self.page.evaluate(OPENED[page])
        self.look("axeFinds()", "tooWide()")


def test_every_page_in_every_state(pages, shelf):
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        eyes = {"fa": Eye(chromium), "en": Eye(chromium, "dark")}
        without = Eye(chromium, scripts=False)
        for (language, name), address in pages.items():
            eye = eyes[language]
            eye.go(f"{language} {name}", address)
            if name.startswith("passing"):
                eye.look("tooWide()", "cutOff()")
                continue
            if not name.startswith("staff"):
                eye.look("tooSmall()", "tooWideInLargeLetters()")
            eye.look_closely()
            if ("en", name) not in pages:  # else the English page is dark
                eye.look_at_colours("dark")
            if name in OPENED:
                eye.open(name)
            if name in WITHOUT_SCRIPTS:
                without.go(f"{language} {name} without scripts", address)
                without.look("tooWide()", "unsendable()")
        found = [one for eye in (*eyes.values(), without) for one in eye.found]
    missed = [path for path in shelf.missed if path not in NOT_HERE]
    assert not found + missed, "\n".join(found + missed)
