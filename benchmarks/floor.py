"""The floor: what the database and the bank alone would take for the same payments.

The recorded statements of one payment's transactions, with fresh values, run by
pgbench; and its two bank calls, made by a bare client that keeps its connection alive.
"""

import re
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from benchmarks.load import Door
from tests.postgres import binaries

# Unique values come from one number of twelve digits, another one each time.
HEAD = r"""\set counter :counter + 1
\set n :base + :client_id * 5000000 + :counter
\set m :n % 10000000000
"""
FRESH = {
    "order_number": ":n",
    "submission_key": "s:n",
    "callback_key": "c:n",
    "verify_key": "v:n",
    "verify_code": ":m",
    "public_id": "00000000-0000-0000-0000-:n",
    "token": "t:n",
}
A_RUN = 200_000_000  # numbers that one run may use
RETURNING = re.compile(r'INSERT INTO "(\w+)" .* RETURNING "\w+"\."id"', re.DOTALL)


def transactions(statements):
    """The statements that stand inside transactions, from BEGIN to COMMIT."""
    inside = False
    for statement in statements:
        inside = inside or statement == "BEGIN"
        if inside:
            yield statement
        inside = inside and statement != "COMMIT"


def script(recorded):
    """A script for pgbench that does a payment's transactions with fresh values."""
    every = [one for step in recorded["steps"].values() for one in step]
    next_numbers = dict(recorded["starts"])
    fresh = {recorded["facts"][name]: value for name, value in FRESH.items()}
    lines = []
    for statement in transactions(every):
        inserted = RETURNING.match(statement)
        end = ";"
        if inserted:
            table = inserted[1]
            number = next_numbers[table]
            next_numbers[table] += 1
            fresh[str(number)] = f":row{number}_id"
            end = rf" \gset row{number}_"
        lines.append(with_fresh(statement, fresh) + end)
    return HEAD + "\n".join(lines) + "\n"


def with_fresh(statement, fresh):
    # Two colons in a row would be a cast and no variable.
    known = "(:?)(" + "|".join(map(re.escape, fresh)) + ")"
    separator = {"": "", ":": ":_"}
    return re.sub(known, lambda at: separator[at[1]] + fresh[at[2]], statement)


class Floor:
    """Runs both halves against a database and a bank."""

    runs = count()

    def __init__(self, address, file, bank_port):
        self.address, self.file, self.bank_port = address, file, bank_port

    def rate(self, clients, seconds):
        """Payments a second if nothing else had to be done."""
        halves = self.database_rate(clients, seconds), self.bank_rate(clients, seconds)
        return 1 / sum(1 / rate for rate in halves) if all(halves) else 0.0

    def database_rate(self, clients, seconds):
        base = 100_000_000_000 + next(self.runs) * A_RUN
        command = [
            *(binaries() / "pgbench", "--no-vacuum", "--file", self.file),
            *("--client", str(clients), "--jobs", str(min(clients, 2))),
            *("--time", str(max(1, round(seconds)))),
            *("--define", "counter=0", "--define", f"base={base}", self.address),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
        if done.returncode or not found:
            raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
        return float(found[1])

    def bank_rate(self, clients, seconds):
        stop = threading.Event()
        with ThreadPoolExecutor(clients) as pool:
            acts = [
                pool.submit(self.call_bank, f"914{number:07d}", stop)
                for number in range(clients)
            ]
            stop.wait(seconds)
            stop.set()
        return sum(act.result() for act in acts) / seconds

    def call_bank(self, mobile, stop):
        """How many times a token was asked for and its receipt verified."""
        bank, pairs = Door(self.bank_port), 0
        order = {"Amount": 1, "ResNum": "1", "RedirectUrl": "-", "CellNumber": mobile}
        while not stop.is_set():
            token = bank.json("/onlinepg", order)["token"]
            bank.json("/VerifyTransaction", {"RefNum": f"R{token}"})
            pairs += 1
        return pairs
