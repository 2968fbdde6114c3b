"""Where sessions are kept: Django's own store, which also notes whose they are.

A session of a user ends when it was idle for too long, and in any case some hours
after the log-in. That it is in use is written down at most once a minute.
"""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError
from django.utils import timezone

BROWSER = "browser"
SEEN_EVERY = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls):
        from accounts.models import Session  # models are not there yet at the import

        return Session

    def create_model_instance(self, data):
        session = super().create_model_instance(data)
        session.user_id = data.get(SESSION_KEY)
        if session.user_id:
            session.browser = data.get(BROWSER, "")
            session.ends_at = session.expire_date
            self._use(session, timezone.now())
        return session

    def _get_session_from_db(self):
        session, now = super()._get_session_from_db(), timezone.now()
        if session and session.user_id and session.seen_at + SEEN_EVERY <= now:
            self._use(session, now)
            times = {"seen_at": session.seen_at, "expire_date": session.expire_date}
            # A database that can only be read still shows people their payments.
            with suppress(DatabaseError):
                self.model.objects.filter(pk=session.pk).update(**times)
        return session

    @staticmethod
    def _use(session, now):
        session.seen_at = now
        session.expire_date = min(session.ends_at, now + settings.SESSION_IDLE)
