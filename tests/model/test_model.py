"""Everybody at once for as long as MODEL_SECONDS says: nothing that must hold breaks.

A failure prints the shortest story that leads to it, and how to tell it again.
"""

import os
import time

import pytest

from tests.environment import ON_POSTGRESQL
from tests.model.machine import Checkout
from tests.model.playing import rounds

# Together a minute: the long run where transactions may meet.
SECONDS = float(os.environ.get("MODEL_SECONDS", "45" if ON_POSTGRESQL else "15"))

pytestmark = pytest.mark.django_db


def test_nothing_breaks(record_property):
    started, tally = time.monotonic(), Checkout.tally.copy()
    for _round in rounds("play"):
        if time.monotonic() - started > SECONDS:
            break
    seconds = time.monotonic() - started
    done = Checkout.tally - tally
    record_property("examples", done["examples"])
    record_property("steps", done["steps"])
    record_property("steps a second", round(done["steps"] / seconds))
