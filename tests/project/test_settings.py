"""What stops a start, and what a good start looks like, seen from outside."""

import os
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


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"SEP_URL": "http://127.0.0.1:8001/sep"}, "SEP_URL"),
        ({"SEP_URL": "http://sep.shaparak.ir"}, "SEP_URL"),
        ({"KAVENEGAR_URL": "http://127.0.0.1:8001/kavenegar"}, "KAVENEGAR_URL"),
        ({"BASE_URL": "http://pay.example.ac.ir"}, "BASE_URL"),
        ({"DEBUG": "1"}, "DEBUG"),
    ],
)
def test_an_unfit_setting_stops_the_web_server(changes, word):
    done = run(START, **changes)
    assert done.returncode != 0
    assert word in done.stderr


def test_an_unfit_setting_stops_the_worker():
    worker = [sys.executable, "manage.py", "work", "--once"]
    done = run(worker, SEP_URL="http://127.0.0.1:8001/sep")
    assert done.returncode != 0
    assert "SEP_URL" in done.stderr


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
