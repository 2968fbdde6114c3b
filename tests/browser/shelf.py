"""Answers that were kept, given out again with their headers and all static files."""

import mimetypes
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.contrib.staticfiles import finders

KEPT = ("Content-Type", "Content-Security-Policy")


class Shelf(ThreadingHTTPServer):
    """A web server for pages whose every state is already there.

    Whatever is posted comes to nothing: the browser stays where it is.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pages, self.missed = {}, []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.shutdown()
        self.server_close()

    def keep(self, name, answer):
        """Where a browser finds this answer from now on."""
        assert answer.content, f"{name} leads on to {answer.get('Location')}"
        headers = {key: answer[key] for key in KEPT if answer.has_header(key)}
        self.pages[f"/{name}"] = answer.status_code, headers, answer.content
        return f"{self.url}/{name}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        path = re.sub(r"\?.*", "", self.path)
        if path.startswith("/static/"):
            self.give_file(path)
        elif path in self.server.pages:
            self.give(*self.server.pages[path])
        else:
            self.server.missed.append(path)
            self.give(404, {}, b"")

    def give_file(self, path):
        file = finders.find(path.removeprefix("/static/"))
        if file is None:
            self.server.missed.append(path)
            return self.give(404, {}, b"")
        kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Cache-Control": "max-age=600"}
        return self.give(200, headers, Path(file).read_bytes())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(204)
        self.end_headers()

    def give(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""
