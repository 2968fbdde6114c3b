"""A PostgreSQL server with production settings that may be killed and comes back."""

import os
import secrets
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

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
        self.port, password = free_port(), secrets.token_hex(16)
        initialize(self.folder, password, self.whom)
        self.address = f"postgres://portal:{password}@127.0.0.1:{self.port}/postgres"

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
