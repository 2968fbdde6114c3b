"""A provider on this machine that answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


class Server(HTTPServer):
    """Answers every request as it is told; ``asked`` are path, headers and body."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.status, self.body, self.pause = [], 200, "", 0
        self.over = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, content, status=200):
        self.body, self.status = json.dumps(content), status


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.asked.append((self.path, dict(self.headers), body.decode()))
        self.server.over.wait(self.server.pause)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    running = Server()
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.over.set()
    running.shutdown()
    running.server_close()
