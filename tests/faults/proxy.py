"""A proxy that breaks the line between the portal and an HTTP server.

It passes exchanges on one by one, and treats those that it is told to: a *treatment*
is a function that gets the exchange and may send the request on (or not) and the
answer back (or only some of it). Connections from the portal are kept alive.
"""

import json
import re
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

RESET = struct.pack("ii", 1, 0)  # as SO_LINGER: closing resets the connection
LONGEST = 60  # seconds that anything is held
TOKEN, VERIFY = "onlinepg", "VerifyTransaction"  # in the paths of the bank


class Exchange:
    """One request that arrived, and the ways it may go on."""

    def __init__(self, request, client, server):
        self.request, self.client, self.server = request, client, server
        self.path = request.split(b" ", 2)[1].decode()

    def ask(self):
        """Send the request on and return the whole answer."""
        head, body = self.request.split(b"\r\n\r\n", 1)
        head = re.sub(rb"(?i)\r\nConnection:[^\r]*", b"", head)
        with socket.create_connection(self.server, timeout=LONGEST) as line:
            line.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
            return b"".join(iter(lambda: line.recv(65536), b""))

    def answer(self, content):
        self.client.sendall(content)


class Proxy:
    """Listens on ``port`` and passes on to the server's address (host, port)."""

    def __init__(self, server):
        self.server = server
        self.paths = []
        self.plans = []
        self.usual = None  # path -> treatment or None, where nothing is planned
        self._lock = threading.Lock()
        self._clients = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._listen()

    def plan(self, word, treatment, times=1):
        """Treat the next exchanges whose path holds this word."""
        with self._lock:
            self.plans += [(word, treatment)] * times

    def hold(self, word, *, after=False):
        """Hold the next such exchange: before the server hears of it, or after."""
        held = Held(after=after)
        self.plan(word, held)
        return held

    def reset(self):
        """Forget what was planned and heard."""
        self.plans, self.paths, self.usual = [], [], None

    def heard(self, word):
        """How many requests with this word in their path arrived."""
        return sum(word in path for path in self.paths)

    @contextmanager
    def refusing(self):
        """Nobody listens; what was connected is cut."""
        self.stop()
        yield
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for client in list(self._clients):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _listen(self):
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self):
        with suppress(OSError):  # closed: nobody listens any more
            while True:
                client, _address = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        self._clients.add(client)
        with client, suppress(OSError):  # one of the two hung up
            while request := read_request(client):
                exchange = Exchange(request, client, self.server)
                self.paths.append(exchange.path)
                self._treatment(exchange.path)(exchange)
        self._clients.discard(client)

    def _treatment(self, path):
        with self._lock:
            for plan in self.plans:
                if plan[0] in path:
                    self.plans.remove(plan)
                    return plan[1]
        return (self.usual and self.usual(path)) or pass_on


def read_request(client):
    """A whole request (they all tell their length), or nothing at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65536)
        if not piece:
            return b""
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)\r\nContent-Length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


# ---- treatments ----------------------------------------------------------------------


def pass_on(exchange):
    exchange.answer(exchange.ask())


def reset(*, after=False):
    """Cut the connection before the server has heard of it, or after."""

    def treat(exchange):
        if after:
            exchange.ask()
        exchange.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        raise ConnectionResetError

    return treat


def hang(*, after=False):
    """Say nothing until the other side hangs up."""

    def treat(exchange):
        if after:
            exchange.ask()
        exchange.client.settimeout(LONGEST)
        exchange.client.recv(1)
        raise ConnectionAbortedError

    return treat


def delay(seconds):
    def treat(exchange):
        time.sleep(seconds)
        pass_on(exchange)

    return treat


def cut(size):
    """Let so many bytes of the answer through (from the end if negative)."""

    def treat(exchange):
        exchange.answer(exchange.ask()[:size])
        raise ConnectionAbortedError

    return treat


def drip(part, pause=0.05):
    """Send the status line, the headers or the body byte by byte."""

    def treat(exchange):
        content = exchange.ask()
        starts = {
            "status": 0,
            "headers": content.index(b"\r\n") + 2,
            "body": content.index(b"\r\n\r\n") + 4,
        }
        exchange.answer(content[: starts[part]])
        for place in range(starts[part], len(content)):
            exchange.answer(content[place : place + 1])
            time.sleep(pause)

    return treat


def say(body, status="200 OK", headers=""):
    """Answer in the place of the server, which does its work all the same."""

    def treat(exchange):
        exchange.ask()
        content = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
        exchange.answer(head.encode() + content)

    return treat


def falsify(**detail):
    """Tell something else about the transaction than the bank does."""

    def treat(exchange):
        told = json.loads(exchange.ask().split(b"\r\n\r\n", 1)[1])
        told["TransactionDetail"] |= detail
        body = json.dumps(told)
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        exchange.answer(head.encode() + body.encode())

    return treat


class Held:
    """An exchange that waits in the hand of the test."""

    def __init__(self, *, after):
        self.after = after
        self.arrived, self.released = threading.Event(), threading.Event()
        self.dropped = False

    def __call__(self, exchange):
        answer = exchange.ask() if self.after else b""
        self.arrived.set()
        self.released.wait(LONGEST)
        if self.dropped:
            raise ConnectionAbortedError
        exchange.answer(answer or exchange.ask())

    def wait(self):
        assert self.arrived.wait(LONGEST), "the request never came"

    def release(self):
        self.released.set()

    def drop(self):
        """Let it go nowhere: who asked is gone."""
        self.dropped = True
        self.released.set()
