"""Passwords that stand in the operator's list of leaked ones."""

from hashlib import sha1

import pytest

from accounts.forms import weakness
from accounts.models import User
from tests.accounts.conftest import sign_up, text

LEAKED = [f"leaked sentence {number}" for number in range(200)]
TOLD = "در فهرست رمزهای لورفته است"


def hashed(password):
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture(params=["{}:12\n", "{}\r\n", "{}:123456789\n"])
def listed(request, tmp_path, settings):
    """The list in each spelling; what is in it."""
    path = tmp_path / "pwned"
    lines = sorted(map(hashed, LEAKED))
    path.write_bytes("".join(map(request.param.format, lines)).encode())
    settings.LEAKED_PASSWORDS = str(path)
    return path


def test_every_line_of_the_list_is_found_and_nothing_else(listed):
    assert all(TOLD in weakness(password, User()) for password in LEAKED)
    others = [f"unknown sentence {number}" for number in range(200)]
    assert not any(weakness(password, User()) for password in others)
    listed.write_text("")
    assert not weakness(LEAKED[0], User())


def test_nobody_signs_up_with_a_leaked_password(listed, browser, phone):
    assert TOLD in text(sign_up(browser, password=LEAKED[7]))
    assert phone.messages == []
    assert sign_up(browser, password="unknown sentence").status_code == 302


def test_a_list_that_is_gone_keeps_nobody_out(settings, caplog, tmp_path):
    settings.LEAKED_PASSWORDS = str(tmp_path / "nowhere")
    assert not weakness(LEAKED[0], User())
    assert "FileNotFoundError" in caplog.text
