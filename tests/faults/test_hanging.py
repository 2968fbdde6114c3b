"""A bank that says nothing holds its own payers only, and nobody who comes back."""

import time
from functools import partial

import pytest

from tests.faults.portal import SEATS, is_in
from tests.faults.proxy import TOKEN
from tests.faults.visitor import Aside
from tests.patience import until

DEADLINE = 30  # of a call: longer than the whole test, however slow the machine
AT_ONCE = DEADLINE / 3
TIMES = {
    "GATEWAY_DEADLINE": DEADLINE,
    "START_DEADLINE": DEADLINE,
    "CLAIM_LEASE": DEADLINE + 1,
    "ORPHAN_AFTER": DEADLINE + 1,
}
ALL_SEATS = 2 * SEATS


@pytest.fixture
def patient(portal):
    """The portal while it waits long for a bank."""
    portal.restart(**TIMES)
    yield portal
    portal.restart()


def test_bank_that_hangs_leaves_the_others_alone(patient, visitor, form, at_bank):
    portal = patient
    payment, way = at_bank
    portal.line.reset()
    held = [portal.line.hold(TOKEN) for _ in range(ALL_SEATS)]
    crowd = []

    def every_seat_is_taken():
        """One more payer comes; which process he meets, the kernel decides."""
        crowd.append(Aside(partial(visitor.twin().submit, form())))
        return portal.line.heard(TOKEN) == ALL_SEATS

    until(every_seat_is_taken, AT_ONCE)

    assert seconds_of(lambda: visitor.get("/")) < AT_ONCE
    refused = visitor.submit(form())
    assert refused.status_code == 503
    assert "افراد زیادی در حال پرداخت" in refused.text
    assert seconds_of(lambda: visitor.come_back(way)) < AT_ONCE
    until(lambda: is_in("paid", payment), AT_ONCE)  # by the worker
    assert portal.line.heard(TOKEN) == ALL_SEATS

    for one in held:
        one.drop()
    for one in crowd:
        one.join()
    answers = sorted(one.answer.status_code for one in crowd)
    assert answers == ALL_SEATS * [303] + (len(crowd) - ALL_SEATS) * [503]


def seconds_of(deed):
    before = time.monotonic()
    deed()
    return time.monotonic() - before
