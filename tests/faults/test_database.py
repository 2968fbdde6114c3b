"""PostgreSQL dies while payers come and go; no commit that it told of is lost."""

import itertools
import threading
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from tests.faults import judge
from tests.faults.cluster import Cluster
from tests.faults.load import BANK_PAGE, CLOSED, KEPT, Habits, Payer
from tests.faults.portal import TIMES, Portal
from tests.patience import PATIENT, until

KILLS, PAYERS = 2, 4
ROUND = 2 * PAYERS  # payments before and after each death
# Who got lost at the bank is given up soon, or nothing would ever be at rest.
SHORT = TIMES | {"ABANDONED_AFTER": 20, "INQUIRE_AFTER": 10, "INQUIRE_UNTIL": 20}
HONEST = {"503", CLOSED, KEPT}
LONG = 2 * PATIENT
amounts, numbers = itertools.count(10_000, 10), itertools.count(1)


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster().fill().start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def standby():
    standby = Cluster()
    yield standby
    standby.stop()


@pytest.fixture(scope="module")
def portal(cluster, standby, tmp_path_factory, django_db_blocker):
    """The portal as it finds whichever of two servers takes writes."""
    folder = tmp_path_factory.mktemp("portal")
    both = f":{cluster.port},127.0.0.1:{standby.port}/"
    address = cluster.address.replace(f":{cluster.port}/", both)
    database = f"{address}?target_session_attrs=read-write"
    with (folder / "log").open("w") as output, django_db_blocker.unblock():
        portal = Portal(database, output, SHORT)
        portal.start()
        yield portal
        portal.stop()


@contextmanager
def paying(portal):
    """Payers at work; what they lived and what they met, once they are done."""
    over, people = threading.Event(), []
    for _ in range(PAYERS):
        person = portal.person(next(numbers))
        people.append(Payer(person, portal.subject(), amounts, Habits(twice=0.2), over))
    wait_for_a_round(people)
    yield people
    wait_for_a_round(people)
    over.set()
    for payer in people:
        payer.join()
    portal.disconnect()  # it was cut, too


def wait_for_a_round(people):
    """Wait until so many more payments have begun."""

    def begun():
        return sum(len(payer.stories) for payer in people)

    enough = begun() + ROUND
    until(lambda: begun() >= enough, LONG)


def nothing_is_lost(portal, people):
    stories = [story for payer in people for story in payer.stories]
    assert judge.broken_promises(portal, stories) == []
    met = sum((payer.errors for payer in people), start=Counter())
    assert {kind for place, kind in met if place != BANK_PAGE} <= HONEST
    until(lambda: not any(judge.unknown(portal).values()), LONG)
    assert judge.disagreements(portal) == []
    assert not judge.told_wrongly(portal)
    return True


def test_killed_and_started_again_under_load(portal, cluster):
    with paying(portal) as people:
        for _ in range(KILLS):
            cluster.kill()
            time.sleep(0.5)
            cluster.start()
            wait_for_a_round(people)
    assert nothing_is_lost(portal, people)


def test_standby_takes_over_under_load(portal, cluster, standby):
    standby.follow(cluster)
    with paying(portal) as people:
        cluster.kill()
        standby.tell("SELECT pg_promote()")
    assert nothing_is_lost(portal, people)
