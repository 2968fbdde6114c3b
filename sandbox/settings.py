"""Settings of the sandbox, read from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

if not env.bool("SANDBOX", default=False):
    raise ImproperlyConfigured(
        "The sandbox is a bank without money: it starts only with SANDBOX=1."
    )

SANDBOX_URL = env.str("SANDBOX_URL", default="http://127.0.0.1:8001").rstrip("/")
# The site that the bank knows as the merchant's; payers must come from there.
SANDBOX_MERCHANT_REFERER = env.str(
    "SANDBOX_MERCHANT_REFERER", default="http://localhost:8000"
).rstrip("/")
# How long the last page is shown before the browser goes back by itself.
SANDBOX_RECEIPT_SECONDS = env.int("SANDBOX_RECEIPT_SECONDS", default=15)
SANDBOX_SMTP_PORT = env.int("SANDBOX_SMTP_PORT", default=2525)

SECRET_KEY = get_random_secret_key()  # nothing here is signed
DEBUG = env.bool("SANDBOX_DEBUG", default=False)
ALLOWED_HOSTS = [urlsplit(SANDBOX_URL).hostname, "127.0.0.1", "localhost"]

INSTALLED_APPS = ["sandbox", "django.contrib.staticfiles"]
# No session, no messages, no CSRF token: a bank's site leaves no cookie with us, and
# nothing here is worth forging.
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "sandbox.urls"
WSGI_APPLICATION = "sandbox.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["sandbox.templatetags.bank"]},
    },
]

DATABASES = {
    "default": env.db(
        "SANDBOX_DATABASE_URL",
        default=f"sqlite:///{BASE_DIR / 'var' / 'sandbox.sqlite3'}",
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fa"
USE_I18N = False  # its pages are written in Persian
TIME_ZONE = "Asia/Tehran"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]  # for the font
WHITENOISE_USE_FINDERS = True

# Addresses hold API keys, so requests are not logged one by one.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.server": {"level": "CRITICAL", "propagate": False},
        "django.request": {"level": "ERROR"},
        "mail.log": {"level": "ERROR"},
    },
}
