"""A PostgreSQL server with production settings that may be killed and comes back."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg2

from script.processes import die_with_parent
from tests.postgres import account, answers, binaries, free_port, initialize

OPTIONS = ["max_connections=200", "fsync=on", "synchronous_commit=on"]
START_SECONDS = 60


class Cluster:
    """Its server is a child of this process: whose child is dead is no zombie."""

    def __init__(self):
        # Short, because the path of a socket may have no more than 107 bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="pp", dir="/tmp")
        self.folder, self.whom = Path(self._folder.name), account()
        if self.whom:
            os.chown(self.folder, self.whom["user"], self.whom["group"])
        self.port, self.password = free_port(), secrets.token_hex(16)

    def fill(self):
        """Make an empty database."""
        initialize(self.folder, self.password, self.whom)
        return self

    def follow(self, primary):
        """Become its standby: every commit of the primary waits for this one."""
        source = f"host=127.0.0.1 port={primary.port} user=portal"
        command = [binaries() / "pg_basebackup", "-D", self.folder / "data", "-R"]
        subprocess.run(
            [*command, "-c", "fast", "-d", f"{source} password={primary.password}"],
            **self.whom,
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        self.password = primary.password
        self.start()
        primary.tell("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.tell("SELECT pg_reload_conf()")
        return self

    @property
    def address(self):
        place = f"127.0.0.1:{self.port}/postgres"
        return f"postgres://portal:{self.password}@{place}"

    def tell(self, sentence):
        server = psycopg2.connect(self.address)
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(sentence)
        server.close()

    def start(self):
        """Start it (again) and wait until it takes connections."""
        give_up_at = time.monotonic() + START_SECONDS
        self._launch()
        while not answers(self.address):
            assert time.monotonic() < give_up_at, (self.folder / "log").read_text()
            if self.server.poll() is not None:  # its predecessor's memory still stands
                self._launch()
            time.sleep(0.05)
        return self

    def _launch(self):
        data, port = self.folder / "data", str(self.port)
        command = [binaries() / "postgres", "-D", data, "-p", port, "-k", self.folder]
        with (self.folder / "log").open("a") as log:
            self.server = subprocess.Popen(
                [*command, *(part for option in OPTIONS for part in ("-c", option))],
                **self.whom,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGQUIT),
            )

    def kill(self):
        """End the server and all that belongs to it at once, as a power cut would."""
        pid = self.server.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in [pid, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.server.wait()

    def stop(self):
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait()
        self._folder.cleanup()
