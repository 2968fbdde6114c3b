"""The copy of a call that is kept for the record, whatever the bank answers."""

import pytest

from payment_portal import outbound
from payment_portal.outbound import Answer
from payments.line import RecordedLine


def kept(monkeypatch, text):
    """What is kept of an answer."""
    monkeypatch.setattr(outbound, "post_json", lambda *a, **k: Answer(200, text, {}))
    line = RecordedLine(1, frozenset({"token", "return"}))
    line.post_json("https://bank.example/", {})
    return line.answer


@pytest.mark.parametrize(
    "text",
    [
        '{"status": 1, "Token": "SECRET"}',
        '{"status": 1, "token": "SECRET"',
        '{"status": 1, "token": "SECRET',
        '{"status": 1, "token" : 7777777',
        '\ufeff{"status": 1, "token": "a\\"SECRET"}',
        '<html><body>{"token":"SECRET"}</body></html>',
        "<r><token>SECRET</token></r>",
        "<r><n:Token a='b'><![CDATA[SECRET]]></n:Token></r>",
        "<return>SECRET",
        "<return><![CDATA[SECR",
        '"SECRET"',
        "SECRET",
        '\ufeff"SECRET"\r\n',
        '"SECR',
    ],
)
def test_secret_of_a_broken_answer_is_not_kept(monkeypatch, text):
    answer = kept(monkeypatch, text)
    assert "SECR" not in answer
    assert "7777777" not in answer
    assert "***" in answer


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ('{"status": 1, "note": "\\ud800"}', '{"status": 1, "note": "?"}'),
        ('{"status": 1, "note": "\\u0000"}', '{"status": 1, "note": "\\u0000"}'),
        ("<h1>502\0</h1>", "<h1>502?</h1>"),
    ],
)
def test_copy_of_any_answer_can_be_stored(monkeypatch, text, copy):
    assert kept(monkeypatch, text) == f"200 {copy}"


@pytest.mark.parametrize(
    "text",
    [
        "474 your address is 198.51.100.7",
        "-22",
        "<h1>502 Bad Gateway</h1>",
        '{"status": 1, "errorDesc": "wrong token"',
    ],
)
def test_what_is_no_secret_is_kept(monkeypatch, text):
    assert kept(monkeypatch, text) == f"200 {text}"
