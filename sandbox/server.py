"""A threaded HTTP server whose connections a fault can cut in the middle."""

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler


class RequestHandler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # head and body are two writes

    def get_environ(self):
        return super().get_environ() | {"sandbox.connection": self}


class Server(ThreadedWSGIServer):
    request_queue_size = 128
