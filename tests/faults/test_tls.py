"""A bank whose certificate is wrong, expired or unknown is not spoken with."""

import http.server
import ssl
import subprocess
import threading

import pytest
import requests

from payment_portal import outbound
from payments.states import State
from tests.faults.conftest import speak_with

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@pytest.fixture
def certificate(tmp_path):
    """Make a certificate and its key in one file: certificate("DNS:bank.example")."""

    def make(name="IP:127.0.0.1", days="2"):
        request, key, made = tmp_path / "request", tmp_path / "key", tmp_path / "made"
        openssl("req", "-new", *KEY, "-keyout", key, "-out", request)
        extension = tmp_path / "extension"
        extension.write_text(f"subjectAltName={name}")
        signed = ["-signkey", key, "-days", days, "-extfile", extension]
        openssl("x509", "-req", "-in", request, *signed, "-out", made)
        both = tmp_path / f"{name} {days}.pem"
        both.write_text(key.read_text() + made.read_text())
        return both

    return make


def openssl(command, *options):
    subject = ["-subj", "/CN=bank"] if command == "req" else []
    subprocess.run(["openssl", command, *subject, *options], check=True, stderr=-3)


class Bank(http.server.BaseHTTPRequestHandler):
    """Gives everybody a token."""

    def do_POST(self):
        self.server.asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"status": 1, "token": "t0ken"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def secure_bank(settings, monkeypatch):
    """Let the portal speak with a bank that shows this certificate."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    server.asked = 0

    def show(shown, trusted, *, weak=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if weak:  # a cipher that is offered to hosts of old TLS alone
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("ECDHE-ECDSA-AES128-SHA@SECLEVEL=0")
        context.load_cert_chain(shown)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(trusted))
        speak_with(settings, f"https://127.0.0.1:{server.server_port}/sep")
        return server

    yield show
    server.shutdown()
    server.server_close()


def test_right_certificate_is_accepted(payer, secure_bank, certificate):
    right = certificate()
    secure_bank(right, trusted=right)
    assert payer.start().state == State.AT_BANK


@pytest.mark.parametrize(
    "wrong", [{"name": "DNS:bank.example"}, {"days": "-1"}, {"name": "IP:127.0.0.2"}]
)
def test_wrong_certificate_is_not_spoken_with(
    payer, secure_bank, certificate, wrong, caplog
):
    shown = certificate(**wrong)
    server = secure_bank(shown, trusted=shown)
    payment = payer.start()
    assert (payment.state, payment.unpaid_reason) == (State.UNPAID, "refused")
    assert payment.calls.get().outcome == "unknown"
    assert server.asked == 0
    assert "terminal sep spoke oddly: SSLError" in caplog.text


def test_unknown_authority_is_not_trusted(payer, secure_bank, certificate):
    shown = certificate()
    server = secure_bank(shown, trusted=certificate(days="3"))
    assert payer.start().unpaid_reason == "refused"
    assert server.asked == 0


@pytest.fixture
def old_tls(settings, monkeypatch):
    """Let a server count as one that speaks only the TLS of a generation ago."""

    def name(server):
        settings.OLD_TLS_HOSTS = [f"127.0.0.1:{server.server_port}"]
        # Connections are kept by each thread; this one begins anew.
        monkeypatch.setattr(outbound, "_thread", threading.local())

    return name


def test_host_of_old_tls_must_still_show_a_right_certificate(
    payer, secure_bank, certificate, old_tls
):
    right, other = certificate(), certificate("DNS:bank.example")
    server = secure_bank(other, trusted=right)
    old_tls(server)
    assert payer.start().state == State.UNPAID
    assert server.asked == 0


def test_host_of_old_tls_is_spoken_with(payer, certificate, secure_bank, old_tls):
    right = certificate()
    server = secure_bank(right, trusted=right, weak=True)
    assert payer.start().state == State.UNPAID
    old_tls(server)
    assert payer.start().state == State.AT_BANK
