"""Starting and stopping."""

import os
import signal
import subprocess
import sys

from script.processes import ROOT
from tests.patience import PATIENT
from tests.postgres import free_port
from tests.servers import Sandbox


def serve(port, **changes):
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | changes,
        capture_output=True,
        text=True,
        timeout=PATIENT,
    )


def test_it_refuses_to_start_unless_told_to_be_a_sandbox():
    ended = serve(free_port(), SANDBOX="0")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "SANDBOX=1" in ended.stderr


def test_taken_port_gives_one_clear_line(sandbox):
    path = f"{sandbox.folder.name}/other.sqlite3"
    ended = serve(sandbox.port, SANDBOX_DATABASE_URL=f"sqlite:///{path}")
    assert ended.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{sandbox.port}" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_sigterm_and_sigint_end_it_cleanly():
    for number in (signal.SIGTERM, signal.SIGINT):
        server = Sandbox().start()
        server.process.send_signal(number)
        assert server.process.wait(PATIENT) == 0
        server.stop()


def test_it_remembers_after_a_restart():
    server = Sandbox().start()
    server.token(order_number="7")
    server.process.kill()
    server.process.wait()
    server.start()
    assert server.transaction("7")["state"] == "created"
    server.stop()


def test_static_files_and_font_are_served(sandbox):
    for path in ("sandbox/sandbox.css", "sandbox/card.js", "fonts/Vazirmatn.woff2"):
        assert sandbox.http.get(f"{sandbox.url}/static/{path}").ok
