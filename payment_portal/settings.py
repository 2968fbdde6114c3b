"""Settings of the portal, read from the environment and safe by default.

Every variable is described in docs/configuration.md. A missing or malformed value stops
the start; nothing falls back to an insecure default.
"""

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))


def seconds(name, default):
    """A length of time, given in seconds (fractions allowed)."""
    return timedelta(seconds=env.float(name, default=default))


# ---- how it runs ---------------------------------------------------------------------

SANDBOX = env.bool("SANDBOX", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# The one public address: callbacks, QR codes and links in messages are built from it.
BASE_URL = env.str("BASE_URL").rstrip("/")
_base = urlsplit(BASE_URL)
if not _base.hostname:  # what else is wrong with it, a check tells
    raise ImproperlyConfigured("BASE_URL must look like https://pay.example.ac.ir")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_base.hostname])
if SANDBOX:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# ---- application ---------------------------------------------------------------------

INSTALLED_APPS = [
    "payment_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "payment_portal",
    "accounts",
    "catalog",
    "debts",
    "payments",
    "finance",
]

MIDDLEWARE = [
    "payment_portal.language.LanguageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "payment_portal.middleware.private_by_default",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # From here on something may be refused; what stands above gives it its headers.
    "payment_portal.middleware.one_host",
    "payment_portal.middleware.small_bodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "payment_portal.middleware.AskedWhereNeeded",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "payment_portal.urls"
WSGI_APPLICATION = "payment_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "payment_portal.context_processors.reader",
                "payment_portal.context_processors.institution",
            ],
            "builtins": [
                "payment_portal.templatetags.addresses",
                "payment_portal.templatetags.formats",
                "payment_portal.templatetags.icons",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ---- database ------------------------------------------------------------------------

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A writer takes its lock at the start (a read that turns into a write is refused at
    # once in WAL mode) and survives a power cut with its last commit (FULL).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON;",
    }
else:
    # Nobody waits for ever for a row that a stuck process holds, for a server that is
    # gone, or keeps others waiting. PgBouncer in transaction mode refuses "options":
    # there the role has these limits (see the README).
    _limits = {
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "10s",
        "statement_timeout": f"{env.int('STATEMENT_TIMEOUT', default=30)}s",
    }
    _options = " ".join(f"-c {name}={length}" for name, length in _limits.items())
    _database["OPTIONS"] = {
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        **({} if env.bool("PGBOUNCER", default=False) else {"options": _options}),
        **_database.get("OPTIONS", {}),
    }
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": env.cache("CACHE_URL", default="locmemcache://"),
}

# ---- language and time ---------------------------------------------------------------

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Tehran"
USE_TZ = True

# ---- files ---------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("pictures", BASE_DIR / "docs" / "pictures"),  # of the staff's guide
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Files that staff ask for and come back for; with several machines, a folder of all.
FILES_DIR = Path(env.str("FILES_DIR", default=str(VAR_DIR / "files")))
# The most receipts in one of them.
BUNDLE_RECEIPTS = env.int("BUNDLE_RECEIPTS", default=10_000)

# ---- who may come in -----------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.MobileOrEmailBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation"
        ".UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("full_name", "mobile", "email")},
    },
    {"NAME": "accounts.validators.PatternValidator"},
    {"NAME": "accounts.validators.SurroundingsValidator"},
    {"NAME": "accounts.leaked.LeakedValidator"},
]
# A file of hashes of leaked passwords, where the operator keeps one.
LEAKED_PASSWORDS = env.str("LEAKED_PASSWORDS", default="")
LOGIN_URL = "accounts:login"
TERMS_VERSION = "1405-09"

# Failures are counted for an account and an address together: whoever guesses at an
# account from elsewhere does not lock its owner out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "accounts.entrance.name_of"
AXES_CLIENT_IP_CALLABLE = "accounts.limits.address_of"
AXES_WHITELIST_CALLABLE = "accounts.entrance.is_at_home"
AXES_LOCKOUT_CALLABLE = "accounts.views.log_in.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
# Wrong passwords on any account, from one address in an hour (a campus may be one).
LOG_IN_FAILURES_PER_ADDRESS = env.int("LOG_IN_FAILURES_PER_ADDRESS", default=100)
# Codes by SMS in an hour: to one address, and in all.
CODES_PER_ADDRESS = env.int("CODES_PER_ADDRESS", default=30)
CODES_PER_HOUR = env.int("CODES_PER_HOUR", default=1000)
# Those of them that browsers get without work for it: to one number in an hour, to one
# address in ten minutes, and a hundred times as many in all in an hour.
CODES_WITHOUT_PROOF = env.int("CODES_WITHOUT_PROOF", default=2)
# Payments that one payer may start in an hour.
STARTS_PER_PAYER = env.int("STARTS_PER_PAYER", default=20)

# The history of a row is asked for by the row alone.
SIMPLE_HISTORY_DATE_INDEX = False

# ---- doors ---------------------------------------------------------------------------

