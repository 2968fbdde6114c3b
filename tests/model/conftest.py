import logging

import pytest

from tests.environment import ON_POSTGRESQL

# What was planted shows on either engine; SQLite is the quicker one to hunt on.
collect_ignore = ["test_planted_faults.py"] if ON_POSTGRESQL else []


@pytest.fixture(autouse=True)
def no_log():
    """Thousands of alarms are raised on purpose; nobody reads them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
