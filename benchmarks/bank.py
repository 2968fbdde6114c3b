"""A bank that answers at once, or after a while: the stub of the benchmarks.

Speaks as much of SEP's protocol as a payment needs and keeps everything in memory. It
is no sandbox: it checks nothing, so that next to nothing of the machine goes to it.
Served by one process of granian, with a thread for every payer who may wait.
"""

import json
import threading
from http import HTTPStatus
from itertools import count
from urllib.parse import parse_qs

TERMINAL = "2015"
HANGS = 3600_000  # milliseconds: longer than anybody waits

orders = {}  # token or RefNum -> what was asked for
at_the_bank = {}  # mobile -> the token it was last given
verified = {}  # RefNum -> how often
numbers = count(1)
pace = {"seconds": 0.0, "changed": threading.Event()}


def application(environ, start_response):
    """Answer one request; only what banks answer takes its time."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = json.loads(environ["wsgi.input"].read(size) or "{}")
    answer = ANSWERS[environ["PATH_INFO"].rsplit("/", 1)[1]]
    if answer in (token, verify) and pace["seconds"]:
        pace["changed"].wait(pace["seconds"])
    query = {
        name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()
    }
    text = json.dumps(answer(body or query)).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(text)))]
    start_response(f"{HTTPStatus.OK.value} OK", headers)
    return [text]


def token(asked):
    """The token request; the two merchants spell one of its fields differently."""
    number = next(numbers)
    given = f"{number:020d}"
    orders[given] = orders[f"R{given}"] = {
        "url": asked.get("RedirectUrl") or asked["RedirectURL"],
        "amount": int(asked["Amount"]),
        "order": str(asked["ResNum"]),
        "number": number,
    }
    at_the_bank[asked["CellNumber"]] = given
    return {"status": 1, "token": given}


def verify(asked):
    receipt = asked["RefNum"]
    order = orders[receipt]
    verified[receipt] = verified.get(receipt, 0) + 1
    detail = {
        "RRN": reference_number(order),
        "RefNum": receipt,
        "MaskedPan": "621986****8080",
        "HashedPan": "b96a14400c3a59249e87c300ecc06e5920327e70220213b5bbb7d7b2410f7e0d",
        "TerminalNumber": int(TERMINAL),
        "OrginalAmount": order["amount"],
        "AffectiveAmount": order["amount"],
        "StraceDate": "2026-11-22 10:24:18",
        "StraceNo": str(order["number"]),
    }
    return {
        "TransactionDetail": detail,
        "ResultCode": 0,
        "ResultDescription": "عملیات با موفقیت انجام شد",
        "Success": True,
    }


def card(asked):
    """Somebody pays at the bank's page: the way back of his last token."""
    given = at_the_bank[asked["mobile"]]
    order = orders[given]
    fields = {
        "State": "OK",
        "Status": "2",
        "MID": TERMINAL,
        "TerminalId": TERMINAL,
        "ResNum": order["order"],
        "RefNum": f"R{given}",
        "Token": given,
        "RRN": reference_number(order),
        "TRACENO": str(order["number"]),
        "Amount": str(order["amount"]),
        "SecurePan": "621986****8080",
    }
    return {"url": order["url"], "fields": fields}


def verifies(asked):
    """How often the bank was asked about a receipt."""
    return verified.get(asked["receipt"], 0)


def change_pace(asked):
    """From now on every answer takes so long; whoever waits is answered."""
    before = pace["changed"]
    pace.update(seconds=int(asked["milliseconds"]) / 1000, changed=threading.Event())
    before.set()
    return asked


def reference_number(order):
    return f"{10**11 + order['number']}"


ANSWERS = {
    "onlinepg": token,
    "VerifyTransaction": verify,
    "card": card,
    "verifies": verifies,
    "pace": change_pace,
}
