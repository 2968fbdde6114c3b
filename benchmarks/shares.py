"""Where the time of a payment goes: python -m benchmarks.shares

Payments from the start to the result page inside one process, under cProfile, which
makes everything slower and Python more than what it calls: the shares are what counts.
"""

import cProfile
import json
import pstats
import sys
from collections import Counter
from pathlib import Path

from benchmarks import portal
from benchmarks.ground import ground
from benchmarks.load import Door
from benchmarks.recording import Recorder
from benchmarks.tables import show

PAYMENTS, WARM = 200, 20
# The first that occurs in a file's name, or in the name of something written in C.
PARTS = {
    "psycopg2.extensions": "waiting for PostgreSQL",
    "_socket.socket": "waiting for the bank",
    "django/db": "Django's ORM and transactions",
    "django/template": "templates",
    "django/test": "the test's own browser",
    "django": "the rest of Django",
    "urllib3": "HTTP client",
    "requests": "HTTP client",
    "http/": "HTTP client",
    "segno": "QR code",
    "payments/": "the portal's own code",
    "payment_portal/": "the portal's own code",
    "accounts/": "the portal's own code",
    "catalog/": "the portal's own code",
}


def main():
    """Make an empty portal, and let another process pay there and look at itself."""
    with ground(workers=1, threads=2) as here:
        here.describe()
        portal.elsewhere(here, "benchmarks.shares")


def look(bank_port, file):
    import django

    django.setup()
    told = json.loads(Path(file).read_text())
    payer = Recorder(told["people"][1], told["choice"], Door(bank_port))
    for number in range(WARM):
        pay(payer, 930_000 + number, cProfile.Profile())
    profile = cProfile.Profile()
    for number in range(PAYMENTS):
        pay(payer, 940_000 + number, profile)
    print_shares(pstats.Stats(profile).stats)


def pay(payer, amount, profile):
    """Only what the portal does is looked at, not what the bank and the browser do."""
    profile.runcall(payer.start, amount)
    fields = payer.way_back()
    profile.runcall(payer.come_back, fields)
    profile.runcall(payer.browser.get, payer.payment.get_absolute_url())


def print_shares(stats):
    times = Counter()
    for function, (_calls, _all, own, _with, callers) in stats.items():
        name = part(function)
        if name or not callers:
            times[name or "the rest of Python"] += own
            continue
        for caller, (_calls, _all, own_there, _with) in callers.items():
            times[part(caller) or "the rest of Python"] += own_there
    whole = sum(times.values())
    lines = [
        [name, seconds / PAYMENTS * 1000, seconds / whole]
        for name, seconds in times.most_common()
    ]
    show(f"{PAYMENTS} payments", ["part", "ms a payment", "share"], lines)


def part(function):
    file, _line, name = function
    place = name if file == "~" else file
    return next((told for sign, told in PARTS.items() if sign in place), None)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        look(int(sys.argv[1]), sys.argv[2])
    else:
        main()
