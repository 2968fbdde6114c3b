"""AsanPardakht as its manual tells it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.payer import WayBack

HEADERS = {"usr": "sandbox", "pwd": "sandbox-only"}


def local_date(**ago):
    moment = datetime.now(ZoneInfo("Asia/Tehran")) - timedelta(**ago)
    return f"{moment:%Y%m%d %H%M%S}"


class Merchant:
    """The merchant's server, and its page that leads to the bank."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.url = sandbox.bank_url("asanpardakht")

    def ask(self, operation, headers=HEADERS, **fields):
        body = {"merchantConfigurationId": 1234} | fields
        url = f"{self.url}/v1/{operation}"
        return self.sandbox.http.post(url, json=body, headers=headers)

    def token(self, **changes):
        asked = {
            "serviceTypeId": 1,
            "localInvoiceId": 7,
            "amountInRials": 2_500_000,
            "localDate": local_date(),
            "additionalData": "",
            "callbackURL": f"{self.sandbox.merchant}/bank/key/",
            "paymentId": "0",
        }
        return self.ask("Token", **(asked | changes))

    def pay(self, action="success", **changes):
        """Go to the bank and come back: url, method, fields."""
        token = self.token(**changes).json()
        handover = WayBack(f"{self.url}/page", "POST", {"RefId": token})
        return self.sandbox.pay_at(handover, action)

    def result(self, invoice="7", headers=HEADERS):
        query = {"merchantConfigurationId": "1234", "localInvoiceId": invoice}
        url = f"{self.url}/v1/TranResult"
        return self.sandbox.http.get(url, params=query, headers=headers)

    def about(self, operation, receipt):
        answer = self.ask(operation, payGateTranId=int(receipt))
        assert answer.text == "" or answer.status_code != 200
        return answer.status_code


@pytest.fixture
def merchant(sandbox):
    return Merchant(sandbox)


@pytest.fixture
def receipt(merchant):
    merchant.pay()
    return merchant.result().json()["payGateTranID"]


def row(sandbox):
    return sandbox.transaction("7")


def test_payer_brings_nothing_and_the_result_tells_everything(sandbox, merchant):
    assert merchant.result().status_code == 472
    back = merchant.pay(paymentId="123456789012345")
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    assert back.fields == {}
    known, told = row(sandbox), merchant.result().json()
    assert (
        told
        | {
            "cardNumber": "621986XXXXXX0082",
            "rrn": known["rrn"],
            "refID": known["token"],
            "amount": "2500000",
            "payGateTranID": known["refnum"],
            "salesOrderID": "7",
        }
        == told
    )
    assert known["deposit_identifier"] == "123456789012345"


def test_token_is_a_bare_text(merchant):
    answer = merchant.token()
    assert answer.text == f'"{answer.json()}"'


def test_old_terminals_bring_fields_and_by_the_other_method(sandbox, merchant):
    sandbox.rules(psp="asanpardakht", old_fields=True, other_method=True)
    back = merchant.pay()
    assert back.method == "GET"
    assert back.fields["PaygateTranId"] == row(sandbox)["refnum"]


@pytest.mark.parametrize("action", ["cancel", "wrong_pin", "low_balance", "timeout"])
def test_unpaid_endings_have_no_result(merchant, action):
    assert merchant.pay(action).fields == {}
    assert merchant.result().status_code == 472


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"headers": {"usr": "sandbox"}}, 401),
        ({"headers": HEADERS | {"pwd": "other"}}, 473),
        ({"merchantConfigurationId": 1}, 473),
        ({"merchantConfigurationId": 9999}, 490),
        ({"serviceTypeId": 2}, 479),
        ({"amountInRials": "much"}, 476),
        ({"amountInRials": 10}, 486),
        ({"localDate": "20261122"}, 477),
        ({"localDate": "2026-11-22 1015"}, 478),
        ({"localDate": local_date(days=2)}, 485),
        ({"paymentId": "abc"}, 494),
        ({"callbackURL": "http://127.0.0.1:8000/bank/"}, 488),
        ({"settlementPortions": [{"iban": "IR1"}]}, 501),
    ],
)
def test_wrong_requests_are_refused(sandbox, merchant, wrong, status):
    assert merchant.token(**wrong).status_code == status
    assert sandbox.ledger() == []


