"""What the server of the database is told of those who would wait without end."""

import pytest
from django.db import connection

EXPECTED = {
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": "30s",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_postgresql_ends_what_hangs(db, name):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone() == (EXPECTED[name],)
    else:  # a file, in one process at a time
        assert connection.settings_dict["OPTIONS"]["timeout"] == 20
