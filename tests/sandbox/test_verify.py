"""Verifying and reversing, and what happens when nobody does."""

from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def receipt(sandbox):
    return sandbox.pay(sandbox.token(2_500_000, "7")).fields["RefNum"]


def code(answer):
    assert answer["Success"] is (answer["ResultCode"] == 0)
    return answer["ResultCode"]


def test_first_verify_tells_everything(sandbox, receipt):
    answer = sandbox.verify(receipt)
    row = sandbox.transaction("7")
    detail = answer["TransactionDetail"]
    assert detail == {
        "RRN": row["rrn"],
        "RefNum": receipt,
        "MaskedPan": "621986****0082",
        "HashedPan": detail["HashedPan"],
        "TerminalNumber": 2015,
        "OrginalAmount": 2_500_000,
        "AffectiveAmount": 2_500_000,
        "StraceDate": detail["StraceDate"],
        "StraceNo": row["trace"],
    }
    assert code(answer) == 0
    assert row["state"] == "verified"


def test_second_verify_is_told_apart_or_not(sandbox, receipt):
    sandbox.verify(receipt)
    again = sandbox.verify(receipt)
    assert code(again) == 2
    assert again["TransactionDetail"]["OrginalAmount"] == 2_500_000
    sandbox.rules(repeat_detail=False)
    assert sandbox.verify(receipt)["TransactionDetail"] is None
    sandbox.rules(repeat_verify=0)
    assert code(sandbox.verify(receipt)) == 0
    assert sandbox.transaction("7")["verify_calls"] == 4


def test_late_repeat_may_be_refused(sandbox, receipt):
    sandbox.verify(receipt)
    sandbox.rules(late_repeat_verify=-6)
    assert code(sandbox.verify(receipt)) == 2
    sandbox.advance(31 * 60)
    assert code(sandbox.verify(receipt)) == -6
    assert sandbox.transaction("7")["state"] == "verified"


def test_one_of_many_simultaneous_verifies_is_the_first(sandbox, receipt):
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(sandbox.verify, receipt) for _ in range(24)]
        codes = sorted(code(future.result()) for future in asked)
    assert codes == [0] + [2] * 23
    assert sandbox.transaction("7")["verify_calls"] == 24


def test_unverified_money_goes_back_after_thirty_minutes(sandbox, receipt):
    sandbox.advance(30 * 60 - 5)
    assert sandbox.transaction("7")["state"] == "paid"
    sandbox.advance(6)
    assert sandbox.transaction("7")["state"] == "auto_returned"
    answer = sandbox.verify(receipt)
    assert (code(answer), answer["TransactionDetail"]) == (-6, None)
    assert code(sandbox.reverse(receipt)) == -6


@pytest.mark.parametrize("operation", ["verify", "reverse"])
def test_strangers_are_told(sandbox, receipt, operation):
    ask = getattr(sandbox, operation)
    assert code(ask("no-such-receipt")) == -2
    assert code(ask(receipt.swapcase())) == -2
    assert code(ask(receipt, terminal=2014)) == -105
    assert code(ask(receipt, terminal=2099)) == -104
    assert code(ask("")) == -100
    assert ask("no-such-receipt")["TransactionDetail"] is None


def test_reverse_after_verify(sandbox, receipt):
    sandbox.verify(receipt)
    assert code(sandbox.reverse(receipt)) == 0
    assert sandbox.transaction("7")["state"] == "reversed"
    assert code(sandbox.reverse(receipt)) == 5
    assert code(sandbox.verify(receipt)) == 5


def test_reverse_before_verify_is_refused(sandbox, receipt):
    assert code(sandbox.reverse(receipt)) == -112
    assert sandbox.transaction("7")["state"] == "paid"


def test_reverse_is_possible_for_fifty_minutes(sandbox, receipt):
    sandbox.verify(receipt)
    sandbox.advance(50 * 60)
    assert code(sandbox.reverse(receipt)) == -6
    assert sandbox.transaction("7")["state"] == "verified"
