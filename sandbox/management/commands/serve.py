"""Run the whole sandbox in one process: its web server and its mail server."""

import signal

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from sandbox import smtp
from sandbox.server import RequestHandler, Server
from sandbox.wsgi import application


class Command(BaseCommand):
    help = "Migrate, then play bank, SMS provider, phone and mail server until stopped."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--smtp-port", type=int, default=settings.SANDBOX_SMTP_PORT)

    def handle(self, host, port, smtp_port, **options):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        call_command("migrate", verbosity=0)
        web = listen(Server, (host, port), RequestHandler)
        web.set_app(application)
        mailbox = listen(smtp.start, (host, smtp_port))
        self.stdout.write(f"Sandbox: http://{host}:{port}/ mail: {host}:{smtp_port}")
        self.stdout.flush()
        try:
            web.serve_until(signal.SIGTERM, signal.SIGINT)
            self.stdout.write("Sandbox stopped.")
        finally:
            mailbox.stop()
            web.server_close()


def listen(start, address, *more):
    try:
        return start(address, *more)
    except OSError as error:
        host, port = address
        raise CommandError(
            f"Cannot listen on {host}:{port}: {error.strerror}"
        ) from None
