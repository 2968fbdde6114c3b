"""The portal's processes, as script/server and the browser tests run them."""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOOPBACK = "127.0.0.1"
BANKS = (
    *("sep", "mellat", "sadad", "parsian", "pasargad", "irankish", "asanpardakht"),
    *("sepehr", "zarinpal", "zibal", "vandar", "payping"),
)
PAGES_ELSEWHERE = ("asanpardakht", "sepehr")  # their pay page is on another host
READY_SECONDS = 60
STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1


def addresses(options):
    """Where a browser finds the portal and the sandbox.

    On this machine they have different names, so that they are different sites to the
    browser, as the portal and a bank are.
    """
    if options.host in {LOOPBACK, "localhost", "0.0.0.0"}:  # noqa: S104, compared only
        hosts = "localhost", LOOPBACK
    else:
        hosts = options.host, options.host
    return (
        f"http://{hosts[0]}:{options.port}",
        f"http://{hosts[1]}:{options.sandbox_port}",
    )


def environment(options):
    """What tells the portal to talk to the sandbox, and the sandbox to the portal."""
    portal, sandbox = addresses(options)
    mailbox = urlsplit(sandbox).hostname
    return {
        "SANDBOX": "1",
        "BASE_URL": portal,
        **demo_secrets(),
        **bank_addresses(sandbox),
        "KAVENEGAR_URL": f"{sandbox}/kavenegar",
        "KAVENEGAR_API_KEY": "sandbox",
        "SMSIR_URL": f"{sandbox}/smsir",
        "SMSIR_API_KEY": "sandbox",
        "SMS_PROVIDERS": "kavenegar,smsir",
        "SMS_LANGUAGES": "en",
        "EMAIL_URL": f"smtp://{mailbox}:{options.smtp_port}",
        "SANDBOX_URL": sandbox,
        "SANDBOX_MERCHANT_REFERER": portal,
    }


def bank_addresses(sandbox):
    """Where the portal finds the sandbox's banks."""
    found = {f"{psp.upper()}_URL": f"{sandbox}/{psp}" for psp in BANKS}
    pages = {
        f"{psp.upper()}_PAGE_URL": f"{sandbox}/{psp}/page" for psp in PAGES_ELSEWHERE
    }
    return found | pages


def demo_secrets():
    """What the demo terminals and the sandbox's banks know of each other."""
    lines = (ROOT / "script" / "demo.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and line[0] != "#")
    return dict(pairs)


def commands(options):
    """The three processes: name and command line."""
    python = sys.executable
    return {
        "portal": [
            *(python, "-m", "granian", "--interface", "wsgi"),
            *("--host", options.host, "--port", str(options.port)),
            *("--workers", "2", "--blocking-threads", "16", "--log-level", "error"),
            # One that is told to end while it still starts would never end.
            *("--workers-kill-timeout", "25"),
            *("--respawn-failed-workers", "--respawn-interval", "0.5"),
            "payment_portal.wsgi:application",
        ],
        "worker": [python, "manage.py", "work"],
        "sandbox": [
            *(python, "-m", "sandbox", "serve", "--host", options.host),
            *("--port", str(options.sandbox_port)),
            *("--smtp-port", str(options.smtp_port)),
        ],
    }


def die_with_parent(number=signal.SIGTERM):
    """Ask Linux for this signal when the parent is gone, even killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


class Processes:
    """Processes that live and die together."""

    def __init__(self, commands, variables, output=None):
        self.commands = commands
        self.variables = variables
        self.output = output
        self.running = {}
        for name in commands:
            self.start(name)

    def start(self, name):
        # A session of its own: Ctrl-C reaches only this process, which stops the rest.
        self.running[name] = subprocess.Popen(
            self.commands[name],
            cwd=ROOT,
            env=self.variables,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def kill(self, name):
        """End a process and its children without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for process in self.running.values():
            process.terminate()
        give_up_at = time.monotonic() + STOP_SECONDS
        for name, process in self.running.items():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, give_up_at - time.monotonic()))
            # Children may be left, of one that did not end or ended too suddenly.
            self.kill(name)

    def check(self):
        """End the run when a process has ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                sys.exit(f"The {name} ended (status {process.returncode}).")

    def wait_until_they_answer(self, options):
        give_up_at = time.monotonic() + READY_SECONDS
        doors = [(options.port, "/health/"), (options.sandbox_port, "/")]
        while not all(answers(options.host, *door) for door in doors):
            self.check()
            if time.monotonic() > give_up_at:
                sys.exit(f"No answer after {READY_SECONDS} seconds.")
            time.sleep(0.1)

    def wait(self):
        while True:
            self.check()
            time.sleep(0.2)


def answers(host, port, path):
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
