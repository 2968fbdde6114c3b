"""What a receipt costs beside the naive way: python -m benchmarks.receipts

The naive way is our receipt as it was before its cost was looked at, kept here as
``first_receipt.djhtml`` and ``.css``: the same words and the same look, but fonts and
style sheet read anew for every document, flexible boxes, columns as wide as their
content asks, every number isolated inside its cell, and a code drawn in strokes after
all its masks were tried. Beside it stands our own page with nothing but the fonts found
anew. Processor time of one thread, the lower quartile; then how much memory 500
receipts leave behind.
"""

import io
import json
import os
import sys
import time
from pathlib import Path
from statistics import quantiles
from unittest.mock import patch

import pypdf
import segno

from benchmarks import portal
from benchmarks.ground import ground
from benchmarks.load import Door
from benchmarks.recording import Recorder
from benchmarks.tables import show

ROUNDS, MANY = 50, 500
FIRST = Path(__file__).with_name("first_receipt.djhtml")


def main():
    """Let another process pay once in an empty portal, and print its receipt."""
    with ground(workers=1, threads=2) as here:
        here.describe()
        portal.elsewhere(here, "benchmarks.receipts")


def look(bank_port, file):
    import payment_portal.wsgi  # noqa: F401 (as a server loads it)
    from payments import receipts

    payment = paid(bank_port, json.loads(Path(file).read_text()))
    naive = Naive(payment)
    ways = {
        "ours": lambda: receipts.pdf(payment),
        "naive": naive.pdf,
        "ours, fonts anew": lambda: fonts_anew(payment),
    }
    [said] = {letters(make()) for make in ways.values()}  # loads all, too
    print(f"\n{len(said)} letters on each receipt")
    costs = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, make in ways.items():
            costs[name].append(cost_of(make))
    # What else the machine does only adds: the quicker ones tell what a receipt costs.
    cost = {name: quantiles(several)[0] for name, several in costs.items()}
    lines = [[name, one, cost["ours"] / one] for name, one in cost.items()]
    show("Processor time of a receipt", ["way", "ms", "ours / this"], lines)
    show_memory(ways["ours"])


def paid(bank_port, told):
    """A payment that went to the bank and back."""
    payer = Recorder(told["people"][1], told["choice"], Door(bank_port))
    payer.start(930_000)
    payer.come_back(payer.way_back())
    payer.find()
    return payer.payment


class Naive:
    """The first receipt of a payment; its template is read once, as Django does."""

    def __init__(self, payment):
        from django.template import engines

        from payments import receipts

        self.payment, self.address = payment, receipts.verify_url(payment)
        self.template = engines["django"].from_string(FIRST.read_text())

    def pdf(self):
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        from payment_portal import institution
        from payments import receipts

        fonts = FontConfiguration()
        # Where ours lies, the fonts are found.
        style = FIRST.with_suffix(".css").read_text()
        sheet = CSS(string=style, base_url=str(receipts.STYLE), font_config=fonts)
        brand = CSS(string=f":root {{ --brand: {institution.brand()} }}")
        return HTML(string=self.html()).write_pdf(
            stylesheets=[sheet, brand], font_config=fonts, pdf_variant="pdf/ua-1"
        )

    def html(self):
        from django.utils.safestring import mark_safe

        from payment_portal import institution

        code = segno.make(self.address, error="m", micro=False)
        context = {
            "payment": self.payment,
            "qr": mark_safe(code.svg_inline(border=2, omitsize=True)),  # noqa: S308
            "verify_url": self.address,
        }
        return self.template.render(context | institution.on_paper())


def fonts_anew(payment):
    """The receipt by a style sheet that is read for it alone."""
    from payment_portal import papers
    from payments import receipts

    with patch.object(papers, "style", papers.style.__wrapped__):
        return receipts.pdf(payment)


def letters(pdf):
    """What a document says, in no order: lines are told apart by guessing."""
    [page] = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(sorted("".join(page.extract_text().split())))


def cost_of(make):
    """Milliseconds of processor time."""
    began = time.thread_time()
    make()
    return (time.thread_time() - began) * 1000


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
