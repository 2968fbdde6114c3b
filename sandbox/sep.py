"""SEP (Saman) 3.x: the merchant's server asks for a token.

What the manuals leave open is answered with a text that begins with "sandbox:".
Not played: splitting, government payments, wage, and cards limited by the merchant;
asking for them is refused instead of silently ignored.
"""

import json
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from sandbox import clock
from sandbox.faults import breakable
from sandbox.models import Terminal, Transaction

TOKEN_ERRORS = {
    "5": "پارامترهای ارسال شده نامعتبر است.",
    "8": "آدرس سرور پذیرنده نامعتبر است.",
    "12": "شماره ترمینال یافت نشد.",
    "20": "ترمینال غیرفعال است.",
}
NOT_PLAYED = (
    "HashedCardNumber",
    "SettlementIbanInfo",
    "SettlementIBANInfo",
    "TranType",
    "TxnRandomSessionKey",
    "Wage",
)
SHORTEST_TOKEN_LIFE, LONGEST_TOKEN_LIFE = 20, 3600  # minutes


class Refused(Exception):
    def __init__(self, code, text=""):
        super().__init__(code)
        self.code = code
        self.text = text


def token_error(code, text=""):
    text = text or TOKEN_ERRORS.get(str(code), "")
    return JsonResponse({"status": -1, "errorCode": str(code), "errorDesc": text})


@require_POST
@breakable("token", refuse=token_error)
def token(request):
    try:
        wanted = read_token_request(request)
    except Refused as no:
        return token_error(no.code, no.text)
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        return token_error("5", "sandbox: this ResNum was used before")
    return JsonResponse({"status": 1, "token": wanted.token})


def read_json(request, code):
    try:
        data = json.loads(request.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Refused(code)
    return data


def read_token_request(request):
    data = read_json(request, "5")
    for name in NOT_PLAYED:
        if data.get(name):
            raise Refused("5", f"sandbox: {name} is not played here")
    if str(data.get("action", "")).lower() != "token":
        raise Refused("5")
    now = clock.strike()
    life = timedelta(minutes=read_token_life(data))
    return Transaction(
        terminal=read_terminal(data.get("TerminalId"), ("5", "12", "20")),
        amount=read_amount(data),
        res_num=read_text(data, "ResNum", 50),
        redirect_url=read_redirect_url(data),
        cell_number=str(data.get("CellNumber") or "")[:20],
        token=uuid.uuid4().hex,
        page_key=uuid.uuid4().hex,
        created_at=now,
        expires_at=now + life,
    )


def read_terminal(number, codes):
    missing, unknown, closed = codes
    if isinstance(number, bool) or not isinstance(number, (int, str)) or number == "":
        raise Refused(missing)
    terminal = Terminal.objects.filter(number=str(number)).first()
    if terminal is None:
        raise Refused(unknown)
    if not terminal.is_active:
        raise Refused(closed)
    return terminal


def read_amount(data):
    amount = data.get("Amount")
    if isinstance(amount, str) and amount.isascii() and amount.isdigit():
        amount = int(amount)
    if type(amount) is not int or not 0 < amount < 10**15:
        raise Refused("5")
    return amount


def read_text(data, name, longest):
    text = data.get(name)
    if not isinstance(text, (str, int)) or not 0 < len(str(text)) <= longest:
        raise Refused("5")
    return str(text)


def read_redirect_url(data):
    url = read_text(data, "RedirectUrl", 2083)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise Refused("5")
    return url


def read_token_life(data):
    minutes = data.get("TokenExpiryInMin", SHORTEST_TOKEN_LIFE)
    if type(minutes) is not int or minutes > LONGEST_TOKEN_LIFE:
        raise Refused("5")
    return max(minutes, SHORTEST_TOKEN_LIFE)
