"""The database of a portal that runs as processes of its own: made, read, peopled."""

import os
import re
import secrets
from contextlib import contextmanager
from datetime import timedelta

import environ
import psycopg2
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.utils import timezone

from accounts.models import Session, User
from accounts.session_store import SessionStore
from tests.environment import ON_POSTGRESQL


@contextmanager
def empty_database(folder):
    """The address of an empty database of the kind that this run is about."""
    if not ON_POSTGRESQL:
        yield f"sqlite:///{folder / 'portal.sqlite3'}"
        return
    address = os.environ["TEST_DATABASE_URL"]
    name = f"own_{secrets.token_hex(4)}"
    server = psycopg2.connect(address)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", address, count=1)
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def know(alias, address):
    """Let this process read under an alias what the others write."""
    ours = connections["default"].settings_dict
    given = environ.Env.db_url_config(address) | {"OPTIONS": {}}
    connections.databases[alias] = ours | given


def forget(alias):
    connections[alias].close()
    del connections[alias], connections.databases[alias]


def newcomer(alias, number):
    """Make an account with a telephone of its own; it, and the key of its session."""
    user = User(full_name=f"رهگذر {number}", mobile=f"+98919{number:07}")
    user.set_unusable_password()
    # Not saved one by one: what is remembered of that goes to the usual database.
    User.objects.using(alias).bulk_create([user])
    session = SessionStore().encode(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "accounts.backends.MobileOrEmailBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    key, now = secrets.token_hex(16), timezone.now()
    until = now + timedelta(hours=12)
    times = {"seen_at": now, "ends_at": until, "expire_date": until}
    row = Session(session_key=key, session_data=session, user_id=user.pk, **times)
    row.save(using=alias)
    return user, key