_https = _base.scheme == "https"
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
# A log-in ends after this, and sooner if nobody uses it.
USER_SESSION_AGE = timedelta(hours=12)
STAFF_SESSION_AGE = timedelta(hours=8)
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE", default=30))
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "__Host-language" if _https else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "payment_portal.views.csrf_failure"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^health/$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
# Banks look at the Referer when the payer arrives.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SIGNED_COOKIE_LEGACY_SALT_FALLBACK = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ---- the institution (texts of the pages) --------------------------------------------

UNIVERSITY_NAME = env.str("UNIVERSITY_NAME", default="دانشگاه کردستان")
SYSTEM_NAME = env.str("SYSTEM_NAME", default="سامانه درآمدهای اختصاصی دانشگاه کردستان")
UNIVERSITY_PHONE = env.str("UNIVERSITY_PHONE", default="+988733664600")
SUPPORT_HOURS = env.str("SUPPORT_HOURS", default="") or _(
    "Saturday to Wednesday, 8:00–14:00"
)
# The same for pages in English; who changes the one and not the other shows the one.
UNIVERSITY_NAME_EN = env.str(
    "UNIVERSITY_NAME_EN",
    default=UNIVERSITY_NAME if "UNIVERSITY_NAME" in env else "University of Kurdistan",
)
SYSTEM_NAME_EN = env.str(
    "SYSTEM_NAME_EN",
    default=SYSTEM_NAME
    if "SYSTEM_NAME" in env
    else "University of Kurdistan Payment Portal",
)
# Words of the place, beside these names, that do not make a password.
PASSWORD_WORDS = env.list(
    "PASSWORD_WORDS", default=["kordestan", "sanandaj", "uok", "سنندج"]
)
SUPPORT_HOURS_EN = env.str("SUPPORT_HOURS_EN", default="") or SUPPORT_HOURS

# ---- messages ------------------------------------------------------------------------

SMS: dict[str, Any] = {
    "kavenegar": {
        "BACKEND": "accounts.sms.kavenegar.Kavenegar",
        "OPTIONS": {
            "base_url": env.str("KAVENEGAR_URL", default="https://api.kavenegar.com"),
            "api_key": env.str("KAVENEGAR_API_KEY", default=""),
        },
    },
    "smsir": {
        "BACKEND": "accounts.sms.smsir.SmsIr",
        "OPTIONS": {
            "base_url": env.str("SMSIR_URL", default="https://api.sms.ir"),
            "api_key": env.str("SMSIR_API_KEY", default=""),
            # Our names of the templates and the numbers that they have in the panel.
            "templates": env.dict("SMSIR_TEMPLATES", default={}),
        },
    },
}
# Who sends, and who is asked next where the one before surely sent nothing.
SMS_PROVIDERS = env.list("SMS_PROVIDERS", default=["kavenegar"])
# Languages beside Persian in which the templates are approved, too: `sign-up-code-en`.
SMS_LANGUAGES = env.list("SMS_LANGUAGES", default=[])
# How many threads of a process may wait for the SMS provider.
SMS_SEATS = env.int("SMS_SEATS", default=4)
# Days after which a message no longer says to whom it went.
KEEP_MESSAGES = timedelta(days=env.int("KEEP_MESSAGES", default=400))
# Days that the security log keeps a line; nobody deletes it before, not by SQL either.
KEEP_SECURITY_EVENTS = timedelta(days=env.int("KEEP_SECURITY_EVENTS", default=400))
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:2525"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"no-reply@{_base.hostname}")

# ---- amounts -------------------------------------------------------------------------

# What the banks take, in rials; a subject's own rule may be narrower.
MIN_AMOUNT = env.int("MIN_AMOUNT", default=10_000)
MAX_AMOUNT = env.int("MAX_AMOUNT", default=2_000_000_000)

# ---- sheets of debts -----------------------------------------------------------------

SHEET_ROWS = env.int("SHEET_ROWS", default=50_000)
SHEET_BYTES = env.int("SHEET_BYTES", default=10 * 1024 * 1024)
# The one page that takes more than DATA_UPLOAD_MAX_MEMORY_SIZE, and the form around.
LARGER_BODIES = {"/admin/debts/batch/upload/": SHEET_BYTES + 64 * 1024}
# Days after a debt's due day, below zero before it, on which its student is reminded;
# none means never. Nobody is disturbed between these two hours.
REMIND_DAYS = env.list("REMIND_DAYS", cast=int, default=[-7, -1, 3])
QUIET_HOURS = env.list("QUIET_HOURS", cast=int, default=[22, 8])
# How long a payment keeps others from its debt, whatever became of its payer.
DEBT_HELD = seconds("DEBT_HELD", 20 * 60)
# Pairs of numbers that one user, and one address, may try in a day to say who he is.
IDENTITY_TRIES = env.int("IDENTITY_TRIES", default=5)
IDENTITY_TRIES_PER_ADDRESS = env.int("IDENTITY_TRIES_PER_ADDRESS", default=100)

