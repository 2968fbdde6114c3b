"""Settings as lean as the peer allows: no log-in, no session, no page of its own."""

import os
from urllib.parse import urlsplit

_database = urlsplit(os.environ["DATABASE_URL"])

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = ["azbankgateways"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # the peer's SEP insists
ROOT_URLCONF = "benchmarks.peer_project.urls"
WSGI_APPLICATION = "benchmarks.peer_project.wsgi.application"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.strip("/"),
        "USER": _database.username,
        "PASSWORD": _database.password,
        "HOST": _database.hostname,
        "PORT": _database.port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
USE_TZ = True
TIME_ZONE = "Asia/Tehran"
LANGUAGE_CODE = "fa"

# The peer's own two settings: which class speaks for a bank, and for whom.
CLASS = {"SEP": "benchmarks.peer_project.bank.Stub"}
AZ_IRANIAN_BANK_GATEWAYS = {
    "GATEWAYS": {"SEP": {"MERCHANT_CODE": "2015", "TERMINAL_CODE": "2015"}},
    "DEFAULT": "SEP",
    "BANK_TIMEOUT": 8,
}
