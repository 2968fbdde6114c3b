"""How many wrong turns in the code of the money do the tests notice?

Started by script/mutants. What was tried is kept in var/mutants; a module is tried
again when its text has changed, and what survived when its path is named.
"""

import argparse
import hashlib
import json
import os
import sys
from collections import Counter

import pytest

from script.processes import ROOT
from tests.mutants.making import mutants_of
from tests.mutants.trying import Trial

PACKAGES = ["payments/models", "payments/checkout", "debts/models"]
TESTS = ["tests/payments", "tests/debts", "tests/banks"]
# What would be tried in vain: pages of staff, monitors, auditors.
NOT_THESE = ["gateways", "test_invariants.py", "test_metrics.py", "test_plans.py"]
NOT_THESE += ["test_receipts.py"]
BANKS = "asanpardakht or zarinpal"  # one that settles, two that answer inquiries
ANCHOR = "tests/test_persian.py"  # keeps what all tests share, and is never run
ENOUGH = 90  # percent
KEPT = ROOT / "var" / "mutants"
STRIDE = 37  # spreads a share evenly over a module


def main():
    """Try what has not been tried; print the score and whoever survived."""
    options = read_options()
    os.chdir(ROOT)
    os.nice(10)
    paths = [path for name in PACKAGES for path in sorted((ROOT / name).glob("*.py"))]
    named = [(ROOT / name).resolve() for name in options.modules]
    records = {path: Record(path, again=bool(named)) for path in named or paths}
    waiting = [
        mutant
        for record in records.values()
        for mutant in record.waiting()
        if mutant.number * STRIDE % 100 < options.share
    ]
    if waiting and not options.report:
        try_all(paths, waiting, records, again=bool(named))
    sys.exit(report(records.values()) < ENOUGH)


def read_options():
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="only these, survivors once more")
    parser.add_argument("--share", type=int, default=100, help="percent to try")
    parser.add_argument("--report", action="store_true", help="try nothing")
    return parser.parse_args()


class Record:
    """What became of the mutants of one module, as far as they were tried."""

    def __init__(self, path, *, again):
        self.name = str(path.relative_to(ROOT))
        self.file = KEPT / f"{self.name.replace('/', '.')}.json"
        self.mutants = mutants_of(path)
        text = hashlib.sha256(path.read_bytes()).hexdigest()
        stored = json.loads(self.file.read_text()) if self.file.exists() else {}
        fates = stored.get("fates", {}) if stored.get("text") == text else {}
        told = {"killed"} if again else {"killed", "survived"}
        fates = {number: fate for number, fate in fates.items() if fate in told}
        self.kept = {"text": text, "fates": fates}

    def waiting(self):
        return [one for one in self.mutants if str(one.number) not in self.fates]

    @property
    def fates(self):
        return self.kept["fates"]

    def note(self, mutant, fate):
        self.fates[str(mutant.number)] = fate
        KEPT.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.kept))

    def left(self):
        """Each mutant that was tried and that no test has noticed, with its fate."""
        by_number = {str(mutant.number): mutant for mutant in self.mutants}
        for number, fate in self.fates.items():
            if fate != "killed":
                yield by_number[number], fate


def try_all(paths, waiting, records, *, again):
    by_path = {str(path): record for path, record in records.items()}
    tried = Counter()

    def tell(mutant, fate):
        by_path[mutant.path].note(mutant, fate)
        tried[fate] += 1
        print(f"{tried.total()} of {len(waiting)}: {dict(tried)}", end="\r", flush=True)

    plain = ["-q", "-s", "--no-header", "-p", "no:cacheprovider"]
    plain += [f"--ignore=tests/payments/{name}" for name in NOT_THESE]
    plain += ["-k", f"not banks or {BANKS}"]
    trial = Trial(paths, waiting, KEPT / "measured", tell, again=again)
    status = pytest.main([*plain, *TESTS, ANCHOR], plugins=[trial])
    print()
    if status != pytest.ExitCode.OK:
        sys.exit(f"The trial ended early: {status!r}")


def report(records):
    """Print whoever survived, and the score of each module; return the whole score."""
    counts = Counter()
    for record in records:
        left = list(record.left())
        all_of_it, tried, alive = len(record.mutants), len(record.fates), len(left)
        counts.update(mutants=all_of_it, tried=tried, alive=alive)
        if tried:
            print(f"{record.name}: {tried - alive} of {tried} noticed")
        for mutant, fate in left:
            where = mutant.function or mutant.constant
            print(f"  {fate}: line {mutant.line}, {where}: {mutant.what}")
    score = 100 * (1 - counts["alive"] / (counts["tried"] or 1))
    print("{mutants} mutants, {tried} tried, {alive} left:".format(**counts), end=" ")
    print(f"{score:.1f} %")
    return score


if __name__ == "__main__":
    main()
