"""Processes that are killed, stopped or away, at each moment of a payment.

The moments are held by the line to the bank: a request that it holds was committed
before it was made; an answer that it holds is one that the bank has acted upon.
"""

import os
import signal
from pathlib import Path

import pytest
import requests

from payments.models import GatewayCall
from tests.faults.portal import is_in
from tests.faults.proxy import TOKEN, VERIFY, reset
from tests.faults.visitor import Aside
from tests.patience import PATIENT, until

moment = pytest.mark.parametrize(
    "after", [False, True], ids=["before the bank hears", "before its yes is saved"]
)


def paid_once(portal, payment):
    """We, the bank and the payer's phone agree that it was paid once."""
    until(lambda: portal.told(payment))
    row = portal.sandbox.transaction(payment.order_number)
    paid = payment.events.filter(to_state="paid").count()
    return (row["state"], paid, portal.told(payment)) == ("verified", 1, 1)


def kill_web(portal):
    """Kill it, and start it again without waiting for it."""
    portal.processes.kill("portal")
    portal.processes.start("portal")


# ---- killed --------------------------------------------------------------------------


@moment
def test_web_killed_at_the_token_request(portal, visitor, form, after):
    held, filled_in = portal.line.hold(TOKEN, after=after), form()
    waiting = Aside(lambda: visitor.submit(filled_in))
    held.wait()
    kill_web(portal)
    held.drop()
    waiting.join()
    assert waiting.answer is None

    payment = portal.newest()
    until(lambda: is_in("unpaid", payment))
    assert payment.calls.get().code == "crashed"
    portal.mend()
    again = visitor.submit(filled_in)  # the browser repeats the POST
    assert again.headers["Location"] == payment.get_absolute_url()
    assert visitor.see(payment.get_absolute_url()) == "unpaid"


@moment
def test_web_killed_at_the_verify_request(portal, visitor, at_bank, after):
    payment, way = at_bank
    held = portal.line.hold(VERIFY, after=after)
    waiting = Aside(lambda: visitor.come_back(way))
    held.wait()
    kill_web(portal)
    held.drop()
    waiting.join()
    assert waiting.answer is None

    until(lambda: is_in("paid", payment))
    assert paid_once(portal, payment)
    portal.mend()
    assert visitor.come_back(way).status_code == 303  # the browser repeats the POST
    assert visitor.see(payment.get_absolute_url()) == "paid"


@moment
def test_worker_killed_at_the_verify_request(portal, visitor, at_bank, after):
    payment, way = at_bank
    portal.line.plan(VERIFY, reset())  # the web server's try is lost
    held = portal.line.hold(VERIFY, after=after)
    visitor.come_back(way)
    held.wait()
    portal.processes.kill("worker")
    held.drop()
    portal.processes.start("worker")

    until(lambda: is_in("paid", payment))
    assert paid_once(portal, payment)
    outcomes = payment.calls.filter(operation="verify").order_by("pk")
    assert [call.code for call in outcomes][1] == "crashed"


# ---- stopped in order ----------------------------------------------------------------


def test_web_told_to_end_finishes_what_it_began(portal, visitor, at_bank):
    payment, way = at_bank
    held = portal.line.hold(VERIFY, after=True)
    waiting = Aside(lambda: visitor.come_back(way))
    held.wait()
    web = portal.processes.running["portal"]
    web.send_signal(signal.SIGTERM)
    assert web.poll() is None
    held.release()
    waiting.join()
    assert waiting.answer.status_code == 303
    assert web.wait(PATIENT) == 0
    assert is_in("paid", payment)
    assert payment.calls.get(operation="verify").outcome == "yes"


def test_worker_told_to_end_finishes_what_it_began(portal, visitor, at_bank):
    payment, way = at_bank
    portal.line.plan(VERIFY, reset())
    held = portal.line.hold(VERIFY, after=True)
    visitor.come_back(way)
    held.wait()
    worker = portal.processes.running["worker"]
    worker.send_signal(signal.SIGTERM)
    held.release()
    assert worker.wait(PATIENT) == 0
    assert is_in("paid", payment)


# ---- away, and back ------------------------------------------------------------------


def test_two_workers_clear_what_piled_up(portal, visitor, form):
    portal.processes.kill("worker")
    payments = []
    for _ in range(6):
        answer = visitor.submit(form())
        payments.append(portal.payment_at(answer))
        way = visitor.at_bank(answer)
        portal.line.plan(VERIFY, reset())
        assert visitor.come_back(way).status_code == 303
        assert visitor.see(payments[-1].get_absolute_url()) == "checking"
    portal.line.reset()
    portal.processes.commands["another"] = portal.processes.commands["worker"]
    portal.processes.start("worker")
    portal.processes.start("another")

    until(lambda: all(is_in("paid", one) for one in payments))
    assert all(paid_once(portal, one) for one in payments)
    assert portal.line.heard(VERIFY) == len(payments)
    asked = portal.rows(GatewayCall).filter(
        payment__in=payments, operation="verify", outcome="yes"
    )
    in_order = [call.payment for call in asked.order_by("started_at")]
    assert in_order == payments
    portal.processes.running.pop("another").kill()


def test_one_of_the_web_processes_is_killed_and_replaced(portal, visitor):
    web = portal.processes.running["portal"]
    first, second = children_of(web)
    os.kill(first, signal.SIGKILL)
    until(lambda: answers(visitor))
    until(lambda: len(children_of(web) - {first, second}) == 1)
    assert web.poll() is None


def answers(visitor):
    """Whether the web answers; what the dead process had accepted is cut."""
    try:
        return visitor.twin().get("/").status_code == 200
    except requests.ConnectionError:
        return False


def children_of(process):
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return set(map(int, path.read_text().split()))