def test_invoice_is_used_once(merchant):
    assert merchant.token().status_code == 200
    assert merchant.token(amountInRials=10_000).status_code == 489


def test_another_server_is_told_its_address(sandbox, merchant, receipt):
    sandbox.rules(psp="asanpardakht", registered_server="10.0.0.1")
    answer = merchant.token(localInvoiceId=8)
    assert (answer.status_code, "127.0.0.1" in answer.text) == (474, True)
    assert merchant.result().status_code == 471
    assert merchant.about("Verify", receipt) == 477


def test_page_takes_a_token_once(merchant):
    token = merchant.token().json()
    handover = WayBack(f"{merchant.url}/page", "POST", {"RefId": token})
    merchant.sandbox.pay_at(handover, "cancel")
    with pytest.raises(requests.HTTPError):
        merchant.sandbox.pay_at(handover)


def test_verify_and_settle_have_their_own_statuses(sandbox, merchant, receipt):
    assert merchant.about("Settlement", receipt) == 473
    assert merchant.about("Verify", int(receipt) + 1) == 471
    assert merchant.about("Verify", receipt) == 200
    assert merchant.about("Verify", receipt) == 472
    assert row(sandbox)["state"] == "verified"
    assert merchant.about("Settlement", receipt) == 200
    assert merchant.about("Settlement", receipt) == 474
    assert row(sandbox)["state"] == "settled"


def test_reverse_is_before_and_cancel_after_the_verification(
    sandbox, merchant, receipt
):
    merchant.about("Verify", receipt)
    assert merchant.about("Reverse", receipt) == 472
    assert merchant.about("Cancel", receipt) == 200
    assert merchant.about("Reverse", receipt) == 473
    assert merchant.about("Cancel", receipt) == 501
    assert row(sandbox)["state"] == "reversed"
    assert merchant.result().status_code == 472


def test_unverified_money_is_reversed_at_once(sandbox, merchant, receipt):
    assert merchant.about("Reverse", receipt) == 200
    assert merchant.about("Reverse", receipt) == 473
    assert merchant.about("Verify", receipt) == 474
    assert row(sandbox)["state"] == "reversed"


def test_cancelling_is_possible_for_three_hours(sandbox, merchant, receipt):
    merchant.about("Verify", receipt)
    sandbox.advance(3 * 60 * 60)
    assert merchant.about("Cancel", receipt) == 501


def test_unverified_money_goes_back_after_thirty_minutes(sandbox, merchant, receipt):
    sandbox.advance(30 * 60 - 5)
    assert row(sandbox)["state"] == "paid"
    sandbox.advance(6)
    assert row(sandbox)["state"] == "auto_returned"
    assert merchant.about("Verify", receipt) == 474
    assert merchant.result().status_code == 472
    sandbox.rules(psp="asanpardakht", result_of_returned=True)
    assert merchant.result().status_code == 200


def test_result_can_be_read_for_an_hour(sandbox, merchant, receipt):
    merchant.about("Verify", receipt)
    sandbox.advance(50 * 60)
    assert merchant.result().status_code == 200
    sandbox.advance(10 * 60)
    assert merchant.result().status_code == 472


def test_unsettled_money_is_settled_after_twelve_hours(sandbox, merchant, receipt):
    merchant.about("Verify", receipt)
    sandbox.advance(12 * 60 * 60)
    assert row(sandbox)["state"] == "settled"


def test_time_is_tehrans(merchant):
    answer = merchant.sandbox.http.get(f"{merchant.url}/v1/Time")
    assert answer.json()[:8] in {local_date()[:8], local_date(minutes=1)[:8]}
