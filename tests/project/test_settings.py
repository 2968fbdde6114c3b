"""What stops a start, and what a good start looks like, seen from outside."""

import json
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from payment_portal import checks
from payment_portal.log import OPENING
from script.processes import bank_addresses

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


ASK = """
import json
import payment_portal.wsgi
from accounts import devices
from django.conf import settings
from django.test import Client

browser = Client(headers={"Host": "pay.example.ac.ir"})
answer = browser.get("/logout/", secure=True)  # needs no database
there = browser.get("/logout/")
cookies = {
    getattr(settings, f"{name}_COOKIE_{what}")
    for name in ("SESSION", "CSRF", "LANGUAGE")
    for what in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")
}
print(json.dumps([dict(answer.headers), there["Location"], devices.NAME, *cookies]))
"""


def test_the_web_server_starts_with_production_settings():
    done = run([sys.executable, "-c", ASK])
    assert done.returncode == 0, done.stderr
    headers, there, *cookies = json.loads(done.stdout)
    assert headers["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains; preload"
    )
    assert there == "https://pay.example.ac.ir/logout/"
    names = {"device", "session", "csrf", "language"}
    assert set(cookies) == {True, "Lax", *(f"__Host-{name}" for name in names)}


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL"])
def test_a_missing_variable_stops_the_start(name):
    done = run(START, **{name: None})
    assert done.returncode != 0
    assert name in done.stderr


UNFIT = [
    ({"SEP_URL": "http://127.0.0.1:8001/sep"}, "payments.E001"),
    ({"SEP_URL": "https://127.0.0.1:8001/sep"}, "payments.E001"),
    ({"SEP_URL": "http://sep.shaparak.ir"}, "payments.E001"),
    ({"KAVENEGAR_URL": "http://127.0.0.1:8001/kavenegar"}, "payment_portal.E002"),
    ({"KAVENEGAR_API_KEY": "sandbox"}, "payment_portal.E003"),
    ({"SMS_PROVIDERS": "kavenegar,smsir"}, "SMSIR_API_KEY is not set"),
    ({"SMS_PROVIDERS": "pigeon"}, "payment_portal.E001"),
    ({"BASE_URL": "http://pay.example.ac.ir"}, "payment_portal.E002"),
    ({"SANDBOX": "1"}, "payment_portal.E001"),
    ({"BANK_SEATS": "0", "SMS_SEATS": "0"}, "payment_portal.E001"),
    ({"SECRET_KEY": "short"}, "security.W009"),
    ({"DEBUG": "1"}, "security.W018"),
]


@pytest.mark.parametrize(("changes", "word"), UNFIT)
def test_an_unfit_setting_stops_the_web_server(changes, word):
    done = run(START, **changes)
    assert done.returncode != 0
    assert word in done.stderr


SECOND = timedelta(seconds=1)
BROKEN = [
    ("BANK_SEATS", {"BANK_SEATS": 0}),
    ("SMS_SEATS", {"SMS_SEATS": 0}),
    ("BREAKER_SILENCES", {"BREAKER_SILENCES": 0}),
    ("CODES_PER_HOUR", {"CODES_PER_HOUR": 0}),
    ("MIN_AMOUNT", {"MIN_AMOUNT": 0}),
    ("MIN_AMOUNT", {"MIN_AMOUNT": 10_001, "MAX_AMOUNT": 10_000}),
    ("LEAKED_PASSWORDS", {"LEAKED_PASSWORDS": "/nowhere/pwned"}),
    ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": -1}),
    ("QUIET_HOURS", {"QUIET_HOURS": [22]}),
    ("QUIET_HOURS", {"QUIET_HOURS": [22, 24]}),
    ("RECHECK_DELAYS", {"RECHECK_DELAYS": []}),
    ("RECHECK_DELAYS", {"RECHECK_DELAYS": [2, 0]}),
    ("CLAIM_LEASE", {"CLAIM_LEASE": SECOND}),
    ("CLAIM_LEASE", {"CLAIM_LEASE": 20 * SECOND}),
    ("CLAIM_LEASE", {"GATEWAY_DEADLINE": 30 * SECOND}),
    ("ORPHAN_AFTER", {"ORPHAN_AFTER": SECOND}),
    ("ABANDONED_AFTER", {"ABANDONED_AFTER": 0}),
    ("WORKER_PAUSE", {"WORKER_PAUSE": 0 * SECOND}),
    ("KEEP_MESSAGES", {"KEEP_MESSAGES": -SECOND}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["pay.example.ac.ir", "*"]}),
    ("BASE_URL", {"BASE_URL": "http://localhost:8000?x=1"}),
    ("BASE_URL", {"BASE_URL": "http://localhost:8000/pay"}),
    ("BASE_URL", {"BASE_URL": "http://localhost:8000#x"}),
    ("BASE_URL", {"BASE_URL": "http://me:secret@localhost:8000"}),
    ("BASE_URL", {"BASE_URL": "ftp://localhost"}),
    ("SANDBOX", {"BASE_URL": "https://pay.example.ac.ir"}),
    ("SANDBOX", {"BASE_URL": "http://pay.example.ac.ir"}),
    ("SANDBOX", {"BASE_URL": "https://8.8.8.8"}),
]


