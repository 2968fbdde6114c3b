"""SEP's token request: what a bank checks before a payer may come."""

from concurrent.futures import ThreadPoolExecutor

import pytest

GOOD = {"Amount": 2_500_000, "ResNum": "140407010001"}


def refused(sandbox, **fields):
    answer = sandbox.ask_token(**(GOOD | fields))
    assert answer["status"] == -1
    assert "token" not in answer
    return answer["errorCode"]


def test_good_request_gets_a_token(sandbox):
    answer = sandbox.ask_token(**GOOD)
    assert answer == {"status": 1, "token": sandbox.ledger()[0]["token"]}
    assert sandbox.transaction("140407010001")["state"] == "created"


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "pay"},
        {"action": None},
        {"Amount": 0},
        {"Amount": -5},
        {"Amount": 10.5},
        {"Amount": "ten"},
        {"Amount": True},
        {"Amount": None},
        {"ResNum": ""},
        {"ResNum": "9" * 51},
        {"RedirectUrl": "/relative/"},
        {"RedirectUrl": "javascript:alert(1)"},
        {"RedirectUrl": "http://localhost/" + "a" * 2083},
        {"TerminalId": ""},
        {"TerminalId": None},
        {"TokenExpiryInMin": 3601},
        {"TokenExpiryInMin": "soon"},
    ],
)
def test_malformed_request_is_refused(sandbox, wrong):
    assert refused(sandbox, **wrong) == "5"
    assert sandbox.ledger() == []


def test_unknown_and_closed_terminals_are_refused(sandbox):
    assert refused(sandbox, TerminalId="2014") == "12"
    assert refused(sandbox, TerminalId="2099") == "20"


def test_terminal_may_be_a_number_and_action_in_capitals(sandbox):
    assert sandbox.ask_token(**GOOD, TerminalId=2015, action="Token")["status"] == 1


def test_order_number_is_used_once_for_ever(sandbox):
    sandbox.ask_token(**GOOD)
    assert refused(sandbox) == "5"
    assert refused(sandbox, Amount=999) == "5"
    sandbox.advance(30 * 24 * 60 * 60)
    assert refused(sandbox) == "5"


def test_order_number_is_used_once_by_simultaneous_requests(sandbox):
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(sandbox.ask_token, **GOOD) for _ in range(24)]
        answers = [future.result()["status"] for future in asked]
    assert sorted(answers) == [-1] * 23 + [1]


def test_what_is_not_played_is_refused_aloud(sandbox):
    answer = sandbox.ask_token(**GOOD, TranType="Government")
    assert answer["errorCode"] == "5"
    assert answer["errorDesc"].startswith("sandbox:")


def test_other_bodies_are_refused(sandbox):
    url = f"{sandbox.sep_url}/onlinepg/onlinepg"
    for body in (b"", b"{", b"[]", b"\xff"):
        headers = {"Content-Type": "application/json"}
        answer = sandbox.http.post(url, data=body, headers=headers).json()
        assert answer["errorCode"] == "5"


def test_life_of_a_token_is_at_least_twenty_minutes(sandbox):
    for order_number, asked, lives in (("1", 1, 20), ("2", 20, 20), ("3", 45, 45)):
        token = sandbox.token(order_number=order_number, TokenExpiryInMin=asked)
        assert token
        sandbox.advance(lives * 60 - 5)
        assert sandbox.transaction(order_number)["state"] == "created"
        sandbox.advance(6)
        assert sandbox.transaction(order_number)["state"] == "expired"
