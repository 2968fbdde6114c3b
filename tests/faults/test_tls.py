"""A bank whose certificate is wrong, expired or unknown is not spoken with."""

import http.server
import ssl
import subprocess
import threading

import pytest
import requests

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

    def show(shown, trusted):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
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
