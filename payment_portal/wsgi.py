"""Entry point of the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from payment_portal.fitness import stop_if_unfit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payment_portal.settings")

application = get_wsgi_application()
stop_if_unfit()
# What is loaded now stays for good: the collector need not walk it again and again.
gc.collect()
gc.freeze()
