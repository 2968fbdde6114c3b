"""Kavenegar's lookup and what reaches the phone."""

import pytest

MOBILE = "09181234567"
TOKENS = {
    "token": "1405/09/01-14:05",
    "token2": "10000000001",
    "token3": "12345678901",
    "token20": "شهریه نیمسال اول",
}
TEMPLATES = [
    "sign-up-code",
    "reset-code",
    "mobile-code",
    "already-registered",
    "password-changed",
    "mobile-changed",
    "payment-paid",
    "payment-unpaid",
    "debt-due",
    "debt-overdue",
    "pay-link",
    "new-device",
    "second-factor",
    "second-factor-code",
]


def lookup(sandbox, key="sandbox", method="post", **parameters):
    parameters = {
        name: value
        for name, value in (
            {"receptor": MOBILE, "template": "sign-up-code", "token": "482913"}
            | parameters
        ).items()
        if value is not None
    }
    url = f"{sandbox.kavenegar_url}/v1/{key}/verify/lookup.json"
    where = {"data": parameters} if method == "post" else {"params": parameters}
    return sandbox.http.request(method, url, **where)


def refused(answer):
    body = answer.json()
    assert body["entries"] is None
    assert body["return"]["status"] == answer.status_code
    return answer.status_code


@pytest.mark.parametrize("method", ["get", "post"])
def test_code_reaches_the_phone(sandbox, method):
    answer = lookup(sandbox, method=method)
    assert answer.status_code == 200
    body = answer.json()
    assert body["return"]["status"] == 200
    [entry] = body["entries"]
    assert set(entry) == {
        *("messageid", "message", "status", "statustext"),
        *("sender", "receptor", "date", "cost"),
    }
    assert entry["receptor"] == MOBILE
    assert entry["message"] == sandbox.phone(MOBILE)
    assert sandbox.phone(MOBILE).endswith("\n@localhost #482913")


@pytest.mark.parametrize(
    "template", ["sign-up-code", "reset-code", "mobile-code", "second-factor-code"]
)
def test_codes_fit_one_part(sandbox, template):
    lookup(sandbox, template=template)
    assert len(sandbox.phone(MOBILE)) <= 70
    assert sandbox.phone(MOBILE).count("482913") == 2


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_is_filled(sandbox, template):
    assert lookup(sandbox, template=template, **TOKENS).ok
    assert "%" not in sandbox.phone(MOBILE)
    assert sandbox.messages(MOBILE)[0]["template"] == template


@pytest.mark.parametrize(
    "spelling", ["9181234567", "+989181234567", "00989181234567", "989181234567"]
)
def test_spellings_of_a_number_are_one_phone(sandbox, spelling):
    assert lookup(sandbox, receptor=spelling).ok
    assert len(sandbox.messages(spelling)) == len(sandbox.messages(MOBILE)) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"key": "stolen"}, 403),
        ({"receptor": None}, 400),
        ({"template": None}, 400),
        ({"token": None}, 400),
        ({"token": ""}, 406),
        ({"receptor": "08733664600"}, 411),
        ({"receptor": "0918123456"}, 411),
        ({"receptor": "hello"}, 411),
        ({"template": "lottery"}, 424),
        ({"token": "482 913"}, 431),
        ({"token": "482\n913"}, 431),
        ({"token": "482_913"}, 431),
        ({"token": "4" * 101}, 431),
        ({"token": "482\x07913"}, 422),
        ({"token10": "a b c d e f g"}, 431),
        ({"template": "payment-paid"}, 400),
    ],
)
def test_wrong_requests_are_refused(sandbox, wrong, status):
    assert refused(lookup(sandbox, **wrong)) == status
    assert sandbox.messages(MOBILE) == []


def test_longer_tokens_may_hold_some_spaces(sandbox):
    assert lookup(sandbox, token10="a b c d e f", token20="a b c d e f g h i").ok


def test_provider_fails_on_order(sandbox):
    sandbox.fault("sms", "refuse", code="418")
    assert refused(lookup(sandbox)) == 418
    sandbox.fault("sms", "refuse", code="14")
    assert lookup(sandbox).json()["entries"][0]["status"] == 14
    assert sandbox.messages(MOBILE) == []
    sandbox.fault("sms", "http500", "after")
    assert lookup(sandbox).status_code == 500
    assert len(sandbox.messages(MOBILE)) == 1


def test_account_tells_the_credit(sandbox):
    answer = sandbox.http.get(f"{sandbox.kavenegar_url}/v1/sandbox/account/info.json")
    assert answer.json()["entries"]["remaincredit"] > 0


def test_state_of_messages(sandbox):
    number = lookup(sandbox).json()["entries"][0]["messageid"]
    url = f"{sandbox.kavenegar_url}/v1/sandbox/sms/status.json"
    asked = {"messageid": f"{number},999999999"}
    entries = sandbox.http.get(url, params=asked).json()["entries"]
    assert [entry["status"] for entry in entries] == [10, 100]
    assert refused(sandbox.http.get(url)) == 400


def test_other_methods_do_not_exist(sandbox):
    url = f"{sandbox.kavenegar_url}/v1/sandbox/sms/send.json"
    assert refused(sandbox.http.get(url)) == 404


def test_phone_page_shows_newest_first(sandbox):
    lookup(sandbox, token="111111")
    lookup(sandbox, token="222222")
    page = sandbox.http.get(f"{sandbox.url}/phone/", params={"number": MOBILE}).text
    assert page.index("222222") < page.index("111111")
    assert "۰۹۱۸۱۲۳۴۵۶۷" in sandbox.http.get(f"{sandbox.url}/phone/").text
