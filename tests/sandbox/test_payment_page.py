"""The bank's hosted page, from the merchant's site and back to it."""

import re

import pytest

from tests.payer import CARD, LastForm, Payer

MOBILE = "09181234567"


@pytest.fixture
def payer(sandbox):
    return Payer(sandbox)


def go(sandbox, token, referer):
    headers = {"Referer": referer} if referer else {}
    return sandbox.http.post(
        f"{sandbox.sep_url}/OnlinePG/OnlinePG", data={"Token": token}, headers=headers
    )


def test_success_returns_every_field(sandbox):
    token = sandbox.token(2_500_000, "140407010001")
    back = sandbox.pay(token)
    assert (back.url, back.method) == ("http://localhost:8000/bank/key/", "POST")
    row = sandbox.transaction("140407010001")
    assert row["state"] == "paid"
    assert back.fields == {
        "MID": "2015",
        "TerminalId": "2015",
        "State": "OK",
        "Status": "2",
        "RRN": row["rrn"],
        "RefNum": row["refnum"],
        "ResNum": "140407010001",
        "TraceNo": row["trace"],
        "Amount": "2500000",
        "Wage": "",
        "AffectiveAmount": "2500000",
        "SecurePan": "621986****0082",
        "HashedCardNumber": back.fields["HashedCardNumber"],
        "Token": token,
    }
    assert len(back.fields["HashedCardNumber"]) == 64
    assert {"/", "+"} <= set(row["refnum"])
    assert len(row["refnum"]) <= 50


@pytest.mark.parametrize(
    ("action", "state", "status", "in_the_ledger"),
    [
        ("cancel", "CanceledByUser", "1", "cancelled"),
        ("wrong_pin", "Failed", "3", "failed"),
        ("low_balance", "Failed", "3", "failed"),
        ("timeout", "SessionIsNull", "4", "expired"),
    ],
)
def test_unpaid_endings_return_without_a_receipt(
    sandbox, action, state, status, in_the_ledger
):
    back = sandbox.pay(sandbox.token(order_number="7"), action)
    assert (back.fields["State"], back.fields["Status"]) == (state, status)
    assert (back.fields["RefNum"], back.fields["ResNum"]) == ("", "7")
    assert sandbox.transaction("7")["state"] == in_the_ledger


def test_closed_page_took_the_money_and_leads_nowhere(sandbox):
    assert sandbox.pay(sandbox.token(order_number="7"), "close") is None
    assert sandbox.transaction("7")["state"] == "paid"


@pytest.mark.parametrize("habit", ["twice", "late"])
def test_slow_and_repeated_returns_carry_the_receipt(sandbox, habit):
    back = sandbox.pay(sandbox.token(order_number="7"), habit)
    assert back.fields["RefNum"] == sandbox.transaction("7")["refnum"]


def test_return_by_get_when_the_merchant_asks_for_it(sandbox):
    page = sandbox.http.post(
        f"{sandbox.sep_url}/OnlinePG/OnlinePG",
        data={"Token": sandbox.token(), "GetMethod": "true"},
        headers={"Referer": sandbox.merchant},
    )
    page = sandbox.http.post(page.url, data={"action": "cancel"})
    assert LastForm(page.text).found.method == "GET"


@pytest.mark.parametrize("referer", [None, "http://127.0.0.1:8000/", "http://evil.ir/"])
def test_payer_from_elsewhere_is_turned_away(sandbox, referer):
    token = sandbox.token(order_number="7")
    assert go(sandbox, token, referer).status_code == 403
    assert sandbox.transaction("7")["state"] == "created"


def test_token_opens_the_page_once(sandbox, payer):
    token = sandbox.token()
    payer.enter(token)
    assert go(sandbox, token, "http://localhost:8000/").status_code == 403


def test_wrong_missing_and_old_tokens_are_turned_away(sandbox):
    old = sandbox.token()
    sandbox.advance(20 * 60 + 1)
    for token in ("", "wrong", old):
        assert go(sandbox, token, "http://localhost:8000/").status_code == 403


