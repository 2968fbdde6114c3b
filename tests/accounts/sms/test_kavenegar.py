"""Kavenegar's driver against a server on this machine, byte by byte."""

import socket
import time
from urllib.parse import parse_qs

import pytest

from accounts.sms import Problem, SmsError
from accounts.sms.kavenegar import PROBLEMS, Kavenegar

KEY = "4b6559+/secret"
ENTRY = {"messageid": 8792343, "message": "کد: 123456", "status": 5, "cost": 1200}


@pytest.fixture
def kavenegar(server):
    return Kavenegar(base_url=f"{server.url}/kavenegar/", api_key=KEY)


def answer(server, code, entries=None, *, status=None):
    envelope = {"return": {"status": code, "message": "…"}, "entries": entries}
    server.says(envelope, status or code)


def send(kavenegar, deadline=5, **tokens):
    tokens = tokens or {"token": "123456"}
    return kavenegar.send("+989181234567", "reset-code", tokens, deadline=deadline)


def test_a_code_is_sent_as_the_documents_say(kavenegar, server):
    answer(server, 200, [ENTRY])
    sent = send(kavenegar, token="500000", token2="12345678901")
    assert sent.number == "8792343"
    [(path, _headers, body)] = server.asked
    assert path == "/kavenegar/v1/4b6559%2B%2Fsecret/verify/lookup.json"
    assert parse_qs(body) == {
        "receptor": ["09181234567"],
        "template": ["reset-code"],
        "token": ["500000"],
        "token2": ["12345678901"],
    }


@pytest.mark.parametrize(
    "odd", [{"status": [6]}, {"status": {}}, {"status": None}, {"messageid": "9" * 99}]
)
def test_an_odd_entry_of_a_good_answer_is_an_sms_that_went_out(kavenegar, server, odd):
    answer(server, 200, [ENTRY | odd])
    assert len(send(kavenegar).number) <= 60


# What section 4.1 of our reference says of every code.
CATEGORIES = {
    "config": [
        *(400, 401, 403, 404, 405, 406, 407, 412, 413, 414, 416, 417, 420, 422),
        *(424, 426, 427, 428, 431, 432, 501, 607),
    ],
    "temporary": [402, 409],
    "bad_number": [411],
    "credit": [418],
    "throttled": [429, 451],
    "unknown": [999],
}


def test_every_code_has_its_category():
    assert set(PROBLEMS) == {code for all_ in CATEGORIES.values() for code in all_} - {
        999
    }


@pytest.mark.parametrize(
    ("problem", "code"),
    [(problem, code) for problem, codes in CATEGORIES.items() for code in codes],
)
def test_a_code_of_the_provider_tells_what_to_do(kavenegar, server, problem, code):
    answer(server, code)
    with pytest.raises(SmsError) as refused:
        send(kavenegar)
    assert refused.value.problem == problem
    assert str(code) in str(refused.value)


@pytest.mark.parametrize(
    ("state", "problem"),
    [(6, "temporary"), (11, "temporary"), (13, "temporary"), (14, "blocked")],
)
def test_a_message_that_is_lost_at_once_is_not_sent(kavenegar, server, state, problem):
    answer(server, 200, [ENTRY | {"status": state}])
    with pytest.raises(SmsError) as refused:
        send(kavenegar)
    assert refused.value.problem == problem


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>Bad Gateway</html>",
        "[]",
        "null",
        "{}",
        '{"return": 5}',
        '{"return": {"status": "x"}}',
        '{"return": {"status": 200}}',
        '{"return": {"status": 200}, "entries": [5]}',
        '{"return": {"status": 200}, "entries": []}',
    ],
)
@pytest.mark.parametrize("status", [200, 502])
def test_what_cannot_be_read_is_unknown(kavenegar, server, body, status):
    server.body, server.status = body, status
    with pytest.raises(SmsError) as refused:
        send(kavenegar)
    assert refused.value.problem is Problem.UNKNOWN


def test_yes_inside_a_failure_is_unknown(kavenegar, server):
    answer(server, 200, [ENTRY], status=500)
    with pytest.raises(SmsError) as refused:
        send(kavenegar)
    assert refused.value.problem is Problem.UNKNOWN


def test_a_silent_provider_is_unknown_and_asked_once(kavenegar, server):
    answer(server, 200, [ENTRY])
    server.pause = 5
    started = time.monotonic()
    with pytest.raises(SmsError) as refused:
        send(kavenegar, deadline=0.2)
    assert time.monotonic() - started < 3
    assert refused.value.problem is Problem.UNKNOWN
    assert len(server.asked) == 1


def test_a_provider_that_is_not_there_got_nothing():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    nobody = Kavenegar(base_url=f"http://127.0.0.1:{port}", api_key=KEY)
    with pytest.raises(SmsError) as refused:
        send(nobody)
    assert refused.value.problem is Problem.TEMPORARY


def test_without_a_key_nobody_is_asked():
    with pytest.raises(SmsError) as refused:
        send(Kavenegar(base_url="http://127.0.0.1:9", api_key=""))
    assert refused.value.problem is Problem.CONFIG


@pytest.mark.parametrize("code", [403, 418, None])
def test_neither_key_nor_code_reaches_a_log_or_an_error(
    kavenegar, server, caplog, code
):
    caplog.set_level("INFO")
    if code:
        answer(server, code)
    else:
        server.pause = 5
    with pytest.raises(SmsError) as refused:
        send(kavenegar, deadline=0.2)
    seen = caplog.text + repr(refused.value) + str(refused.value.__cause__)
    seen += (
        str(refused.value.__context__) if not refused.value.__suppress_context__ else ""
    )
    for secret in (KEY, "4b6559", "secret", "123456"):
        assert secret not in seen
