"""Waiting for what comes, however slow the machine is."""

import time

PATIENT = 60  # seconds that a slow machine may take for anything


def until(holds, seconds=PATIENT):
    """Wait for it; return how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began