def test_token_in_the_address_works_too(sandbox):
    page = sandbox.http.get(
        f"{sandbox.sep_url}/OnlinePG/SendToken",
        params={"token": sandbox.token(order_number="7")},
        headers={"Referer": "http://localhost:8000/"},
    )
    assert page.ok
    assert sandbox.transaction("7")["state"] == "entered"


def test_no_page_sets_a_cookie(sandbox, payer):
    page = payer.enter(sandbox.token())
    payer.http.post(page.url, data={"action": "cancel"})
    for path in ("", "phone/", f"phone/?number={MOBILE}", "mail/", "ledger/"):
        assert payer.http.get(f"{sandbox.url}/{path}").ok
    assert not payer.http.cookies


def test_money_needs_the_password_from_the_phone(sandbox, payer):
    page = payer.enter(sandbox.token(1_200_000, "7"))
    data = CARD | {"action": "success"}
    assert "رمز پویا را وارد کنید" in payer.http.post(page.url, data=data).text
    asked = payer.http.post(page.url, data=data | {"otp": "1234567"}).text
    assert "نخست با دکمه" in asked
    password = payer.one_time_password(page.url)
    assert "1,200,000" in sandbox.phone(MOBILE)
    persian = password.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    payer.http.post(page.url, data=data | {"otp": persian})
    assert sandbox.transaction("7")["state"] == "paid"


def test_third_wrong_password_ends_in_failure(sandbox, payer):
    page = payer.enter(sandbox.token(order_number="7"))
    payer.one_time_password(page.url)
    wrong = CARD | {"action": "success", "otp": "00000"}
    assert "رمز پویا نادرست است" in payer.http.post(page.url, data=wrong).text
    payer.http.post(page.url, data=wrong)
    assert sandbox.transaction("7")["state"] == "entered"
    back = LastForm(payer.http.post(page.url, data=wrong).text).found
    assert back.fields["State"] == "Failed"
    assert sandbox.transaction("7")["state"] == "failed"


def test_password_lives_two_minutes(sandbox, payer):
    page = payer.enter(sandbox.token(order_number="7"))
    password = payer.one_time_password(page.url)
    sandbox.advance(121)
    data = CARD | {"action": "success", "otp": password}
    assert "گذشته است" in payer.http.post(page.url, data=data).text
    assert sandbox.transaction("7")["state"] == "entered"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("card_number", "6219861000000080"),
        ("card_number", "621986"),
        ("card_number", "۶۲۱۹a"),
        ("cvv2", "1"),
        ("expiry_month", "13"),
        ("expiry_year", ""),
    ],
)
def test_wrong_card_is_told(sandbox, payer, field, value):
    page = payer.enter(sandbox.token(order_number="7"))
    otp = payer.one_time_password(page.url)
    data = CARD | {"action": "success", "otp": otp, field: value}
    assert 'class="error"' in payer.http.post(page.url, data=data).text
    assert sandbox.transaction("7")["state"] == "entered"


def test_page_closes_after_ten_minutes(sandbox, payer):
    page = payer.enter(sandbox.token(order_number="7"))
    assert re.search(r'data-seconds="(59\d|600)"', page.text)
    sandbox.advance(10 * 60)
    back = LastForm(payer.http.get(page.url).text).found
    assert (back.fields["State"], back.fields["Status"]) == ("SessionIsNull", "4")
    payer.http.post(page.url, data=CARD | {"action": "success"})
    assert sandbox.transaction("7")["state"] == "expired"


def test_money_is_taken_once(sandbox, payer):
    page = payer.enter(sandbox.token(order_number="7"))
    data = CARD | {"action": "success", "otp": payer.one_time_password(page.url)}
    payer.http.post(page.url, data=data)
    first = sandbox.transaction("7")
    payer.http.post(page.url, data=data)
    payer.http.post(page.url, data={"action": "cancel"})
    assert sandbox.transaction("7") == first
