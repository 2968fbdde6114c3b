"""Settings of benchmarks.pages: the portal's own, with two more addresses."""

from payment_portal.settings import *  # noqa: F403  all of them

ROOT_URLCONF = "benchmarks.pages_urls"
