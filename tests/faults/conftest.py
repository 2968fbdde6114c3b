"""A payer, a bank at the end of a line that can be broken, a phone behind another."""

from datetime import timedelta

import pytest
from django.conf import settings as project

from payments.models import Terminal
from tests.faults.proxy import Proxy
from tests.payments.conftest import Payer

DEADLINE = 0.5


@pytest.fixture
def line(sandbox, settings):
    """The line to the bank; without a fault it is as if it were not there."""
    proxy = Proxy(("127.0.0.1", sandbox.port))
    speak_with(settings, f"http://127.0.0.1:{proxy.port}/sep")
    settings.GATEWAY_DEADLINE = timedelta(seconds=DEADLINE)
    settings.GATEWAY_WORKER_DEADLINE = timedelta(seconds=DEADLINE)
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
    options = project.SMS["OPTIONS"] | {"base_url": base_url}
    settings.SMS = project.SMS | {"OPTIONS": options}
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
