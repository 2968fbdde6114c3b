"""Entry point of the web server.

An application server does not run Django's checks, so they run here: a portal
that is not fit for the public does not start.
"""

import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payment_portal.settings")

application = get_wsgi_application()
call_command("check", deploy=not settings.SANDBOX, fail_level="WARNING")
