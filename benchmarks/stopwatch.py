"""How long something takes, and how much memory its process has held so far."""

import os
import resource
import time
from contextlib import contextmanager


def processor_time():
    """Of this process and those it has started and seen end, not of PostgreSQL."""
    return sum(os.times()[:4])


@contextmanager
def measured(what):
    """Print what the block cost."""
    began, busy = time.monotonic(), processor_time()
    yield
    seconds, busy = time.monotonic() - began, processor_time() - busy
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:30} {seconds:7.2f} s, processor {busy:7.2f} s   {held:4.0f} MiB")
