"""What all sides of a measurement stand on: one PostgreSQL, one bank, one folder."""

import os
import platform
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from benchmarks import machine
from benchmarks.load import Door
from script.processes import ROOT

BANK_THREADS = 160  # everybody may wait there at once


@dataclass
class Ground:
    """Given to every side; ``stack`` closes what a side opens."""

    database: machine.Database
    bank_port: int
    folder: Path
    output: IO
    stack: ExitStack
    key: str
    workers: int
    threads: int

    def describe(self):
        """Say where and with what this is measured."""
        packages = ("Django", "granian", "psycopg2-binary", "requests")
        kept = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
        load = " ".join(f"{one:.1f}" for one in os.getloadavg())
        print(f"{platform.platform()}, {os.cpu_count()} processors, load {load}")
        ours = [f"{name} {version(name)}" for name in packages]
        print(f"Python {platform.python_version()}, {', '.join(ours)}")
        settings = [f"{name}={self.database.one(f'SHOW {name}')}" for name in kept]
        server = self.database.one("SHOW server_version")
        print(f"PostgreSQL {server}, {', '.join(settings)}")
        print(f"{self.workers} web processes of {self.threads} threads", flush=True)

    def open_web(self, application, variables):
        """An application server of the usual size that answers at ``/health/``."""
        size = {"workers": self.workers, "threads": self.threads}
        web = machine.Web(application, variables, self.output, **size)
        self.stack.enter_context(web)
        web.wait_for("/health/")
        return web

    def run(self, variables, *command):
        """Run a Python module of this project to its end."""
        python = variables.get("PYTHON", sys.executable)
        done = subprocess.run(
            [python, *command],
            cwd=ROOT,
            env=os.environ | variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{command} failed: {done.stderr[-3000:]}")

    def pace_of_bank(self, milliseconds):
        Door(self.bank_port).json("/pace", milliseconds=milliseconds)


@contextmanager
def ground(*, workers, threads):
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        output = stack.enter_context((folder / "log").open("w"))
        database = stack.enter_context(machine.database())
        size = {"workers": 1, "threads": BANK_THREADS}
        bank = machine.Web("benchmarks.bank:application", {}, output, **size)
        stack.enter_context(bank)
        bank.wait_for("/pace?milliseconds=0")
        key = secrets.token_urlsafe(50)
        yield Ground(database, bank.port, folder, output, stack, key, workers, threads)
