"""Payments a second, side by side, and what one of them costs."""

from collections import defaultdict
from statistics import median

from benchmarks.floor import transactions
from benchmarks.instruments import measure, middle
from benchmarks.tables import show


def rates(here, plan, floor, sides):
    """Measure every side, size and crowd in turn; print and return the figures."""
    found, floors = defaultdict(list), defaultdict(list)
    for _ in range(plan.rounds):
        for crowd in plan.crowds:
            floors[crowd].append(floor.rate(crowd, plan.seconds))
            for place, rows in enumerate(plan.sizes):
                for name, of_sizes in sides.items():
                    figures = measure(here, of_sizes[place], crowd, plan.window)
                    found[name, rows, crowd].append(figures)
    print_rates(plan, floors, found)
    return {key: middle(several) for key, several in found.items()}


def print_rates(plan, floors, found):
    """Ratios are medians of the rounds' own ratios, for the machine has moods."""
    lines = []
    for rows in plan.sizes:
        for crowd in plan.crowds:
            ours = found["portal", rows, crowd]
            theirs = found.get(("peer", rows, crowd))
            own = [one.rate for one in found["portal", plan.sizes[0], crowd]]
            rate = [one.rate for one in ours]
            peers = [one.rate for one in theirs] if theirs else None
            lines.append(
                [rows, crowd]
                + [median(floors[crowd]), median(rate), peers and median(peers)]
                + [ratio(rate, floors[crowd]), ratio(rate, peers), ratio(rate, own)]
                + [middle(ours).turned_away]
            )
    columns = ["rows", "payers", "floor/s", "portal/s", "peer/s", "portal/floor"]
    columns += ["portal/peer", "portal/empty", "turned away/s"]
    show("Payments a second (rows: payments that were there before)", columns, lines)


def ratio(ours, theirs):
    pairs = zip(ours, theirs, strict=True) if theirs else []
    ratios = [one / other for one, other in pairs if other]
    return median(ratios) if ratios else None


def cost_of_a_payment(plan, found):
    """Processor time, commits and log of one payment."""
    lines = [
        [name, rows, crowd, one.web, one.sql, one.web + one.sql, one.commits, one.log]
        for (name, rows, crowd), one in sorted(found.items())
    ]
    columns = ["side", "rows", "payers", "web ms", "PostgreSQL ms", "together ms"]
    show(
        "Processor time, writing commits and write-ahead log of a payment",
        [*columns, "commits", "log kB"],
        lines,
    )


def steps_of_a_payment(steps):
    """What the portal says to the database in each step."""
    lines = []
    for name, statements in steps.items():
        within = list(transactions(statements))
        lines.append(
            [name, len(statements), statements.count("COMMIT"), len(within)]
            + [len(statements) - len(within)]
        )
    columns = ["step", "statements", "transactions", "statements in them", "reads"]
    show("What the portal says to PostgreSQL for a payment", columns, lines)
