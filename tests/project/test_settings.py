"""What stops a start, and what a good start looks like, seen from outside."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "kR7-wq2_Zt9mXc4vBn8sLd3fGh6jPa1yUe5oIr0TzQxWvCbNmKjHgFd",
    "BASE_URL": "https://pay.example.ac.ir",
    "DATABASE_URL": "postgres://portal:secret@db.invalid/portal",
    "KAVENEGAR_API_KEY": "6d1f0c",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.ac.ir:587",
}
CHECK = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
START = [sys.executable, "-c", "import payment_portal.wsgi"]


def run(command, **changes):
    """Run with these variables and no other of ours; None takes one away."""
    ours = {name: value for name, value in (PRODUCTION | changes).items() if value}
    variables = {"PATH": os.environ["PATH"], **ours}
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60
    )


def test_production_settings_pass_the_deployment_checks():
    done = run(CHECK)
    assert "no issues (0 silenced)" in done.stdout + done.stderr, done.stderr
    assert done.returncode == 0


def test_the_web_server_starts_with_production_settings():
    done = run(START)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL"])
def test_a_missing_variable_stops_the_start(name):
    done = run(START, **{name: None})
    assert done.returncode != 0
    assert name in done.stderr


UNFIT = [
    ({"SEP_URL": "http://127.0.0.1:8001/sep"}, "payments.E001"),
    ({"SEP_URL": "https://127.0.0.1:8001/sep"}, "payments.E001"),
    ({"SEP_URL": "http://sep.shaparak.ir"}, "payments.E001"),
    ({"KAVENEGAR_URL": "http://127.0.0.1:8001/kavenegar"}, "payments.E001"),
    ({"KAVENEGAR_API_KEY": "sandbox"}, "payments.E002"),
    ({"BASE_URL": "http://pay.example.ac.ir"}, "payments.E001"),
    ({"SECRET_KEY": "short"}, "security.W009"),
    ({"DEBUG": "1"}, "security.W018"),
]


@pytest.mark.parametrize(("changes", "word"), UNFIT)
def test_an_unfit_setting_stops_the_web_server(changes, word):
    done = run(START, **changes)
    assert done.returncode != 0
    assert word in done.stderr


def test_an_unfit_setting_stops_the_worker():
    worker = [sys.executable, "manage.py", "work", "--once"]
    done = run(worker, SEP_URL="http://127.0.0.1:8001/sep")
    assert done.returncode != 0
    assert "payments.E001" in done.stderr


def test_the_sandbox_does_not_start_outside_a_sandbox():
    done = run([sys.executable, "-m", "sandbox", "serve"])
    assert done.returncode != 0
    assert "SANDBOX=1" in done.stderr


def test_demo_accounts_are_not_made_outside_a_sandbox():
    done = run([sys.executable, "manage.py", "demo"])
    assert done.returncode != 0
    assert "SANDBOX=1" in done.stderr


def test_a_taken_port_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run([sys.executable, "-m", "script.run", "--port", port])
    assert done.returncode == 1
    assert done.stdout == ""
    assert (
        done.stderr == f"Cannot listen on 127.0.0.1:{port}: Address already in use.\n"
    )


@pytest.mark.parametrize("program", ["manage.py", "-msandbox"])
def test_no_migration_is_missing(program):
    done = run(
        [sys.executable, program, "makemigrations", "--check", "--dry-run"],
        SANDBOX="1",
        DATABASE_URL="sqlite://:memory:",
        SANDBOX_DATABASE_URL="sqlite://:memory:",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_migration_says_what_it_does():
    names = [path.stem for path in ROOT.glob("[a-z]*/migrations/0*.py")]
    assert names
    assert [name for name in names if "_auto_" in name] == []
