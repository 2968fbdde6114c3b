"""SEP's hosted payment page: what the payer sees between leaving and coming back."""

import hashlib
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from sandbox import clock, phone, sep
from sandbox.forms import SAMPLE_CARD, CardForm
from sandbox.models import PAGE_OPEN_FOR, State, Transaction

OTP_TRIES = 3
SECONDS_ON_LAST_PAGE = 5  # 15 at the bank
BANK = "شاپرک"
PHONE_OF_THE_CARD = "09120000000"  # when the merchant sent no CellNumber
HABITS = {"success": "", "close": "close", "twice": "twice", "late": "late"}
# action: (state, State of the callback, the bank's words)
ENDINGS = {
    "cancel": (State.CANCELLED, "CanceledByUser", "به خواست شما پرداخت انجام نشد."),
    "timeout": (State.EXPIRED, "SessionIsNull", "مهلت پرداخت به پایان رسید."),
    "wrong_pin": (State.FAILED, "Failed", "رمز کارت نادرست است."),
    "low_balance": (State.FAILED, "Failed", "موجودی حساب کافی نیست."),
}
STATUS = {"OK": 2, "CanceledByUser": 1, "Failed": 3, "SessionIsNull": 4}


def onlinepg(request):
    """One address for two, as at the bank: JSON asks for a token, a form pays."""
    if request.content_type == "application/json":
        return sep.token(request)
    return enter(request, request.POST.get("Token", ""))


def send_token(request):
    return enter(request, request.GET.get("token", ""))


def enter(request, token):
    now = clock.strike()
    if came_from(request) != settings.SANDBOX_MERCHANT_REFERER:
        return turned_away(request, "ارجاع‌دهنده با نشانی ثبت‌شده پذیرنده یکی نیست.")
    if not token:
        return turned_away(request, "توکن فرستاده نشده است.")
    paying = Transaction.objects.filter(token=token).first()
    if paying is None:
        return turned_away(request, "چنین توکنی صادر نشده است.")
    get_method = request.POST.get("GetMethod", "").lower() == "true"
    entered = paying.move(
        State.CREATED, state=State.ENTERED, entered_at=now, get_method=get_method
    )
    if not entered:
        return turned_away(request, "این توکن پیش‌تر به کار رفته یا مهلتش گذشته است.")
    response = redirect("card", paying.page_key)
    response.status_code = 303
    return response


def came_from(request):
    referer = urlsplit(request.headers.get("Referer", ""))
    return f"{referer.scheme}://{referer.netloc}"


def turned_away(request, reason):
    context = {
        "reason": reason,
        "came_from": came_from(request),
        "expected": settings.SANDBOX_MERCHANT_REFERER,
    }
    return render(request, "sandbox/turned_away.html", context, status=403)


@never_cache
def card(request, page_key):
    now = clock.strike()
    paying = get_object_or_404(Transaction, page_key=page_key)
    if paying.state != State.ENTERED:
        return redirect("way_back", page_key)
    action = request.POST.get("action", "")
    if action in ENDINGS:
        return end(paying, ENDINGS[action], now)
    if action == "otp":
        form = CardForm(initial=request.POST.dict() | {"otp": ""})
        return card_page(request, paying, form, now, sent_to=send_otp(paying, now))
    form = CardForm(request.POST if action else None, initial=SAMPLE_CARD)
    if action in HABITS and form.is_valid():
        problem = check_otp(paying, form.cleaned_data["otp"], now)
        if not problem:
            return take_money(paying, form.cleaned_data, HABITS[action], now)
        if paying.otp_tries >= OTP_TRIES:
            return end(paying, (State.FAILED, "Failed", problem), now)
        form.add_error("otp", problem)
    return card_page(request, paying, form, now)


def card_page(request, paying, form, now, sent_to=""):
    left = paying.entered_at + PAGE_OPEN_FOR - now
    context = {
        "paying": paying,
        "form": form,
        "site": urlsplit(paying.redirect_url).netloc,
        "seconds_left": max(0, int(left.total_seconds())),
        "phone": phone.local(paying.cell_number) or PHONE_OF_THE_CARD,
        "sent_to": sent_to,
    }
    return render(request, "sandbox/card.html", context)


def send_otp(paying, now):
    number = phone.local(paying.cell_number) or PHONE_OF_THE_CARD
    otp = f"{secrets.randbelow(9_000_000) + 1_000_000}"
    paying.move(State.ENTERED, otp=otp, otp_expires_at=now + phone.OTP_LIFE)
    text = phone.otp_text(otp, paying.amount, paying.terminal.title)
    phone.receive(number, sender=BANK, text=text, now=now)
    return number


def check_otp(paying, otp, now):
    """The bank's complaint about the one-time password, or nothing."""
    if not paying.otp:
        return "نخست با دکمه «دریافت رمز پویا» رمز بخواهید."
    if now >= paying.otp_expires_at:
        return "زمان این رمز پویا گذشته است؛ رمز تازه‌ای بخواهید."
    if secrets.compare_digest(otp, paying.otp):
        return ""
    paying.move(State.ENTERED, otp_tries=paying.otp_tries + 1)
    return "رمز پویا نادرست است."


def take_money(paying, card, habit, now):
    number = card["card_number"]
    paying.move(
        State.ENTERED,
        state=State.PAID,
        outcome="OK",
        habit=habit,
        paid_at=now,
        card_mask=f"{number[:6]}****{number[-4:]}",
        card_hash=hashlib.sha256(number.encode()).hexdigest(),
        ref_num=new_ref_num(),
        rrn=str(secrets.randbelow(9 * 10**10) + 10**10),
        trace_no=f"{secrets.randbelow(900_000) + 100_000}",
    )
    return redirect("way_back", paying.page_key)


def new_ref_num():
    """30 signs, always with the two that careless decoding destroys."""
    half = secrets.token_hex(7)
    return f"{half}/{secrets.token_hex(3).upper()}+{secrets.token_hex(4)}"


def end(paying, ending, now):
    state, outcome, message = ending
    paying.move(
        State.ENTERED, state=state, outcome=outcome, message=message, ended_at=now
    )
    return redirect("way_back", paying.page_key)


@never_cache
def way_back(request, page_key):
    """The bank's last page, with the form that carries the payer back."""
    clock.strike()
    paying = get_object_or_404(Transaction, page_key=page_key)
    if paying.state == State.ENTERED:
        return redirect("card", page_key)
    context = {
        "paying": paying,
        "fields": callback_fields(paying),
        "site": urlsplit(paying.redirect_url).netloc,
        "auto": paying.habit == "",
        "wait": SECONDS_ON_LAST_PAGE,
    }
    return render(request, "sandbox/way_back.html", context)


def callback_fields(paying):
    ok = paying.outcome == "OK"
    return {
        "MID": paying.terminal.number,
        "TerminalId": paying.terminal.number,
        "State": paying.outcome,
        "Status": STATUS.get(paying.outcome, ""),
        "RRN": paying.rrn,
        "RefNum": paying.ref_num,
        "ResNum": paying.res_num,
        "TraceNo": paying.trace_no,
        "Amount": paying.amount,
        "Wage": "",
        "AffectiveAmount": paying.amount if ok else "",
        "SecurePan": paying.card_mask,
        "HashedCardNumber": paying.card_hash,
        "Token": paying.token,
    }
