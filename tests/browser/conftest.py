"""The three real processes, and browsers that look at them from outside."""

import fcntl
import itertools
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from script.processes import VAR, Processes, commands, environment
from script.run import prepare, read_options
from tests import own_database
from tests.patience import PATIENT
from tests.postgres import free_port
from tests.servers import Sandbox

FAILURES = VAR / "failures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking"]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

expect.set_options(timeout=1000 * PATIENT)


class Site:
    """The portal as script/server runs it, beside a sandbox, with an own database."""

    def __init__(self, database, output, blocker):
        self.options = read_options(["--port", str(free_port())])
        self.url = f"http://localhost:{self.options.port}"
        self.sandbox = Sandbox(merchant=self.url).start()
        self.options.sandbox_port = self.sandbox.port
        self.options.smtp_port = self.sandbox.smtp_port
        own = environment(self.options) | {"DATABASE_URL": database}
        self.variables = os.environ | own
        self.output, self.blocker = output, blocker
        self.alias = f"site {self.options.port}"  # of its database in this process
        self.numbers = itertools.count(1)  # of people
        own_database.know(self.alias, database)

    def start(self):
        VAR.mkdir(mode=0o700, exist_ok=True)
        with (VAR / "preparing").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # pytest-xdist's workers share the folder.
            prepare(self.variables)
        ours = commands(self.options)
        del ours["sandbox"]
        self.processes = Processes(ours, self.variables, self.output)
        self.processes.wait_until_they_answer(self.options)

    def newcomer(self):
        """Somebody who has an account and has paid nothing yet; his session's key."""
        return self.aside(own_database.newcomer, self.alias, next(self.numbers))

    def rows(self, model):
        return model.objects.using(self.alias)

    def aside(self, deed, *details):
        """Have something done with the database of the portal.

        While Chromium is driven, Django takes this thread for asynchronous code.
        """
        with ThreadPoolExecutor(1) as another, self.blocker.unblock():
            try:
                return another.submit(deed, *details).result()
            finally:
                another.submit(connections.close_all).result()

    def restart(self, **changes):
        """Kill the web server and start it again, maybe with other variables."""
        self.processes.kill("portal")
        self.processes.variables = self.variables | changes
        self.processes.start("portal")
        self.processes.wait_until_they_answer(self.options)

    def mend(self):
        """Start the web server again if a journey has left it dead."""
        if self.processes.running["portal"].poll() is not None:
            self.restart()

    def stop(self):
        self.processes.__exit__()
        self.sandbox.stop()
        own_database.forget(self.alias)


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    with own_database.empty_database(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "processes"


@pytest.fixture(scope="session")
def site(database, log, django_db_blocker):
    with log.open("w") as output:
        site = Site(database, output, django_db_blocker)
        site.start()
        yield site
        site.stop()


@pytest.fixture(scope="module")
def chromium():
    # For a module only: while it runs, Django takes this thread for asynchronous code.
    program = shutil.which("chromium") or pytest.fail("Chromium is missing.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, site):
    """Open a browser of its own (own cookies): open_browser(PHONE, scripts=False)."""
    contexts = []

    def open_one(size=PHONE, *, scripts=True):
        context = chromium.new_context(
            viewport=size,
            locale="fa-IR",
            timezone_id="Asia/Tehran",
            base_url=site.url,
            java_script_enabled=scripts,
            has_touch=size is PHONE,
            accept_downloads=True,
        )
        context.set_default_timeout(1000 * PATIENT)
        contexts.append(context)
        return context.new_page()

    open_one.contexts = contexts
    yield open_one
    for context in contexts:
        context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep what a failed journey saw last, and what the processes said."""
    report = yield
    if report.failed and report.when != "teardown" and "open_browser" in item.funcargs:
        for context in item.funcargs["open_browser"].contexts:
            for page in context.pages:
                report.sections.append(("browser", f"{page.url} {picture(item, page)}"))
        said = item.funcargs["log"].read_text() if "log" in item.funcargs else ""
        report.sections.append(("processes", said[-4000:]))
    return report


def picture(item, page):
    FAILURES.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", f"{item.nodeid}-{page.url}")
    path = FAILURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
