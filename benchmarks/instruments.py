"""What a crowd's window says about one payment."""

from dataclasses import astuple, dataclass
from statistics import median

from benchmarks.load import crowd
from benchmarks.machine import seconds_of


@dataclass
class Figures:
    """Of one window, or the medians of several."""

    rate: float  # payments a second
    turned_away: float  # payers a second
    web: float  # milliseconds of processor time a payment, in the web server
    sql: float  # the same, in PostgreSQL
    commits: float  # that wrote something, a payment
    log: float  # kilobytes of write-ahead log a payment


def measure(ground, side, payers, window):
    """Let a crowd pay at one side and read every instrument."""

    def reading():
        server, database = side.web.process, ground.database
        return seconds_of(server), seconds_of(database.process), database.position()

    load = crowd(side.payers(payers), **window, reading=reading)
    side.seen += load.paid_in_all
    commits, size = ground.database.written(load.first[2], load.last[2])
    web, sql = (
        (after - before) * 1000
        for before, after in zip(load.first[:2], load.last[:2], strict=True)
    )
    one = max(load.paid, 1)
    return Figures(
        rate=load.rate,
        turned_away=load.turned_away / load.seconds,
        web=web / one,
        sql=sql / one,
        commits=commits / one,
        log=size / one / 1000,
    )


def middle(several):
    """The medians of several windows."""
    return Figures(*map(median, zip(*map(astuple, several), strict=True)))
