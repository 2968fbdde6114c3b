"""Run a command beside a private PostgreSQL server: python -m tests.postgres COMMAND…

The server lives as long as the command, in a temporary folder, on a free port. The
command finds it under TEST_DATABASE_URL. A TEST_DATABASE_URL from outside is used
as it is, and then nothing is started.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from script.processes import die_with_parent

START_SECONDS = 60
# Nobody will miss this data after a power cut.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
OPTIONS = [*FAST, "max_connections=200"]


def binaries():
    """The folder of the newest installed server."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if not found:
        sys.exit("PostgreSQL is missing: install Debian's package postgresql.")
    return Path(found).resolve().parent


def account():
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    person = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(address):
    try:
        psycopg2.connect(address).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def cluster(options=OPTIONS):
    """Start a server, yield the address of its database, stop and forget it."""
    # Short, because the path of a socket may have no more than 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pp", dir="/tmp") as folder:  # noqa: S108
        whom = account()
        if whom:
            os.chown(folder, whom["user"], whom["group"])
        server, address = start(Path(folder), free_port(), whom, options)
        try:
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def start(folder, port, whom, options=OPTIONS):
    """Make a cluster in the folder, start it and wait until it takes connections."""
    password = secrets.token_hex(16)
    initialize(folder, password, whom)
    command = [binaries() / "postgres", "-D", folder / "data", "-p", str(port)]
    command += ["-k", folder, *(part for option in options for part in ("-c", option))]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            **whom,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
            # Its own signal to stop at once, without waiting for clients.
            preexec_fn=lambda: die_with_parent(signal.SIGQUIT),
        )
    address = f"postgres://portal:{password}@127.0.0.1:{port}/postgres"
    give_up_at = time.monotonic() + START_SECONDS
    while not answers(address):
        if server.poll() is not None or time.monotonic() > give_up_at:
            sys.exit(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.02)
    return server, address


def initialize(folder, password, whom):
    (folder / "password").write_text(password)
    (folder / "password").chmod(0o644)  # The folder itself is closed to others.
    command = [binaries() / "initdb", "--pgdata", folder / "data", "--no-sync"]
    command += ["--username", "portal", "--pwfile", folder / "password"]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"]
    made = subprocess.run(command, **whom, cwd=folder, capture_output=True, text=True)
    if made.returncode:
        sys.exit(f"PostgreSQL's initdb failed: {made.stderr.strip()}")


def main(command):
    """Run the command, return its status."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.call(command)
    with cluster() as address:
        return run(command, os.environ | {"TEST_DATABASE_URL": address})


def run(command, environment):
    running = subprocess.Popen(command, env=environment, preexec_fn=die_with_parent)
    try:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:
                continue  # The terminal told the command too: it has the last word.
    finally:
        running.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