def named(found):
    return [error.msg.split(":")[0] for error in found]


def test_the_settings_of_the_tests_fit_each_other():
    assert checks.relations(None) == []


@pytest.mark.parametrize(("name", "changes"), BROKEN)
def test_settings_that_do_not_fit_each_other_are_named(settings, name, changes):
    for setting, value in changes.items():
        setattr(settings, setting, value)
    assert named(checks.relations(None)) == [name]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "https://portal.test", "http://10.0.0.7", "http://web"],
)
def test_the_sandbox_may_have_an_address_of_our_own(settings, address):
    settings.BASE_URL = address
    assert checks.relations(None) == []


def test_an_unfit_setting_stops_the_worker():
    worker = [sys.executable, "manage.py", "work", "--once"]
    done = run(worker, SEP_URL="http://127.0.0.1:8001/sep")
    assert done.returncode != 0
    assert "payments.E001" in done.stderr


def database(**changes):
    """The options of the database, as the web server and the worker read them."""
    show = "import json, payment_portal.settings as s; "
    show += 'print(json.dumps(s.DATABASES["default"]["OPTIONS"]))'
    done = run([sys.executable, "-c", show], **changes)
    return json.loads(done.stdout)


def test_nothing_waits_for_postgresql_without_end():
    options = database()
    assert options["connect_timeout"] == 3
    assert options["tcp_user_timeout"] == 10_000
    assert options["options"].split() == [
        *("-c", "lock_timeout=3s"),
        *("-c", "idle_in_transaction_session_timeout=10s"),
        *("-c", "statement_timeout=30s"),
    ]
    assert "statement_timeout=0s" in database(STATEMENT_TIMEOUT="0")["options"]


def test_pgbouncer_is_sent_no_parameter_that_it_refuses():
    options = database(PGBOUNCER="1")
    assert "options" not in options
    assert options["connect_timeout"] == 3


def test_the_address_of_the_database_may_say_more():
    more = "postgres://portal:secret@db.invalid/portal?sslmode=verify-full"
    options = database(DATABASE_URL=more)
    assert options["sslmode"] == "verify-full"
    assert "lock_timeout" in options["options"]


def test_the_sandbox_does_not_start_outside_a_sandbox():
    done = run([sys.executable, "-m", "sandbox", "serve"])
    assert done.returncode != 0
    assert "SANDBOX=1" in done.stderr


def test_the_demo_speaks_with_no_bank_outside_the_sandbox(settings):
    options = [
        f"{psp}_{name}"
        for psp in settings.GATEWAYS
        for name in settings.GATEWAYS[psp]["OPTIONS"]
    ]
    variables = {name.upper().replace("_BASE_URL", "_URL") for name in options}
    assert variables == set(bank_addresses("http://127.0.0.1:9"))


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
        BASE_URL="http://localhost:8000",
        DATABASE_URL="sqlite://:memory:",
        SANDBOX_DATABASE_URL="sqlite://:memory:",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_migration_says_what_it_does():
    names = [path.stem for path in ROOT.glob("[a-z]*/migrations/0*.py")]
    assert names
    assert [name for name in names if "_auto_" in name] == []


def test_nginx_lets_no_larger_body_in_than_the_portal(settings):
    rules = (ROOT / "deploy" / "nginx.conf").read_text()
    kilobytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
    assert f"client_max_body_size {kilobytes}k;" in rules
    assert "proxy_request_buffering on;" in rules
    for address, most in settings.LARGER_BODIES.items():
        _before, _name, place = rules.partition(f"location = {address} {{")
        assert f"client_max_body_size {most // 1024}k;" in place.partition("}")[0]


def test_nginx_does_not_wait_for_who_is_slow():
    """Until a name is known, the server that stands for no name has the say."""
    rules = (ROOT / "deploy" / "nginx.conf").read_text()
    for server in rules.split("\nserver {")[1:]:
        assert "client_header_timeout 10s;" in server or "listen 443" not in server
    for rule in ("client_body_timeout 10s;", "send_timeout 20s;", "connections 200;"):
        assert rule in rules


def test_nginx_logs_no_key():
    rules = (ROOT / "deploy" / "nginx.conf").read_text()
    assert f"/(?:{OPENING})/|/payments/" in rules
    logs = rules.count("access_log /var/log/nginx/access.log without_keys;")
    assert logs == rules.count("server {") == rules.count("error.log crit;")
    formats = rules.partition("log_format")[2].partition(";")[0]
    for whole in ("$request ", '$request"', "$request_uri", "$args", "$http_referer"):
        assert whole not in formats
