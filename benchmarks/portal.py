"""The portal under measurement: production settings, its database, its web server.

SANDBOX=1 only because the bank of a benchmark has a loopback address without TLS; what
else it changes costs nothing worth counting (a banner on the pages).
"""

import json
import os
import subprocess
import sys
from itertools import count

from benchmarks import floor
from benchmarks.load import PortalPayer

EMPTY = "portal_0"
PAID = "SELECT count(*) FROM payments_payment WHERE state = 'paid'"


class Portal:
    """A portal whose table held so many payments before anything was measured."""

    name = "portal"
    amounts = count(1_000_000)  # a new one for every payment: nobody pays twice

    def __init__(self, ground, rows, recorded):
        self.bank = ground.bank_port
        self.database = f"portal_{rows}"
        self.people, self.choice = recorded["people"], recorded["choice"]
        self.seen, self.before = 0, self.count(ground)
        variables = environment(ground, self.database)
        self.web = ground.open_web("payment_portal.wsgi:application", variables)

    def count(self, ground):
        return ground.database.one_in(self.database, PAID)

    def payers(self, number):
        return [PortalPayer(self, person) for person in self.people[:number]]


def environment(ground, database):
    """The settings of production, but for the bank's address."""
    return {
        "ENV_FILE": os.devnull,
        "DEBUG": "0",
        "SANDBOX": "1",
        "SECRET_KEY": ground.key,
        "BASE_URL": "http://localhost",
        "DATABASE_URL": ground.database.named(database),
        "SEP_URL": f"http://127.0.0.1:{ground.bank_port}",
        "BANK_SEATS": str(ground.threads // 2),
        # The breaker would end after five calls what is measured at a hanging bank.
        "BREAKER_SILENCES": "1000000",
        "STARTS_PER_PAYER": "1000000",  # a crowd is played by few
        "LOG_LEVEL": "ERROR",
    }


def elsewhere(ground, module):
    """Make an empty portal, and let another process work there: Django is its own.

    It gets the bank's port and the file of what ``prepare`` returns as its arguments.
    """
    file = ground.folder / "people"
    file.write_text(json.dumps(prepare(ground, (0,))))
    variables = os.environ | environment(ground, EMPTY)
    variables["DJANGO_SETTINGS_MODULE"] = "payment_portal.settings"
    command = [sys.executable, "-m", module, str(ground.bank_port), str(file)]
    subprocess.run(command, env=variables, check=True)


def prepare(ground, sizes):
    """Make a database for every size; return what was recorded on the way."""
    ground.database.make(EMPTY)
    file = ground.folder / "recorded"
    variables = environment(ground, EMPTY)
    ground.run(variables, "-m", "benchmarks.recording", str(ground.bank_port), file)
    filled = 0
    for rows in sorted(sizes):
        if rows:
            fill(ground, filled, rows)
            filled = rows
    return json.loads(file.read_text())


def fill(ground, filled, rows):
    """Copy the next smaller database and add what is missing."""
    name = f"portal_{rows}"
    ground.database.make(name, f"portal_{filled}")
    variables = environment(ground, name)
    variables["DJANGO_SETTINGS_MODULE"] = "payment_portal.settings"
    ground.run(variables, "-m", "benchmarks.rows", str(filled + 1), str(rows))
    ground.database.tidy(name)


def lay_floor(ground, recorded):
    """The floor of this portal, on a copy of its empty database."""
    ground.database.make("floor", EMPTY)
    file = ground.folder / "floor.sql"
    file.write_text(floor.script(recorded))
    return floor.Floor(ground.database.named("floor"), file, ground.bank_port)
