"""The model finds every fault that is planted into the product, one at a time."""

import time

import pytest
from django.db import DatabaseError

from tests.model.machine import Checkout
from tests.model.planted import PLANTED
from tests.model.playing import hunt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_planted_fault_is_found(plant, monkeypatch, record_property):
    plant(monkeypatch)
    started, tally = time.process_time(), Checkout.tally.copy()
    with pytest.raises((AssertionError, DatabaseError)) as found:
        hunt()
    record_property("seconds", round(time.process_time() - started, 1))
    record_property("examples", (Checkout.tally - tally)["examples"])
    record_property("found by", str(found.value).partition(":")[0])
