"""The real processes with short times, and lines that break."""

import fcntl
import os

from django.db import connections

from catalog.models import Subject
from payment_portal import persian
from payments.models import Payment, Terminal
from script.processes import VAR, Processes, answers, commands, environment
from script.run import prepare, read_options
from tests import own_database
from tests.faults.proxy import Proxy
from tests.faults.visitor import Visitor
from tests.patience import until
from tests.postgres import free_port
from tests.servers import Sandbox

# Seconds, as the settings take them.
DEADLINE, LEASE, ORPHAN = 3, 3.5, 3
SEATS = 3  # in each of the two processes of the web server
TIMES = {
    "GATEWAY_DEADLINE": DEADLINE,
    "GATEWAY_WORKER_DEADLINE": DEADLINE,
    "CLAIM_LEASE": LEASE,
    "RECHECK_DELAYS": "0.3,0.5,1",
    "ORPHAN_AFTER": ORPHAN,
    "WORKER_PAUSE": 0.1,
    "BREAKER_SILENCES": 1000,  # every test has its own silences
    "BANK_SEATS": SEATS,
    "STARTS_PER_PAYER": 1_000_000,  # a crowd is played by few
}


class Portal:
    """Web server, worker and sandbox; the tests read its database, too."""

    def __init__(self, database, output, times=TIMES):
        self.options = read_options(["--port", str(free_port())])
        self.url = f"http://localhost:{self.options.port}"
        self.alias = f"portal {self.options.port}"  # of its database in this process
        self.sandbox = Sandbox(merchant=self.url)
        self.options.sandbox_port = self.sandbox.port
        self.options.smtp_port = self.sandbox.smtp_port
        self.line = Proxy(("127.0.0.1", self.sandbox.port))
        own = environment(self.options) | {
            "DATABASE_URL": database,
            "SEP_URL": f"http://127.0.0.1:{self.line.port}/sep",
        }
        times = {name: str(value) for name, value in times.items()}
        self.variables = os.environ | own | times
        self.output = output
        own_database.know(self.alias, database)

    def start(self):
        self.sandbox.start()
        VAR.mkdir(mode=0o700, exist_ok=True)
        with (VAR / "preparing").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # pytest-xdist's workers share the folder
            prepare(self.variables)
        # Our payers cannot read the pages of other banks.
        self.rows(Terminal).exclude(psp="sep").update(is_open=False)
        ours = commands(self.options)
        del ours["sandbox"]
        self.processes = Processes(ours, self.variables, self.output)
        self.mend()

    def stop(self):
        own_database.forget(self.alias)
        self.processes.__exit__()
        self.line.stop()
        self.sandbox.stop()

    def mend(self):
        """Start what is not running, and wait until the web server answers."""
        self.line.reset()
        for name, process in self.processes.running.items():
            if process.poll() is not None:
                self.processes.start(name)
        self.wait_for_the_web()

    def restart(self, **times):
        """Kill web server and worker and start them again, maybe with other times."""
        others = {name: str(value) for name, value in times.items()}
        self.processes.variables = self.variables | others
        for name in list(self.processes.running):
            self.processes.kill(name)
        self.mend()

    def wait_for_the_web(self):
        until(lambda: answers("127.0.0.1", self.options.port, "/health/"))

    def person(self, number):
        """Make an account with a telephone of its own; its owner, logged in."""
        _user, key = own_database.newcomer(self.alias, number)
        return Visitor(self.url, self.sandbox, session=key)

    # ---- what the database says ------------------------------------------------------

    def rows(self, model):
        return model.objects.using(self.alias)

    def disconnect(self):
        connections[self.alias].close()

    @property
    def payments(self):
        return self.rows(Payment)

    def subject(self):
        found = self.rows(Subject).select_related("unit")
        return found.filter(title="خوابگاه", amount_rule="free").earliest("pk")

    def newest(self):
        return self.payments.latest("pk")

    def payment_at(self, answer):
        """The payment to whose pages an answer leads."""
        return self.payments.get(public_id=answer.headers["Location"].split("/")[2])

    def told(self, payment):
        """How many SMS the payer got about this payment's success."""
        number = persian.local_mobile(payment.payer_mobile)
        texts = [sms["text"] for sms in self.sandbox.messages(number)]
        return sum(payment.order_number in text for text in texts)


def is_in(state, payment):
    payment.refresh_from_db()
    return payment.state == state
