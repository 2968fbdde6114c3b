"""Breakdowns on order, before or after the work."""

import time

import pytest
import requests

from tests.patience import until


@pytest.fixture
def receipt(sandbox):
    return sandbox.pay(sandbox.token(2_500_000, "7")).fields["RefNum"]


def ask(sandbox, receipt, timeout=10):
    return sandbox.http.post(
        f"{sandbox.sep_url}/verifyTxnRandomSessionkey/ipg/VerifyTransaction",
        json={"RefNum": receipt, "TerminalNumber": 2015},
        timeout=timeout,
        allow_redirects=False,
    )


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("http500", 500, "text/html"),
        ("http503", 503, "text/html"),
        ("html", 200, "text/html"),
        ("garbage", 200, "application/json"),
        ("empty", 200, "application/json"),
        ("huge", 200, "application/json"),
        ("redirect", 302, "text/html"),
    ],
)
@pytest.mark.parametrize("phase", ["before", "after"])
def test_answers_that_say_nothing(sandbox, receipt, fault, status, kind, phase):
    sandbox.fault("verify", fault, phase)
    answer = ask(sandbox, receipt)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(kind)
    if fault != "huge":
        with pytest.raises(ValueError, match="Expecting|Unterminated"):
            answer.json()
    done = {"before": "paid", "after": "verified"}[phase]
    assert sandbox.transaction("7")["state"] == done


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("fault", ["reset", "hang", "half"])
def test_connections_that_break(sandbox, receipt, fault, phase):
    sandbox.fault("verify", fault, phase, seconds=0.2)
    with pytest.raises(
        (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        ask(sandbox, receipt)
    done = {"before": "paid", "after": "verified"}[phase]
    assert sandbox.transaction("7")["state"] == done
    assert ask(sandbox, receipt).ok


def test_hanging_call_outlives_its_caller(sandbox, receipt):
    sandbox.fault("verify", "hang", "after", seconds=2)
    with pytest.raises(requests.ReadTimeout):
        ask(sandbox, receipt, timeout=0.3)
    until(lambda: sandbox.transaction("7")["state"] == "verified")


@pytest.mark.parametrize("fault", ["slow", "drip"])
def test_late_answers_are_true(sandbox, receipt, fault):
    sandbox.fault("verify", fault, seconds=0.4)
    start = time.monotonic()
    assert ask(sandbox, receipt).json()["ResultCode"] == 0
    assert time.monotonic() - start >= 0.4


def test_wrong_amount_and_wrong_type(sandbox, receipt):
    sandbox.fault("verify", "wrong_amount", code="77")
    assert ask(sandbox, receipt).json()["TransactionDetail"]["OrginalAmount"] == 77
    sandbox.fault("verify", "wrong_type")
    assert ask(sandbox, receipt).headers["Content-Type"] == "text/plain"


def test_fault_lasts_as_often_as_ordered(sandbox, receipt):
    sandbox.fault("verify", "http500", times=2)
    sandbox.fault("verify", "http503")
    statuses = [ask(sandbox, receipt).status_code for _ in range(4)]
    assert statuses == [500, 500, 503, 200]


def test_bank_refuses_in_its_own_words(sandbox, receipt):
    sandbox.fault("verify", "refuse", code="-106")
    assert sandbox.verify(receipt)["ResultCode"] == -106
    sandbox.verify(receipt)
    sandbox.fault("reverse", "refuse", code="-104")
    assert sandbox.reverse(receipt)["ResultCode"] == -104
    sandbox.fault("token", "refuse", code="8")
    assert sandbox.ask_token(Amount=1000, ResNum="8")["errorCode"] == "8"


def test_lost_token_answer_leaves_an_order_at_the_bank(sandbox):
    sandbox.fault("token", "http500", "after")
    with pytest.raises(requests.HTTPError):
        sandbox.token(order_number="8")
    assert sandbox.transaction("8")["state"] == "created"


def test_unknown_faults_are_refused(sandbox):
    with pytest.raises(requests.HTTPError):
        sandbox.fault("verify", "flood")
    with pytest.raises(requests.HTTPError):
        sandbox.fault("coffee", "http500")


def test_front_page_orders_faults_too(sandbox, receipt):
    form = {"operation": "verify", "fault": "http503", "phase": "before"}
    front = sandbox.http.post(
        f"{sandbox.url}/faults.json",
        data=form | {"times": "1", "seconds": "30", "code": ""},
    )
    assert "verify: http503" in front.text
    assert ask(sandbox, receipt).status_code == 503


def test_faults_know_which_operations_a_bank_has(sandbox):
    sandbox.fault("settle", "http500", psp="mellat")
    for psp, operation in (("sep", "settle"), ("no-bank", "verify")):
        with pytest.raises(requests.HTTPError):
            sandbox.fault(operation, "http500", psp=psp)


def test_front_page_chooses_faults_and_rules_of_a_bank(sandbox, receipt):
    fault = {"psp": "sep", "operation": "verify", "fault": "wrong_amount"}
    url = f"{sandbox.url}/faults.json"
    front = sandbox.http.post(url, data=fault | {"times": "2", "phase": "after"})
    assert "سپ)، تأیید: مبلغ دیگر، پس از انجام کار، ۲ بار" in front.text
    rules = {"psp": "sep", "repeat_verify": "0", "repeat_detail": "False"}
    assert sandbox.http.post(f"{sandbox.url}/rules.json", data=rules).ok
    assert ask(sandbox, receipt).json()["TransactionDetail"]["OrginalAmount"] == 1000
    assert ask(sandbox, receipt).json()["ResultCode"] == 0


def test_unknown_rules_are_refused(sandbox):
    with pytest.raises(requests.HTTPError):
        sandbox.rules(psp="sep", unsettled="kept")
    with pytest.raises(requests.HTTPError):
        sandbox.rules(psp="no-bank", other_method=True)