# ---- banks ---------------------------------------------------------------------------


def bank(name, driver, **addresses):
    """One entry of GATEWAYS; <NAME>_URL and the like lead elsewhere: the sandbox."""
    options = {
        f"{which}_url": env.str(
            f"{name}_URL" if which == "base" else f"{name}_{which}_URL".upper(),
            default=address,
        )
        for which, address in addresses.items()
    }
    return {"BACKEND": f"payments.gateways.{driver}", "OPTIONS": options}


GATEWAYS: dict[str, Any] = {
    "sep": bank("SEP", "sep.Sep", base="https://sep.shaparak.ir"),
    "mellat": bank("MELLAT", "mellat.Mellat", base="https://bpm.shaparak.ir"),
    "sadad": bank("SADAD", "sadad.Sadad", base="https://sadad.shaparak.ir"),
    "parsian": bank("PARSIAN", "parsian.Parsian", base="https://pec.shaparak.ir"),
    "pasargad": bank("PASARGAD", "pasargad.Pasargad", base="https://pep.shaparak.ir"),
    "irankish": bank("IRANKISH", "irankish.Irankish", base="https://ikc.shaparak.ir"),
    "zarinpal": bank(
        "ZARINPAL", "zarinpal.ZarinPal", base="https://payment.zarinpal.com"
    ),
    "asanpardakht": bank(
        "ASANPARDAKHT",
        "asanpardakht.Asanpardakht",
        base="https://ipgrest.asanpardakht.ir",
        page="https://asan.shaparak.ir",
    ),
    "zibal": bank("ZIBAL", "zibal.Zibal", base="https://gateway.zibal.ir"),
    "sepehr": bank(
        "SEPEHR",
        "sepehr.Sepehr",
        base="https://sepehr.shaparak.ir:8081",
        page="https://sepehr.shaparak.ir:8080",
    ),
    "vandar": bank("VANDAR", "vandar.Vandar", base="https://ipg.vandar.io"),
    "payping": bank("PAYPING", "payping.PayPing", base="https://api.payping.ir"),
}

# What drivers need of each terminal: TERMINAL_<ALIAS>_<NAME>, most of it secret.
TERMINAL_SETTINGS = {
    name: value for name, value in os.environ.items() if name.startswith("TERMINAL_")
}

# Hosts that speak only the TLS of a generation ago; their certificates count, too.
OLD_TLS_HOSTS = env.list("OLD_TLS_HOSTS", default=[])

# ---- time limits of a payment (all are seconds in the environment) -------------------

GATEWAY_DEADLINE = seconds("GATEWAY_DEADLINE", 8)  # one call, payer waiting
GATEWAY_WORKER_DEADLINE = seconds("GATEWAY_WORKER_DEADLINE", 20)
START_DEADLINE = seconds("START_DEADLINE", 15)  # a token from one bank or the next
CLAIM_LEASE = seconds("CLAIM_LEASE", 30)  # longer than any call
RECHECK_DELAYS = env.list("RECHECK_DELAYS", cast=float, default=[2, 5, 10, 20, 30, 60])
ORPHAN_AFTER = seconds("ORPHAN_AFTER", 120)  # a start whose answer never came
ABANDONED_AFTER = env.float("ABANDONED_AFTER", default=None)  # overrides the driver's
# A bank that can be asked what became of an order is asked from the first of these on,
# ever more rarely, until nobody expects the payer any more.
INQUIRE_AFTER = seconds("INQUIRE_AFTER", 120)
INQUIRE_RARELY = seconds("INQUIRE_RARELY", 300)
INQUIRE_UNTIL = seconds("INQUIRE_UNTIL", 90 * 60)
BREAKER_SILENCES = env.int("BREAKER_SILENCES", default=5)  # in a row
BREAKER_REST = seconds("BREAKER_REST", 30)
# How many threads of a process may wait for banks: half of the server's, so that a bank
# that hangs leaves the other half to everybody else.
BANK_SEATS = env.int("BANK_SEATS", default=8)
# Days after which what was said in a call to a bank is forgotten, but not the call.
KEEP_CALL_BODIES = timedelta(days=env.int("KEEP_CALL_BODIES", default=400))
WORKER_PAUSE = seconds("WORKER_PAUSE", 1)
MONEY_CHECK_EVERY = seconds("MONEY_CHECK_EVERY", 10 * 60)
# What the worker does beside its rounds for apps that stand above it.
WORK_BESIDE = ["finance.bundles.make_next", "finance.schedules.send_next"]

# ---- monitoring ----------------------------------------------------------------------

# Networks whose hosts may read /metrics; nobody else learns that it is there.
METRICS_ALLOWED = [
    ip_network(network)
    for network in env.list("METRICS_ALLOWED", default=["127.0.0.0/8", "::1/128"])
]

# ---- log -----------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "payment_portal.log.WithoutKeys",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # At DEBUG it prints addresses, and with them the key of the SMS provider.
        "urllib3": {"level": "INFO"},
        "weasyprint": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
