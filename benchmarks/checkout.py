"""How fast payments go, beside the floor and the direct peer, in one run.

    .venv/bin/python -m benchmarks.checkout            about half an hour
    .venv/bin/python -m benchmarks.checkout --quick    a smoke run of seconds

The rounds of all sides are interleaved and every figure is their median: what counts
are the ratios. docs/performance.md tells what is measured and what came out.
"""

import argparse
import sys
from dataclasses import dataclass

from benchmarks import peer, portal
from benchmarks.bad_days import at_a_hanging_bank, at_a_slow_bank, many_returns
from benchmarks.ground import ground
from benchmarks.rates import cost_of_a_payment, rates, steps_of_a_payment


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple = (0, 100_000, 1_000_000)  # payments that are there before
    crowds: tuple = (1, 8, 32)  # payers at once
    rounds: int = 3
    warm: float = 2  # seconds before a window
    seconds: float = 6
    slow: int = 300  # milliseconds that the slow bank takes
    stuck: int = 64  # payers at the slow and at the hanging bank
    returns: int = 20  # payments whose return comes eight times at once

    @property
    def window(self):
        return {"warm": self.warm, "seconds": self.seconds}


QUICK = Plan((0, 200), (2,), 1, 0.2, 0.5, 20, 4, 1)


def main(arguments=None):
    options = read_options(arguments)
    plan = QUICK if options.quick else Plan()
    size = {"workers": options.workers, "threads": options.threads}
    if options.peer:
        peer.install()
    with ground(**size) as here:
        here.describe()
        recorded = portal.prepare(here, plan.sizes)
        steps_of_a_payment(recorded["steps"])
        floor = portal.lay_floor(here, recorded)
        sides = {"portal": [portal.Portal(here, rows, recorded) for rows in plan.sizes]}
        if options.peer:
            sides["peer"] = [peer.Peer(here, rows) for rows in plan.sizes]
        every = [side for of_sizes in sides.values() for side in of_sizes]
        found = rates(here, plan, floor, sides)
        cost_of_a_payment(plan, found)
        empty = [of_sizes[0] for of_sizes in sides.values()]
        many_returns(here, plan, empty)
        at_a_slow_bank(here, plan, empty)
        at_a_hanging_bank(here, plan, sides["portal"][0])
        check_books(here, every)


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.checkout", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument(
        "--no-peer", dest="peer", action="store_false", help="leave the peer out"
    )
    parser.add_argument("--workers", type=int, default=2, help="web processes (2)")
    parser.add_argument("--threads", type=int, default=16, help="threads of each (16)")
    return parser.parse_args(arguments)


def check_books(here, sides):
    """Refuse figures of payments that are not in the database."""
    for side in sides:
        stored = side.count(here) - side.before
        if stored < side.seen:
            sys.exit(f"{side.database}: {side.seen} were shown as paid, {stored} are.")


if __name__ == "__main__":
    main()
