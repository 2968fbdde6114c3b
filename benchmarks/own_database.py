"""Django as the tests have it, and a database of its own: to be imported before models.

For benchmarks that work inside this process, below python -m tests.postgres.
"""

import os

import django

import tests.environment  # noqa: F401  sets the environment before the settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payment_portal.settings")
django.setup()


def run(main):
    """Run a function beside an empty, migrated database, which goes with it."""
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
    )

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
