"""The benchmark of payments runs and prints its rows; how fast is not asked here."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = [
    "What the portal says to PostgreSQL for a payment",
    "Payments a second",
    "Processor time, writing commits and write-ahead log of a payment",
    "The same return 8 times at once",
    "A bank that takes 20 ms, 4 payers",
    "The dashboard beside 4 payers at a bank that hangs",
]


def test_payments_are_measured():
    # Without the peer, which would have to be fetched from the package index.
    command = [sys.executable, "-m", "benchmarks.checkout", "--quick", "--no-peer"]
    command += ["--workers", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for title in TABLES:
        _before, _title, table = done.stdout.partition(f"\n{title}")
        rows = table.partition("\n\n")[0].splitlines()
        assert len(rows) > 2, done.stdout
