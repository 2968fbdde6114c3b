import logging
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    close_old_connections,
    connection,
)

from payment_portal.fitness import stop_if_unfit
from payments import worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Check claims, expire payments and send messages; any number may run."
    watch_failed = False

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one round, for cron")

    def handle(self, *, once, **options):
        stop_if_unfit()
        if once:
            worker.run_once()
            while worker.watch_once():
                pass  # what takes long is done in pieces
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        threading.Thread(target=self.watch, args=[stop], daemon=True).start()
        self.repeat(worker.run_once, stop)
        if self.watch_failed:
            raise CommandError("The watch over the money failed.")

    def watch(self, stop):
        """Beside the rounds; if it fails, the process ends so that it is begun anew."""
        try:
            self.repeat(worker.watch_once, stop)
        except BaseException:
            self.watch_failed = True
            stop.set()
            raise

    def repeat(self, deed, stop):
        while not stop.is_set():
            if not self.round(deed):
                stop.wait(settings.WORKER_PAUSE.total_seconds())

    def round(self, deed):
        """One round; a database that is away is waited for."""
        close_old_connections()
        try:
            return deed()
        except (OperationalError, InterfaceError, InternalError):
            logger.exception("the database does not answer")
            connection.close()
            return 0
