"""HTTP to the world outside, under one total deadline.

The time-outs of ``requests`` bound each read, so a peer that drips one byte a second
holds a call for ever. Here a watchdog shuts the connection when the time of the whole
call is up (connecting and shaking hands included), bodies are capped, redirects are
not followed, certificates are always checked and the proxies of the environment are
ignored.
"""

import os
import queue
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_ import create_urllib3_context

BODY_LIMIT = 64 * 1024
CONNECT_SECONDS = 3.05
# Keys and signatures of a generation ago; certificates are checked all the same.
OLD_TLS = "DEFAULT@SECLEVEL=1"


@dataclass(frozen=True)
class Answer:
    """What the peer said: HTTP status and body as text."""

    status: int
    text: str
    headers: dict[str, str]


class NoAnswer(Exception):
    """No whole answer arrived in time.

    ``sent`` is False only if the request surely did not reach the peer.
    """

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


def post_json(url: str, body: Any, *, deadline: float, **headers: str) -> Answer:
    """Post ``body`` as JSON and return the answer within ``deadline`` seconds."""
    return _call("POST", url, deadline, json=body, headers=headers)


def post_form(url: str, data: dict[str, str], *, deadline: float) -> Answer:
    """Post ``data`` as a form and return the answer within ``deadline`` seconds."""
    return _call("POST", url, deadline, data=data)


def post_xml(url: str, body: str, *, deadline: float, **headers: str) -> Answer:
    """Post ``body`` as XML and return the answer within ``deadline`` seconds."""
    headers["Content-Type"] = "text/xml; charset=utf-8"
    return _call("POST", url, deadline, data=body.encode(), headers=headers)


def get(
    url: str, query: Mapping[str, str], *, deadline: float, **headers: str
) -> Answer:
    """Get ``url`` with ``query`` and return the answer within ``deadline`` seconds."""
    return _call("GET", url, deadline, params=query, headers=headers)


def _call(method: str, url: str, deadline: float, **content: Any) -> Answer:
    watch = _Watch(deadline)
    _thread.watch = watch
    try:
        with _session().request(
            method,
            url,
            timeout=(min(CONNECT_SECONDS, deadline), deadline),
            allow_redirects=False,
            stream=True,
            **content,
        ) as response:
            text = _read(response, sent=watch.connected)
            if watch.expired:  # a body without a length ends where it was shut
                raise NoAnswer("deadline", sent=True)
            return Answer(response.status_code, text, dict(response.headers))
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        # The text of these errors holds the address, and with it perhaps a key.
        reason = "deadline" if watch.expired else type(error).__name__
        raise NoAnswer(reason, sent=watch.connected) from None
    finally:
        watch.release()


def _read(response: requests.Response, *, sent: bool) -> str:
    body = b""
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise NoAnswer("too long", sent=sent)
    try:
        return body.decode(response.encoding or "utf-8", errors="replace")
    except (LookupError, UnicodeError):  # the peer named no charset of this world
        return body.decode(errors="replace")


class _Watch:
    """Shuts the connection of one call when its time is up."""

    def __init__(self, deadline: float) -> None:
        self._ends_at = time.monotonic() + deadline
        self.expired = False
        self.connected = False
        self._held: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(deadline, self._expire)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left(self) -> float:
        return max(0.001, self._ends_at - time.monotonic())

    def hold(self, sock: socket.socket) -> None:
        # A duplicate stays valid while TLS takes the first descriptor over.
        with self._lock:
            self._held.append(socket.socket(fileno=os.dup(sock.fileno())))
        if self.expired:
            self._shut()

    def release(self) -> None:
        self._timer.cancel()
        with self._lock:
            for sock in self._held:
                sock.close()
            self._held.clear()

    def _expire(self) -> None:
        self.expired = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            for sock in self._held:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the peer was quicker


_thread = threading.local()


def _resolve(host: str, port: int) -> list[Any]:
    """Look the name up in a thread of its own: nothing else can cut a look-up off."""
    found: queue.Queue[list[Any]] = queue.Queue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError:
            found.put([])

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return found.get(timeout=_thread.watch.left)
    except queue.Empty:
        raise ConnectionError("the name was not found in time") from None


class _Watched:
    """A connection that reports its socket to the watch of the current call."""

    sock: Any
    host: str
    port: int

    def _new_conn(self) -> socket.socket:
        watch = _thread.watch
        for family, kind, protocol, _name, address in _resolve(self.host, self.port):
            sock = socket.socket(family, kind, protocol)
            sock.settimeout(min(CONNECT_SECONDS, watch.left))
            try:
                sock.connect(address)
            except OSError:
                sock.close()
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            watch.hold(sock)
            return sock
        raise ConnectionError("nobody answers at this address")

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _thread.watch.connected = True

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # kept alive since an earlier call
            _thread.watch.hold(self.sock)
            _thread.watch.connected = True
        super().request(*args, **kwargs)  # type: ignore[misc]


class _Plain(_Watched, HTTPConnection):
    pass


class _Secure(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PlainPool,
            "https": _SecurePool,
        }


class _OldTlsAdapter(_Adapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = create_urllib3_context(ciphers=OLD_TLS)
        super().init_poolmanager(*args, ssl_context=context, **kwargs)


def _session() -> requests.Session:
    """Return this thread's session: connections are kept, never shared."""
    if not hasattr(_thread, "session"):
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", _Adapter())
        session.mount("https://", _Adapter())
        for host in settings.OLD_TLS_HOSTS:
            session.mount(f"https://{host}/", _OldTlsAdapter())
        _thread.session = session
    session = _thread.session
    session.cookies.clear()
    return session
