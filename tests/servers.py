"""The sandbox as a real process, for tests to arrange and to ask.

It starts in about a second; a test takes the fixture ``sandbox``, which is fresh for
every test, and looks at what the bank, the phone and the mailbox then know.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import requests

from script.processes import ROOT, demo_secrets, die_with_parent
from tests.patience import PATIENT
from tests.payer import Payer
from tests.postgres import free_port

HTTP_SECONDS = 30


class Sandbox:
    """A running sandbox. ``merchant`` is the portal's address as the bank knows it."""

    def __init__(self, merchant="http://localhost:8000"):
        self.merchant = merchant
        self.port, self.smtp_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sep_url = self.bank_url("sep")
        self.kavenegar_url = f"{self.url}/kavenegar"
        self.email_url = f"smtp://127.0.0.1:{self.smtp_port}"
        self.http = requests.Session()
        self.folder = tempfile.TemporaryDirectory(prefix="sandbox-test-")

    def start(self):
        """Run it (again, with what it knew) and wait until it answers."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sandbox", "serve"),
                *("--port", str(self.port), "--smtp-port", str(self.smtp_port)),
            ],
            cwd=ROOT,
            env=os.environ | self.environment(),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        give_up_at = time.monotonic() + PATIENT
        while not self.answers():
            assert self.process.poll() is None, "The sandbox ended at its start."
            assert time.monotonic() < give_up_at, "The sandbox does not answer."
            time.sleep(0.05)
        return self

    def environment(self):
        path = Path(self.folder.name) / "sandbox.sqlite3"
        return {
            "SANDBOX": "1",
            "SANDBOX_URL": self.url,
            "SANDBOX_DATABASE_URL": f"sqlite:///{path}",
            "SANDBOX_MERCHANT_REFERER": self.merchant,
            "SANDBOX_RECEIPT_SECONDS": "2",  # 15 at a bank
            **demo_secrets(),
        }

    def answers(self):
        try:
            return self.http.get(f"{self.url}/health/", timeout=5).ok
        except requests.ConnectionError:
            return False

    def bank_url(self, psp):
        return f"{self.url}/{psp}"

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENT)
        self.http.close()
        self.folder.cleanup()

    def get(self, path, **query):
        answer = self.http.get(f"{self.url}{path}", params=query, timeout=HTTP_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def post(self, path, **data):
        answer = self.http.post(f"{self.url}{path}", json=data, timeout=HTTP_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def reset(self):
        """Forget all money, messages and faults; the clock is right again."""
        self.post("/reset.json")

    def advance(self, seconds):
        """Push the bank's clock, and let it do what is due by then."""
        self.post("/clock.json", advance_seconds=seconds)

    def rules(self, **changes):
        """Choose what manuals leave open; ``psp`` limits it to one bank.

        All banks: registered_server="10.0.0.1" (any other server is refused). Banks
        that have both: other_method=True (the payer comes back by GET instead of POST,
        or the reverse). The rest stands in the bank's ``rules``: SEP has
        repeat_verify=0|2, late_repeat_verify=2|-6, repeat_detail=False.
        """
        self.post("/rules.json", **changes)

    def fault(self, operation, fault, phase="before", times=1, **more):
        """Break the next calls of an operation, of any bank or of ``psp``.

        Operations: token, login, inquire, verify, settle, reverse, return (the payer's
        way back), sms, mail. Faults: http500 http502 http503 hang slow drip reset half
        garbage empty html wrong_type redirect huge soap_fault entities; hang, slow and
        drip take seconds=. refuse says no with code=, the bank's or Kavenegar's own.
        wrong_amount, wrong_order, wrong_receipt and wrong_terminal change a true answer
        (or the way back); code= is what is told instead.
        """
        self.post(
            "/faults.json",
            **{"operation": operation, "fault": fault, "phase": phase, "times": times},
            **more,
        )

    def ledger(self):
        """Every transaction as the bank knows it, oldest first."""
        return self.get("/ledger.json")["transactions"]

    def transaction(self, order_number):
        """The one transaction of this order number."""
        [row] = self.get("/ledger.json", resnum=order_number)["transactions"]
        return row

    def messages(self, number):
        """What this phone received, newest first: sender, text, template, at."""
        return self.get("/phone.json", number=number)["messages"]

    def phone(self, number):
        """The text of this phone's newest message, or nothing."""
        return next((sms["text"] for sms in self.messages(number)), "")

    def mails(self, to):
        """The mail of this address, newest first: subject, text, sender."""
        return self.get("/mail.json", to=to)["mails"]

    def token(self, amount=500_000, order_number="10000000001", **fields):
        """Ask the bank for a token as the portal does; the JSON answer's token."""
        return self.ask_token(Amount=amount, ResNum=order_number, **fields)["token"]

    def ask_token(self, **fields):
        default = {
            "action": "token",
            "TerminalId": "2015",
            "RedirectUrl": f"{self.merchant}/bank/key/",
            "CellNumber": "09181234567",
        }
        return self.post("/sep/onlinepg/onlinepg", **(default | fields))

    def verify(self, ref_num, terminal=2015):
        return self.about("VerifyTransaction", ref_num, terminal)

    def reverse(self, ref_num, terminal=2015):
        return self.about("ReverseTransaction", ref_num, terminal)

    def about(self, operation, ref_num, terminal):
        path = f"/sep/verifyTxnRandomSessionkey/ipg/{operation}"
        return self.post(path, RefNum=ref_num, TerminalNumber=terminal)

    def pay(self, token, action="success"):
        """Do the payer's part at the bank; the way back (url, method, fields) or None.

        Actions: success, cancel, wrong_pin, low_balance, timeout, close (None: the
        browser never returns), twice and late (post the fields twice, or later).
        """
        return Payer(self).pay(token, action)

    def pay_at(self, handover, action="success", answer=None):
        """Do the payer's part at any bank, from what the portal hands the browser.

        ``handover`` has url, method and fields; ``answer`` changes what the payer types
        into the bank's page. The way back (url, method, fields), or None after close.
        """
        return Payer(self).pay_at(handover, action, answer or {})


@pytest.fixture(scope="session")
def running_sandbox():
    """One process for the whole run (for every worker of pytest-xdist)."""
    server = Sandbox().start()
    yield server
    server.stop()


@pytest.fixture
def sandbox(running_sandbox):
    """A sandbox in which nothing has happened yet."""
    running_sandbox.reset()
    return running_sandbox
