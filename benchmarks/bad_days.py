"""Banks that are slow or hang, and returns that come many times at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, median, quantiles

from benchmarks.bank import HANGS
from benchmarks.instruments import measure, middle
from benchmarks.load import Door, reading_time
from benchmarks.tables import show

RETURNS = 8
VISITORS = 2  # at the dashboard
EVERY = 0.05  # seconds between two looks of a visitor


def many_returns(here, plan, sides):
    """How often a bank is asked about a return that comes many times at once."""
    lines = []
    for side in sides:
        asked = [come_back_together(here, side) for _ in range(plan.returns)]
        lines.append([side.name, plan.returns, mean(asked), max(asked)])
    columns = ["side", "payments", "verify calls", "at most"]
    show(f"The same return {RETURNS} times at once", columns, lines)


def come_back_together(here, side):
    payers = side.payers(RETURNS)
    payers[0].start()
    way = payers[0].way_back()
    gate = threading.Barrier(RETURNS)

    def come_back(payer):
        gate.wait()
        payer.come_back(*way)

    with ThreadPoolExecutor(RETURNS) as pool:
        list(pool.map(come_back, payers))
    return Door(here.bank_port).json("/verifies", receipt=way[1]["RefNum"])


def at_a_slow_bank(here, plan, sides):
    """Payments a second beside what the waiting threads allow."""
    bound = here.workers * here.threads / (2 * plan.slow / 1000)
    found = {side.name: [] for side in sides}
    here.pace_of_bank(plan.slow)
    for _ in range(plan.rounds):
        for side in sides:
            found[side.name].append(measure(here, side, plan.stuck, plan.window))
    here.pace_of_bank(0)
    lines = []
    for name, several in found.items():
        one = middle(several)
        lines.append([name, one.rate, one.rate / bound, one.turned_away])
    columns = ["side", "payments/s", f"of {bound:.1f}/s", "turned away/s"]
    title = f"A bank that takes {plan.slow} ms, {plan.stuck} payers"
    show(f"{title} (the bound is that of all threads)", columns, lines)


def at_a_hanging_bank(here, plan, portal):
    """The dashboard's slowest in a hundred, without and with payers who are stuck."""
    calm, busy, turned_away = [], [], 0
    for _ in range(plan.rounds):
        calm.append(look_around(portal, plan))
        here.pace_of_bank(HANGS)
        with Stuck(portal, plan.stuck) as stuck:
            time.sleep(plan.warm)
            busy.append(look_around(portal, plan))
            here.pace_of_bank(0)
        turned_away += stuck.turned_away
    lines = [["calm", *map(median, zip(*calm, strict=True))]]
    lines.append(["stuck", *map(median, zip(*busy, strict=True))])
    lines.append(
        ["ratio", *(b / a for a, b in zip(*[x[1:] for x in lines], strict=True))]
    )
    title = f"The dashboard beside {plan.stuck} payers at a bank that hangs"
    show(title, ["payers", "median ms", "p99 ms"], lines)
    print(f"Payers turned away meanwhile: {turned_away}")


class Stuck:
    """Payers who start payments at a bank that does not answer."""

    def __init__(self, portal, number):
        self.payers, self.stop = portal.payers(number), threading.Event()
        self.turned_away = 0

    def __enter__(self):
        self.pool = ThreadPoolExecutor(len(self.payers))
        self.acts = [self.pool.submit(self.act, payer) for payer in self.payers]
        return self

    def __exit__(self, *error):
        self.stop.set()
        self.pool.shutdown()
        for act in self.acts:
            act.result()

    def act(self, payer):
        while not self.stop.is_set():
            if not payer.start():
                self.turned_away += 1
            self.stop.wait(reading_time())


def look_around(portal, plan):
    """Median and slowest in a hundred of the dashboard, in milliseconds."""
    visitors = portal.payers(plan.stuck + VISITORS)[-VISITORS:]
    for visitor in visitors:
        visitor.look()  # the first look fills caches
    with ThreadPoolExecutor(VISITORS) as pool:
        looks = [pool.submit(visit, visitor, plan.seconds) for visitor in visitors]
    times = [look for one in looks for look in one.result()]
    return median(times), quantiles(times, n=100)[98]


def visit(visitor, seconds):
    until, times = time.monotonic() + seconds, []
    while time.monotonic() < until:
        times.append(visitor.look())
        time.sleep(EVERY)
    return times
