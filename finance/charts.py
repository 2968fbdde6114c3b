"""Sums as bars: whole numbers that a template draws as SVG."""

from typing import NamedTuple

from finance.reports import Line

FULL = 1000  # the length of the longest bar


class Bar(NamedTuple):
    line: Line
    length: int


def bars(lines: list[Line]) -> list[Bar]:
    """A bar for each sum, the longest as long as the chart."""
    most = max((line.sums.amount for line in lines), default=0) or 1
    return [Bar(line, -(-line.sums.amount * FULL // most)) for line in lines]
