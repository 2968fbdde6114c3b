"""The environment of a test run, set before the settings are read.

A pytest plugin (`-p tests.environment` in pyproject.toml). The database is SQLite in
a temporary file, or the PostgreSQL server that TEST_DATABASE_URL names.
"""

import os
import tempfile
from pathlib import Path

from script.processes import bank_addresses, demo_secrets

# Removed when the process ends; every pytest-xdist worker has one of its own.
_folder = tempfile.TemporaryDirectory(prefix="portal-test-")
FOLDER = Path(_folder.name)
ON_POSTGRESQL = bool(os.environ.get("TEST_DATABASE_URL"))
NOBODY = "http://127.0.0.1:9"

os.environ |= {
    "ENV_FILE": os.devnull,
    "SANDBOX": "1",
    "DEBUG": "0",
    "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "BASE_URL": "http://localhost:8000",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL")
    or f"sqlite:///{FOLDER / 'portal.sqlite3'}",
    # No test reaches the world by accident: nobody listens there.
    **bank_addresses(NOBODY),
    **demo_secrets(),
    "KAVENEGAR_URL": f"{NOBODY}/kavenegar",
    "KAVENEGAR_API_KEY": "sandbox",
    "SMSIR_URL": f"{NOBODY}/smsir",
    # Tests have no browser that would work for its codes; those of this lower it.
    "CODES_WITHOUT_PROOF": "1000",
}


def pytest_configure():
    """Replace what is slow or needs a build step, and nothing else."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.WHITENOISE_AUTOREFRESH = True
    if not ON_POSTGRESQL:
        # A file, not memory: threads of a test then lock each other as processes do.
        database = settings.DATABASES["default"]
        database.setdefault("TEST", {})["NAME"] = str(FOLDER / "test.sqlite3")
