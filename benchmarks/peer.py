"""The direct peer, in a Python environment of its own under var/, never in ours."""

import subprocess
import sys
from importlib.metadata import version

from benchmarks.load import PeerPayer
from script.processes import VAR

NAME = "az-iranian-bank-gateways==2.3.4"
BESIDE = ("django", "granian", "psycopg2-binary", "requests", "setuptools")
FOLDER = VAR / "benchmarks" / "peer"
PYTHON = FOLDER / "bin" / "python"
STAMP = FOLDER / "installed"
SETTINGS = "benchmarks.peer_project.settings"
PAID = "SELECT count(*) FROM azbankgateways_bank WHERE status = 'COMPLETE'"
# Paid payments, a minute apart, as the peer leaves them behind.
INSERT = """
    INSERT INTO azbankgateways_bank (
        status, bank_type, tracking_code, amount, reference_number, response_result,
        callback_url, extra_information, bank_choose_identifier, created_at, update_at)
    SELECT 'COMPLETE', 'SEP', (1000000000000000 + i)::text, '500000', md5('r' || i),
        NULL, '/result/', 'TRACENO=' || i || ', RefNum=' || md5('r' || i) || ', Token='
        || md5('t' || i), '1', now() - i * interval '1 minute', now()
    FROM generate_series(1, %s) AS i
"""


class Peer:
    """The peer with so many payments in its table."""

    name = "peer"

    def __init__(self, ground, rows):
        self.bank = ground.bank_port
        self.database = f"peer_{rows}"
        ground.database.make(self.database)
        variables = environment(ground, self.database)
        ground.run(variables, "-m", "django", "migrate")
        ground.database.run_in(self.database, INSERT, rows)
        ground.database.tidy(self.database)
        self.seen, self.before = 0, self.count(ground)
        self.web = ground.open_web(
            "benchmarks.peer_project.wsgi:application", variables
        )

    def count(self, ground):
        return ground.database.one_in(self.database, PAID)

    def payers(self, number):
        return [PeerPayer(self) for _ in range(number)]


def environment(ground, database):
    return {
        "PYTHON": str(PYTHON),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": ground.database.named(database),
        "SECRET_KEY": ground.key,
        "BANK_URL": f"http://127.0.0.1:{ground.bank_port}",
    }


def install():
    """Put the peer beside the same versions of what it shares with the portal."""
    wanted = [NAME, *(f"{package}=={version(package)}" for package in BESIDE)]
    if STAMP.exists() and STAMP.read_text() == "\n".join(wanted):
        return
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    for command in (
        [sys.executable, "-m", "venv", "--clear", FOLDER],
        [PYTHON, "-m", "pip", "install", "--quiet", *wanted],
    ):
        subprocess.run(command, check=True, capture_output=True)
    STAMP.write_text("\n".join(wanted))
