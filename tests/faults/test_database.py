"""PostgreSQL is killed while payers come and go; no commit that it told of is lost."""

import itertools
import threading
import time
from collections import Counter

import pytest
from django.db import connections

from tests.faults import judge
from tests.faults.cluster import Cluster
from tests.faults.load import CLOSED, KEPT, Habits, Payer
from tests.faults.portal import LEASE, Portal, until

KILLS, PAYERS = 2, 4
SECONDS = 2.5  # of payments before each kill
REFUSALS = {"503", CLOSED, KEPT}


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster().start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def portal(cluster, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("portal")
    with (folder / "log").open("w") as output, django_db_blocker.unblock():
        portal = Portal(cluster.address, output)
        portal.start()
        yield portal
        portal.stop()


@pytest.fixture(scope="module")
def payers(portal, cluster):
    """Payers who paid while the server was killed under them."""
    subject, over = portal.subject(), threading.Event()
    amounts, habits = itertools.count(10_000, 10), Habits(twice=0.2)
    people = [portal.person(number) for number in range(PAYERS)]
    payers = [Payer(person, subject, amounts, habits, over) for person in people]
    for _ in range(KILLS):
        time.sleep(SECONDS)
        cluster.kill()
        time.sleep(0.5)
        cluster.start()
    time.sleep(SECONDS)
    over.set()
    for payer in payers:
        payer.join()
    connections["portal"].close()  # it was cut, too
    return payers


def test_nothing_that_was_shown_is_lost(portal, payers):
    stories = [story for payer in payers for story in payer.stories]
    assert len(stories) > 2 * PAYERS
    assert judge.broken_promises(portal, stories) == []


def test_payers_meet_honest_pages_only(payers):
    met = sum((payer.errors for payer in payers), start=Counter())
    assert met
    assert {kind.split(": ")[1] for kind in met} <= REFUSALS


def test_books_and_ledger_agree_after_a_moment(portal, payers):
    until(lambda: not any(judge.unknown(portal).values()), LEASE + 10)
    assert judge.disagreements(portal) == []
    until(lambda: not judge.told_wrongly(portal), 5)
