"""The machine under measurement: its PostgreSQL, its servers and their time."""

import os
import sys
import time
from collections import defaultdict
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from script.processes import LOOPBACK, READY_SECONDS, Processes, answers
from tests import postgres

# What an operator sets on a server of this size; all that keeps a commit safe stays on.
PRODUCTION = [
    *("fsync=on", "synchronous_commit=on", "full_page_writes=on"),
    *("shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min"),
    *("random_page_cost=1.1", "max_connections=300"),
]
TICKS = os.sysconf("SC_CLK_TCK")
COMMITS = """
    SELECT coalesce(sum(count), 0)::int FROM pg_get_wal_stats(%s, %s, true)
    WHERE "resource_manager/record_type" = 'Transaction/COMMIT'
"""


class Database:
    """A private PostgreSQL server, asked as its superuser."""

    def __init__(self, address):
        self.address = address
        self.connection = psycopg2.connect(address)
        self.connection.autocommit = True
        self.run("CREATE EXTENSION pg_walinspect")
        self.process = parent(self.connection.info.backend_pid)

    def run(self, statement, *values, connection=None):
        with (connection or self.connection).cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else None

    def run_in(self, name, statement, *values):
        """Run in another database than the server's own."""
        with closing(psycopg2.connect(self.named(name))) as there:
            there.autocommit = True
            return self.run(statement, *values, connection=there)

    def one(self, statement, *values):
        return self.run(statement, *values)[0][0]

    def one_in(self, name, statement, *values):
        return self.run_in(name, statement, *values)[0][0]

    def named(self, name):
        """The address of a database of this server."""
        return urlsplit(self.address)._replace(path=f"/{name}").geturl()

    def make(self, name, origin="template1"):
        """Make a database that holds what another holds; nobody may be in there."""
        self.run(f"CREATE DATABASE {name} TEMPLATE {origin} STRATEGY FILE_COPY")

    def tidy(self, name):
        """Do now what autovacuum would do in the middle of a measurement."""
        self.run_in(name, "VACUUM ANALYZE")
        self.run("CHECKPOINT")

    def written(self, since, until):
        """Commits and bytes in the log between two positions."""
        size = self.one("SELECT pg_wal_lsn_diff(%s, %s)::bigint", until, since)
        return (self.one(COMMITS, since, until) if size else 0), size

    def position(self):
        return self.one("SELECT pg_current_wal_flush_lsn()::text")


@contextmanager
def database():
    """A private PostgreSQL server for as long as the measurement takes."""
    with postgres.cluster(PRODUCTION) as address:
        server = Database(address)
        try:
            yield server
        finally:
            server.connection.close()


class Web(Processes):
    """An application behind granian on a port of its own."""

    def __init__(self, application, variables, output, *, workers, threads):
        self.port = postgres.free_port()
        python = variables.get("PYTHON", sys.executable)
        command = [
            *(python, "-m", "granian", "--interface", "wsgi", "--port", str(self.port)),
            *("--host", LOOPBACK, "--log-level", "error"),
            *("--workers", str(workers), "--blocking-threads", str(threads)),
            application,
        ]
        super().__init__({application: command}, os.environ | variables, output)

    @property
    def process(self):
        [process] = self.running.values()
        return process.pid

    def wait_for(self, path):
        give_up_at = time.monotonic() + READY_SECONDS
        while not answers(LOOPBACK, self.port, path):
            self.check()
            if time.monotonic() > give_up_at:
                sys.exit(f"No answer after {READY_SECONDS} seconds.")
            time.sleep(0.05)


def parent(process):
    return _about(process)[1]


def seconds_of(process):
    """Processor time of a process, its descendants and those they have buried."""
    ticks, children = {}, defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (about := _about(entry.name)):
            number, above, ticks[number] = about
            children[above].append(number)

    def family(number):
        return ticks.get(number, 0) + sum(map(family, children[number]))

    return family(process) / TICKS


def _about(process):
    """Number, parent and ticks of a process; None if it has just ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return int(process), int(fields[1]), sum(map(int, fields[11:15]))
