"""SMS.ir's driver against a server on this machine, byte by byte."""

import json
import time

import pytest

from accounts.sms import Problem, SmsError
from accounts.sms.smsir import PROBLEMS, SmsIr

KEY = "smsir-secret"
SENT = {"status": 1, "message": "موفق", "data": {"messageId": 89545112, "cost": 1.0}}


@pytest.fixture
def smsir(server):
    templates = {"reset-code": "123456", "mobile-code": ""}
    return SmsIr(base_url=f"{server.url}/", api_key=KEY, templates=templates)


def send(smsir, template="reset-code", deadline=5):
    tokens = {"token": "482913", "token2": "12345678901"}
    return smsir.send("+989181234567", template, tokens, deadline=deadline)


def test_a_code_is_sent_as_the_documents_say(smsir, server):
    server.says(SENT)
    assert send(smsir).number == "89545112"
    [(path, headers, body)] = server.asked
    assert (path, headers["X-API-KEY"]) == ("/v1/send/verify", KEY)
    assert json.loads(body) == {
        "mobile": "09181234567",
        "templateId": 123456,
        "parameters": [
            {"name": "TOKEN", "value": "482913"},
            {"name": "TOKEN2", "value": "12345678901"},
        ],
    }


@pytest.mark.parametrize(("code", "problem"), PROBLEMS.items())
def test_every_known_code_says_what_to_do(smsir, server, code, problem):
    server.says({"status": code, "message": "…", "data": None}, 400)
    with pytest.raises(SmsError) as refused:
        send(smsir)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"status": 999}, 400),
        (SENT, 500),
        ({"status": 1, "data": None}, 200),
        ([], 200),
        ("no object", 502),
    ],
)
def test_anything_else_may_have_gone_out(smsir, server, content, status):
    server.says(content, status)
    with pytest.raises(SmsError) as refused:
        send(smsir)
    assert refused.value.problem is Problem.UNKNOWN


def test_a_silent_provider_is_unknown_and_asked_once(smsir, server):
    server.pause = 5
    started = time.monotonic()
    with pytest.raises(SmsError) as refused:
        send(smsir, deadline=0.2)
    assert time.monotonic() - started < 3
    assert refused.value.problem is Problem.UNKNOWN
    assert len(server.asked) == 1
    assert KEY not in repr(refused.value)


@pytest.mark.parametrize("template", ["mobile-code", "payment-paid"])
def test_without_the_number_of_a_template_nobody_is_asked(smsir, server, template):
    with pytest.raises(SmsError) as refused:
        send(smsir, template)
    assert refused.value.problem is Problem.CONFIG
    assert server.asked == []
