"""What the dashboard costs beside pages that say nothing: python -m benchmarks.pages

Three views of one server are asked in turn: a constant one (all middleware, no
session), one that does everything the dashboard does but prints a constant, and the
dashboard. Throughput on the server's processors is the inverse of processor time a
request, which the pace of the clients does not touch; ratios are medians of rounds.
"""

import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from benchmarks import portal
from benchmarks.ground import ground
from benchmarks.load import Door
from benchmarks.machine import seconds_of
from benchmarks.tables import show

ADDRESSES = {"constant": "/constant/", "silent": "/silent/", "dashboard": "/"}
ROUNDS, SECONDS, CLIENTS = 5, 3, 4


def main():
    with ground(workers=2, threads=16) as here:
        here.describe()
        people = portal.prepare(here, (0,))["people"]
        variables = portal.environment(here, portal.EMPTY)
        variables["DJANGO_SETTINGS_MODULE"] = "benchmarks.pages_site"
        web = here.open_web("payment_portal.wsgi:application", variables)
        found = {name: [] for name in ADDRESSES}
        for _ in range(ROUNDS):
            for name, address in ADDRESSES.items():
                found[name].append(measure(web, address, people))
    show_figures(found)


def measure(web, address, people):
    """Requests a second, and milliseconds of the server's processor time for one."""
    before = seconds_of(web.process)
    with ThreadPoolExecutor(CLIENTS) as pool:
        counts = pool.map(lambda one: ask(web, address, one), people[:CLIENTS])
        asked = sum(counts)
    return asked / SECONDS, (seconds_of(web.process) - before) * 1000 / asked


def ask(web, address, person):
    """Ask again and again; return how often there was a whole page."""
    door = Door(web.port)
    cookie = {"Cookie": f"session={person['session']}; csrf={person['csrf']}"}
    over_at, asked = time.monotonic() + SECONDS, 0
    while time.monotonic() < over_at:
        status = door.get(address, **cookie)[0]
        if status != http.client.OK:
            raise RuntimeError(f"{address} answered {status}")
        asked += 1
    return asked


def show_figures(found):
    dashboard = [cost for _rate, cost in found["dashboard"]]
    lines = []
    for name, rounds in found.items():
        costs = [cost for _rate, cost in rounds]
        share = [own / whole for own, whole in zip(costs, dashboard, strict=True)]
        rate = median(rate for rate, _cost in rounds)
        lines.append([name, rate, median(costs), median(share)])
    columns = ["view", "requests/s", "web ms", "dashboard's throughput / its own"]
    title = f"Pages, {CLIENTS} clients, {ROUNDS} rounds of {SECONDS} s"
    show(title, columns, lines)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
