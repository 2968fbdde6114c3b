"""Whether the portal is fit to run: asked by every process at its start."""

import io

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS


def stop_if_unfit():
    """Raise SystemCheckError for a setting that is not fit for the public.

    An application server does not run Django's checks, so each process does. The
    sandbox is excused from what only a public site needs.
    """
    silent = io.StringIO()
    call_command(
        "check",
        deploy=not settings.SANDBOX,
        databases=[DEFAULT_DB_ALIAS],
        fail_level="WARNING",
        stdout=silent,
    )
