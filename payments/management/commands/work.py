import logging
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    close_old_connections,
    connection,
)

from payment_portal.fitness import stop_if_unfit
from payments import worker
from payments.models import LostRace

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Check claims, expire payments and send messages; any number may run."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one round, for cron")

    def handle(self, *, once, **options):
        stop_if_unfit()
        if once:
            worker.run_once()
            worker.watch_once()
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        watch = threading.Thread(
            target=self.repeat, args=[worker.watch_once, stop], daemon=True
        )
        watch.start()
        self.repeat(worker.run_once, stop)

    def repeat(self, deed, stop):
        while not stop.is_set():
            if not self.round(deed):
                stop.wait(settings.WORKER_PAUSE.total_seconds())

    def round(self, deed):
        """One round; a database that is away is waited for."""
        close_old_connections()
        try:
            return deed()
        except LostRace:
            logger.warning("a payment is under fire; it has its turn again")
            return 0
        except (OperationalError, InterfaceError, InternalError):
            logger.exception("the database does not answer")
            connection.close()
            return 0
