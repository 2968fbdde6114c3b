"""Payers over HTTP on the real processes and PostgreSQL, all of them killed at random.

The settings are those of production, but for one: who does not come back from the bank
is given up after a minute or two and not after an hour, so that a run has an end.
"""

import itertools
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from script.processes import ROOT
from tests.faults import judge
from tests.faults.cluster import Cluster
from tests.faults.load import Habits, Payer
from tests.faults.portal import Portal
from tests.faults.proxy import hang

HABITS = Habits(lost=0.1, cancelled=0.05, twice=0.1, pause=3)
TIMEOUTS = 0.05  # of the calls to the bank; half of them after it has acted
BETWEEN_KILLS = 5, 20  # seconds
LONGEST_AWAY = {"database": 8, "bank": 45}  # seconds; the others 3
# Seconds of calm after which no money may be unknown, and no payment unfinished.
NO_CLAIM_OPEN, NO_PAYMENT_OPEN = 120, 180
SHORT = {"ABANDONED_AFTER": 60, "INQUIRE_AFTER": 30, "INQUIRE_UNTIL": 60}
TIMES = SHORT | {"STARTS_PER_PAYER": 1_000_000}  # so many are played by few
AFTER_EVERY_WINDOW = 31 * 60


class Chaos:
    """The processes, their payers, and whoever kills them."""

    def __init__(self, options):
        self.seconds = options.minutes * 60
        self.dice = random.Random(options.seed)  # noqa: S311, nothing is secret here
        self.number_of_payers = options.payers
        self.kills, self.over, self.payers = Counter(), threading.Event(), []
        self.away = []  # when bank or database were
        self.folder = tempfile.TemporaryDirectory(prefix="soak-")
        self.log = (Path(self.folder.name) / "log").open("w+")

    def __enter__(self):
        self.cluster = Cluster().fill().start()
        self.portal = Portal(self.cluster.address, self.log, TIMES)
        self.portal.start()
        self.processes = self.portal.processes
        self.processes.commands["worker 2"] = self.processes.commands["worker"]
        self.processes.start("worker 2")
        return self

    def __exit__(self, *error):
        self.over.set()
        self.portal.stop()
        self.cluster.stop()
        self.folder.cleanup()

    # ---- the run ---------------------------------------------------------------------

    def go(self):
        """Let payers pay and processes die until the time is over."""
        print(f"{self.number_of_payers} payers, {self.seconds:.0f} s")
        subject, amounts = self.portal.subject(), itertools.count(10_000, 10)
        people = [self.portal.person(n) for n in range(self.number_of_payers)]
        self.portal.line.usual = self.time_out
        self.payers = [
            Payer(person, subject, amounts, HABITS, self.over) for person in people
        ]
        until = time.monotonic() + self.seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, self.dice.uniform(*BETWEEN_KILLS)))
            self.kill_something()
        self.portal.line.usual = None
        self.over.set()
        for payer in self.payers:
            payer.join()

    def time_out(self, path):
        """How the line treats a call for which the test has no plan."""
        wanted = path.startswith("/sep/") and self.dice.random() < TIMEOUTS
        return hang(after=self.dice.random() < 0.5) if wanted else None

    def kill_something(self):
        """End one of them as kill -9 does, and start it again after a while."""
        kinds = ["web", "web process", "worker", "worker 2", "database", "bank"]
        kind = self.dice.choice(kinds)
        self.kills[kind] += 1
        start = getattr(self, f"kill_{kind.split()[0]}")(kind)
        since = time.time()
        time.sleep(self.dice.uniform(0, LONGEST_AWAY.get(kind, 3)))
        start()
        if kind in LONGEST_AWAY:
            self.away.append((since, time.time()))

    def kill_web(self, kind):
        web = self.processes.running["portal"]
        if kind == "web process":  # one of its two; the server replaces it
            children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text()
            os.kill(int(self.dice.choice(children.split())), signal.SIGKILL)
            return self.portal.wait_for_the_web
        self.processes.kill("portal")
        return lambda: self.processes.start("portal")

    def kill_worker(self, kind):
        self.processes.kill(kind)
        return lambda: self.processes.start(kind)

    def kill_database(self, kind):
        self.cluster.kill()
        return self.cluster.start

    def kill_bank(self, kind):
        self.portal.sandbox.process.kill()
        self.portal.sandbox.process.wait()
        return self.portal.sandbox.start

    # ---- the end ---------------------------------------------------------------------

    def settle(self):
        """Wait for calm, compare the books, print figures; the broken promises."""
        self.portal.disconnect()  # it was cut with every death of the database
        self.processes.check()
        broken, calm = [], self.wait_for_calm()
        for kind, limit in (("claims", NO_CLAIM_OPEN), ("payments", NO_PAYMENT_OPEN)):
            if calm[kind] > limit:
                broken.append(f"{kind} are open after {limit} s of calm")
        self.portal.sandbox.advance(AFTER_EVERY_WINDOW)
        broken += judge.disagreements(self.portal)
        broken += judge.broken_promises(self.portal, self.stories)
        broken += ["wrongly told"] if judge.told_wrongly(self.portal) else []
        broken += ["check_money failed"] if self.check_money() else []
        self.print_figures(calm)
        return broken

    def wait_for_calm(self):
        """How many seconds it takes until nothing of a kind is open."""
        began, calm = time.monotonic(), {}
        while len(calm) < 2 and time.monotonic() - began <= NO_PAYMENT_OPEN:
            for kind, count in judge.unknown(self.portal).items():
                if not count:
                    calm.setdefault(kind, time.monotonic() - began)
            time.sleep(0.5)
        return {"claims": math.inf, "payments": math.inf} | calm

    @property
    def stories(self):
        return [story for payer in self.payers for story in payer.stories]

    def check_money(self):
        """What manage.py check_money says of the books; true if it complains."""
        command = [sys.executable, "manage.py", "check_money"]
        variables = self.portal.variables
        said = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True
        )
        if said.returncode:
            print(said.stdout, said.stderr)
        return said.returncode

    def wait(self, began, ended):
        """How long a payer waited, in all and while bank and database ran."""
        away = sum(
            max(0, min(ended, until) - max(began, since)) for since, until in self.away
        )
        return max(0, ended - began), max(0, ended - began - away)

    def print_figures(self, calm):
        stories, decided = self.stories, judge.decided_at(self.portal)
        waits = sorted(
            self.wait(story.came_back_at, decided[story.address])
            for story in stories
            if story.came_back_at and story.address in decided
        )
        ends = self.portal.payments.values_list("state", "unpaid_reason")
        payments = Counter(" ".join(end).strip() for end in ends)
        print("kills", dict(self.kills))
        print("payments", len(stories), dict(payments))
        print("shown paid", sum("paid" in story.seen for story in stories))
        print("lost returns", sum(story.action == "lost" for story in stories))
        print("calls cut off by kills", judge.crashed_calls(self.portal))
        for part in (0.5, 0.95, 0.99, 1):
            place = min(len(waits) - 1, int(part * len(waits)))
            wait, awake = waits[place], sorted(one[1] for one in waits)[place]
            print(f"{part:.0%} of returns certain after {wait[0]:.1f} s,", end=" ")
            print(f"without the time that bank or database were away {awake:.1f} s")
        print(f"no claim open after {calm['claims']:.0f} s of calm,", end=" ")
        print(f"no payment after {calm['payments']:.0f} s")
        errors = sum((payer.errors for payer in self.payers), start=Counter())
        for (place, kind), count in errors.most_common():
            print(f"{count:6} {place}: {kind}")
