"""Peers that drip, hang, cut off or flood do not hold a call."""

import socket
import threading
import time

import pytest

from payment_portal import outbound

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def peer():
    """Listens, and treats every connection as a test's function says."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def listen(treat):
        def run():
            while not over.is_set():
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=[connection], daemon=True).start()

        def serve(connection):
            with connection:
                try:
                    treat(connection, over)
                except OSError:
                    return  # the caller hung up, as it should

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/"

    yield listen
    over.set()
    server.close()


def drip(first):
    def treat(connection, over):
        connection.recv(65536)
        connection.sendall(first)
        while not over.wait(0.05):
            connection.sendall(b"x")

    return treat


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ],
)
def test_drip_ends_at_the_deadline(peer, first):
    before = time.monotonic()
    with pytest.raises(outbound.NoAnswer) as error:
        outbound.post_json(peer(drip(first)), {}, deadline=0.3)
    assert time.monotonic() - before < 3  # it would drip for ever
    assert error.value.reason == "deadline"
    assert error.value.sent


def test_long_body_is_cut(peer):
    def flood(connection, over):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000)

    with pytest.raises(outbound.NoAnswer) as error:
        outbound.post_json(peer(flood), {}, deadline=2)
    assert error.value.reason == "too long"


def test_nobody_there_means_nothing_was_sent():
    with pytest.raises(outbound.NoAnswer) as error:
        outbound.post_form("http://127.0.0.1:9/", {}, deadline=2)
    assert not error.value.sent


def test_error_does_not_repeat_the_address(peer):
    def hang_up(connection, over):
        connection.recv(65536)

    with pytest.raises(outbound.NoAnswer) as error:
        outbound.post_json(peer(hang_up) + "secret-key", {}, deadline=2)
    assert "secret" not in str(error.value)
    assert error.value.__suppress_context__


@pytest.mark.parametrize("charset", ["no-such-thing", "hex", "idna", "undefined"])
def test_charset_that_does_not_exist_is_no_reason_to_fail(peer, charset):
    def treat(connection, _over):
        connection.recv(65536)
        kind = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
        connection.sendall(OK.replace(b"\r\n\r\n", b"\r\n" + kind))

    assert outbound.get(peer(treat), {}, deadline=5).text == "ok"


def test_redirect_is_an_answer_and_not_followed(peer):
    def redirect(connection, over):
        connection.recv(65536)
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"
            b"Content-Length: 0\r\n\r\n"
        )

    assert outbound.post_json(peer(redirect), {}, deadline=2).status == 302


def test_look_up_that_hangs_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **more: time.sleep(3))
    before = time.monotonic()
    with pytest.raises(outbound.NoAnswer) as error:
        outbound.post_json("http://bank.example/", {}, deadline=0.3)
    assert time.monotonic() - before < 2
    assert not error.value.sent


def test_connection_is_kept_and_still_watched(peer):
    connections = []

    def once(connection, over):
        connections.append(connection)
        connection.recv(65536)
        connection.sendall(OK)
        connection.recv(65536)
        over.wait(5)  # the second question is never answered

    address = peer(once)
    assert outbound.post_json(address, {}, deadline=2).text == "ok"
    with pytest.raises(outbound.NoAnswer):
        outbound.post_json(address, {}, deadline=0.3)
    assert len(connections) == 1
