"""A payer, a bank at the end of a line that can be broken, a phone behind another."""

import itertools

import pytest
from django.conf import settings as project

from payments.models import Terminal
from tests.environment import ON_POSTGRESQL
from tests.faults.portal import Portal
from tests.faults.proxy import Proxy
from tests.faults.thief import begin
from tests.own_database import empty_database
from tests.payments.conftest import Payer

# Elsewhere than on PostgreSQL there is no server to kill.
collect_ignore = [] if ON_POSTGRESQL else ["test_database.py"]


@pytest.fixture
def line(sandbox, settings):
    """The line to the bank; without a fault it is as if it were not there."""
    proxy = Proxy(("127.0.0.1", sandbox.port))
    speak_with(settings, f"http://127.0.0.1:{proxy.port}/sep")
    yield proxy
    proxy.stop()


def speak_with(settings, base_url):
    """Let the portal find its bank at this address."""
    sep = project.GATEWAYS["sep"]
    settings.GATEWAYS = {"sep": sep | {"OPTIONS": {"base_url": base_url}}}


@pytest.fixture
def phone_line(sandbox, settings):
    """The line to the SMS provider."""
    proxy = Proxy(("127.0.0.1", sandbox.port))
    base_url = f"http://127.0.0.1:{proxy.port}/kavenegar"
    kavenegar = project.SMS["kavenegar"]
    options = kavenegar["OPTIONS"] | {"base_url": base_url}
    settings.SMS = {"kavenegar": kavenegar | {"OPTIONS": options}}
    yield proxy
    proxy.stop()


@pytest.fixture
def terminal(db):
    return Terminal.objects.create(
        alias="sep", title="سامان", psp="sep", merchant_number="2015"
    )


@pytest.fixture
def payer(student, client_of, sandbox, line, terminal, dormitory):
    return Payer(client_of(student), sandbox, dormitory)


numbers = itertools.count(1)  # of people
amounts = itertools.count(10_000, 10)  # no payment repeats another


# ---- the real processes --------------------------------------------------------------


@pytest.fixture(scope="session")
def portal(tmp_path_factory, django_db_blocker):
    """Web server and worker as they run, on a database of their own."""
    folder = tmp_path_factory.mktemp("portal")
    with empty_database(folder) as database, (folder / "log").open("w") as output:
        portal = Portal(database, output)
        with django_db_blocker.unblock():
            portal.start()
        yield portal
        portal.stop()


@pytest.fixture
def visitor(portal, django_db_blocker):
    """Somebody in front of a portal that is whole and idle."""
    portal.mend()
    with django_db_blocker.unblock():
        yield portal.person(next(numbers))


@pytest.fixture
def form(portal, visitor):
    """Fill in the payment form with an amount of its own."""
    subject = portal.subject()
    return lambda: visitor.form(subject, next(amounts))


@pytest.fixture
def at_bank(portal, visitor, form):
    """A payment that was made at the bank; the way back from there."""
    answer = visitor.submit(form())
    return portal.payment_at(answer), visitor.at_bank(answer)


@pytest.fixture
def thief(portal, visitor):
    """Somebody else than the visitor, who would like to pay nothing."""
    return portal.person(next(numbers))


@pytest.fixture
def bill(portal, thief, form):
    """A payment that the thief has begun."""
    return begin(portal, thief, form())
