"""What a receipt costs beside the naive way: python -m benchmarks.receipts

The naive way is how a receipt is first written: fonts found anew for every document,
tables as wide as their content asks, a code of which every mask is tried. Beside it
stands our own page with nothing but the fonts found anew. Processor time of one thread;
then how much memory 500 receipts leave behind.
"""

import json
import os
import sys
import time
from operator import truediv
from pathlib import Path
from statistics import median
from unittest.mock import patch

import segno

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
    import payment_portal.wsgi  # noqa: F401 (as a server loads it)
    from payments import receipts

    payment = paid(bank_port, json.loads(Path(file).read_text()))
    ways = {
        "ours": lambda: receipts.pdf(payment),
        "naive": lambda: naive(payment),
        "ours, fonts anew": lambda: fonts_anew(payment),
    }
    costs = {name: [] for name in ways}
    for make in ways.values():
        make()  # the first one loads what all share
    for _ in range(ROUNDS):
        for name, make in ways.items():
            costs[name].append(cost_of(make))
    lines = [
        [name, median(several), median(map(truediv, costs["ours"], several))]
        for name, several in costs.items()
    ]
    show("Processor time of a receipt", ["way", "ms", "ours / this"], lines)
    show_memory(ways["ours"])


def paid(bank_port, told):
    """A payment that went to the bank and back."""
    payer = Recorder(told["people"][1], told["choice"], Door(bank_port))
    payer.start(930_000)
    payer.come_back(payer.way_back())
    payer.find()
    return payer.payment


def naive(payment):
    code = segno.make

    def every_mask(address, **chosen):
        return code(address, **chosen | {"mask": None})

    with patch.object(segno, "make", every_mask):
        return fonts_anew(payment, without="table-layout: fixed;")


def fonts_anew(payment, without=""):
    """The receipt by a style sheet that is read for it alone."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    from payment_portal import papers
    from payments import receipts

    def style(path):
        fonts, text = FontConfiguration(), path.read_text().replace(without, "")
        return fonts, CSS(string=text, base_url=str(path), font_config=fonts)

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
