"""A threaded HTTP server whose connections a fault can cut in the middle."""

import signal
from contextlib import suppress

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler


class RequestHandler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # head and body are two writes

    def get_environ(self):
        return super().get_environ() | {"sandbox.connection": self}


class Ended(Exception):
    """Somebody has asked the server to stop."""


class Server(ThreadedWSGIServer):
    request_queue_size = 128
    ended = False

    def serve_until(self, *signals):
        """Serve until one of these signals comes.

        It is noted only: an exception may strike where Python has to ignore it.
        """
        for number in signals:
            signal.signal(number, self._end)
        with suppress(Ended):
            self.serve_forever(poll_interval=0.1)

    def _end(self, number, frame):
        self.ended = True

    def service_actions(self):
        if self.ended:
            raise Ended
