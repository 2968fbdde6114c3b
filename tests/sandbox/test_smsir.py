"""SMS.ir's verify and what reaches the phone."""

import pytest

from script.processes import demo_secrets

MOBILE = "09181234567"
NUMBERS = dict(pair.split("=") for pair in demo_secrets()["SMSIR_TEMPLATES"].split(","))
VALUES = [
    {"name": "TOKEN", "value": "482913"},
    {"name": "TOKEN2", "value": "10000000001"},
    {"name": "TOKEN3", "value": "12345678901"},
    {"name": "TOKEN20", "value": "شهریه نیمسال اول"},
]


def verify(sandbox, key="sandbox", **changes):
    body = {"mobile": MOBILE, "templateId": 1, "parameters": VALUES} | changes
    url = f"{sandbox.url}/smsir/v1/send/verify"
    return sandbox.http.post(url, json=body, headers={"X-API-KEY": key})


def test_every_text_of_the_portal_has_its_number(sandbox):
    for number in NUMBERS.values():
        assert verify(sandbox, templateId=int(number)).json()["status"] == 1
    received = [message["template"] for message in sandbox.messages(MOBILE)]
    assert sorted(received) == sorted(NUMBERS)


@pytest.mark.parametrize(
    ("changes", "status", "http"),
    [
        ({"key": "another"}, 10, 401),
        ({"mobile": "0918"}, 104, 400),
        ({"templateId": 99}, 113, 400),
        ({"parameters": [{"name": "TOKEN", "value": "x" * 26}]}, 114, 400),
        ({"parameters": [{"name": "", "value": "1"}]}, 116, 400),
    ],
)
def test_what_the_provider_refuses(sandbox, changes, status, http):
    answer = verify(sandbox, **changes)
    assert (answer.json()["status"], answer.status_code) == (status, http)
    assert sandbox.messages(MOBILE) == []
