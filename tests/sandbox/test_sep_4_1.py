"""SEP's generation 4.1: a short way back, and a receipt to be asked for."""

import pytest

TERMINAL = {"TerminalId": "2041"}


@pytest.fixture
def token(sandbox):
    return sandbox.token(2_500_000, "7", **TERMINAL)


def receipt(sandbox, terminal=2041, **known):
    path = "/sep/verifyTxnRandomSessionkey/api/v2/ipg/payment/receipt"
    return sandbox.post(path, TerminalNumber=terminal, **known)


def error(answer):
    assert answer["HasError"] is (answer["ErrorCode"] != 0)
    assert (answer["Data"] is None) is answer["HasError"]
    return answer["ErrorCode"]


def test_payer_comes_back_by_get_with_two_fields(sandbox, token):
    back = sandbox.pay(token)
    assert back.method == "GET"
    assert back.fields == {
        "Token": token,
        "RefNum": sandbox.transaction("7")["refnum"],
    }


def test_payer_may_come_back_by_post_too(sandbox, token):
    sandbox.rules(psp="sep", other_method=True)
    assert sandbox.pay(token).method == "POST"


@pytest.mark.parametrize("by", ["Token", "RefNum"])
def test_receipt_tells_everything_before_verify(sandbox, token, by):
    fields = sandbox.pay(token).fields
    row = sandbox.transaction("7")
    answer = receipt(sandbox, **{by: fields[by]})
    assert answer["Data"] == {
        "State": "OK",
        "Status": 2,
        "TerminalId": 2041,
        "Token": token,
        "RefNum": row["refnum"],
        "ResNum": "7",
        "TraceNo": row["trace"],
        "Amount": 2_500_000,
        "AffectiveAmount": 2_500_000,
        "Rrn": row["rrn"],
        "HashedCardNumber": answer["Data"]["HashedCardNumber"],
    }
    assert error(answer) == 0
    assert sandbox.verify(fields["RefNum"], 2041)["ResultCode"] == 0
    assert error(receipt(sandbox, Token=token)) == 404


def test_receipt_finds_a_return_that_was_lost(sandbox, token):
    assert sandbox.pay(token, "close") is None
    assert receipt(sandbox, Token=token)["Data"]["State"] == "OK"
    assert sandbox.transaction("7")["inquire_calls"] == 1


@pytest.mark.parametrize(
    ("action", "state", "status"),
    [("cancel", "CanceledByUser", 1), ("wrong_pin", "Failed", 3)],
)
def test_receipt_of_an_unpaid_ending_names_no_order(
    sandbox, token, action, state, status
):
    assert sandbox.pay(token, action).fields == {"Token": token, "RefNum": ""}
    data = receipt(sandbox, Token=token)["Data"]
    assert (data["State"], data["Status"], data["Amount"]) == (state, status, 0)
    assert data["RefNum"] is data["ResNum"] is None


def test_receipt_can_be_read_for_an_hour(sandbox, token):
    sandbox.pay(token, "cancel")
    sandbox.advance(59 * 60)
    assert error(receipt(sandbox, Token=token)) == 0
    sandbox.advance(60)
    assert error(receipt(sandbox, Token=token)) == 404


def test_strangers_are_told(sandbox, token):
    assert error(receipt(sandbox, Token=token)) == 404  # the payer has not come
    assert error(receipt(sandbox, Token="other")) == 404
    assert error(receipt(sandbox)) == 404
    assert error(receipt(sandbox, terminal=2014, Token=token)) == 12
    assert error(receipt(sandbox, terminal=2099, Token=token)) == 20
    sandbox.rules(psp="sep", registered_server="10.0.0.1")
    assert error(receipt(sandbox, Token=token)) == 8


def test_terminal_of_the_older_generation_has_no_receipt_call(sandbox):
    url = f"{sandbox.sep_url}/verifyTxnRandomSessionkey/api/v2/ipg/payment/receipt"
    answer = sandbox.http.post(url, json={"TerminalNumber": 2015, "Token": "a"})
    assert answer.status_code == 501
    assert answer.json()["error"].startswith("sandbox:")


def test_alterations_know_the_names_of_the_bank(sandbox, token):
    sandbox.pay(token)
    told = {}
    for fact, name in (
        ("amount", "Amount"),
        ("order", "ResNum"),
        ("receipt", "RefNum"),
        ("terminal", "TerminalId"),
    ):
        sandbox.fault("inquire", f"wrong_{fact}", psp="sep", code="123")
        told[fact] = receipt(sandbox, Token=token)["Data"][name]
    assert told == {"amount": 123, "order": "123", "receipt": "123", "terminal": 123}
