"""What a receipt costs beside the naive way: python -m benchmarks.receipts

The naive way gives WeasyPrint the same page and the same style sheet, and lets it find
the fonts anew for every document. Processor time of one thread; then how much memory
500 receipts leave behind.
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks import portal
from benchmarks.ground import ground
from benchmarks.load import Door
from benchmarks.recording import Recorder
from benchmarks.tables import show

ROUNDS, EACH, MANY = 5, 10, 500


def main():
    """Let another process pay once in an empty portal, and print its receipt."""
    with ground(workers=1, threads=2) as here:
        here.describe()
        portal.elsewhere(here, "benchmarks.receipts")


def look(bank_port, file):
    import django

    django.setup()
    from payments import receipts

    payment = paid(bank_port, json.loads(Path(file).read_text()))
    ways = {"ours": lambda: receipts.pdf(payment), "naive": lambda: naive(payment)}
    costs = {name: [] for name in ways}
    for make in ways.values():
        make()  # the first one loads what all share
    for _ in range(ROUNDS):
        for name, make in ways.items():
            costs[name].append(cost_of(make))
    pairs = zip(costs["ours"], costs["naive"], strict=True)
    ratio = median(ours / theirs for ours, theirs in pairs)
    lines = [[name, median(several)] for name, several in costs.items()]
    show(
        "Processor time of a receipt", ["way", "ms"], [*lines, ["ours / naive", ratio]]
    )
    show_memory(ways["ours"])


def paid(bank_port, told):
    """A payment that went to the bank and back."""
    payer = Recorder(told["people"][1], told["choice"], Door(bank_port))
    payer.start(930_000)
    payer.come_back(payer.way_back())
    payer.find()
    return payer.payment


def naive(payment):
    from unittest.mock import patch

    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    from payment_portal import papers
    from payments import receipts

    def style(path):
        fonts = FontConfiguration()
        return fonts, CSS(filename=path, font_config=fonts)

    with patch.object(papers, "style", style):
        return receipts.pdf(payment)


def cost_of(make):
    """Milliseconds of processor time, the mean of a few."""
    began = time.process_time()
    for _ in range(EACH):
        make()
    return (time.process_time() - began) / EACH * 1000


def show_memory(make):
    """Megabytes of this process along the way."""
    lines = [[0, resident()]]
    for number in range(1, MANY + 1):
        make()
        if number % 100 == 0:
            lines.append([number, resident()])
    show(f"Memory over {MANY} receipts", ["receipts", "MB"], lines)


def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    if len(sys.argv) > 1:
        look(int(sys.argv[1]), sys.argv[2])
    else:
        main()
