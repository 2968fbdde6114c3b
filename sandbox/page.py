"""The banks' pay page: what the payer sees between leaving and coming back."""

import hashlib
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from sandbox import clock, phone
from sandbox.alterations import ALTERATIONS, altered
from sandbox.bank import digits
from sandbox.banks import BANKS
from sandbox.forms import SAMPLE_CARD, CardForm
from sandbox.models import Fault, State, Transaction

OTP_TRIES = 3
SENDER = "شاپرک"
PHONE_OF_THE_CARD = "09120000000"  # when the merchant sent no mobile
HABITS = {"success": "", "close": "close", "twice": "twice", "late": "late"}
# action: (state, the bank's words); the action is also the outcome, which each bank
# tells in its own codes.
ENDINGS = {
    "cancel": (State.CANCELLED, "به خواست شما پرداخت انجام نشد."),
    "timeout": (State.EXPIRED, "مهلت پرداخت به پایان رسید."),
    "wrong_pin": (State.FAILED, "رمز کارت نادرست است."),
    "low_balance": (State.FAILED, "موجودی حساب کافی نیست."),
}


@never_cache
def card(request, psp, page_key):
    now = clock.strike()
    paying = get_object_or_404(Transaction, psp=psp, page_key=page_key)
    if paying.state != State.ENTERED:
        return redirect("way_back", psp, page_key)
    action = request.POST.get("action", "")
    if action in ENDINGS:
        return end(paying, action, now)
    if action == "otp":
        form = CardForm(initial=request.POST.dict() | {"otp": ""})
        return card_page(request, paying, form, now, sent_to=send_otp(paying, now))
    form = CardForm(request.POST if action else None, initial=SAMPLE_CARD)
    if action in HABITS and form.is_valid():
        problem = check_otp(paying, form.cleaned_data["otp"], now)
        if not problem:
            return take_money(paying, form.cleaned_data, HABITS[action], now)
        if paying.otp_tries >= OTP_TRIES:
            return end(paying, "wrong_pin", now, problem)
        form.add_error("otp", problem)
    return card_page(request, paying, form, now)


def card_page(request, paying, form, now, sent_to=""):
    left = paying.entered_at + BANKS[paying.psp].page_open_for - now
    context = {
        "paying": paying,
        "bank": BANKS[paying.psp],
        "form": form,
        "site": urlsplit(paying.callback_url).netloc,
        "seconds_left": max(0, int(left.total_seconds())),
        "phone": phone.local(paying.mobile) or PHONE_OF_THE_CARD,
        "sent_to": sent_to,
    }
    return render(request, "sandbox/card.html", context)


def send_otp(paying, now):
    number = phone.local(paying.mobile) or PHONE_OF_THE_CARD
    otp = f"{secrets.randbelow(9_000_000) + 1_000_000}"
    paying.move(State.ENTERED, otp=otp, otp_expires_at=now + phone.OTP_LIFE)
    text = phone.otp_text(otp, paying.amount, paying.merchant)
    phone.receive(number, sender=SENDER, text=text, now=now)
    return number


def check_otp(paying, otp, now):
    """The bank's complaint about the one-time password, or nothing."""
    if not paying.otp:
        return "نخست با دکمه «دریافت رمز پویا» رمز بخواهید."
    if now >= paying.otp_expires_at:
        return "زمان این رمز پویا گذشته است؛ رمز جدیدی بخواهید."
    if secrets.compare_digest(otp, paying.otp):
        return ""
    paying.move(State.ENTERED, otp_tries=paying.otp_tries + 1)
    return "رمز پویا نادرست است."


def take_money(paying, card, habit, now):
    number, bank = card["card_number"], BANKS[paying.psp]
    paying.move(
        State.ENTERED,
        state=State.PAID,
        outcome="success",
        habit=habit,
        paid_at=now,
        due_at=now + bank.verify_within,
        due_state=State.AUTO_RETURNED,
        card_mask=f"{number[:6]}{bank.mask}{number[-4:]}",
        card_hash=hashlib.sha256(number.encode()).hexdigest(),
        receipt_number=bank.new_receipt(),
        rrn=digits(11),
        trace_no=digits(6),
    )
    return redirect("way_back", paying.psp, paying.page_key)


def end(paying, action, now, message=""):
    state, usual = ENDINGS[action]
    paying.move(
        State.ENTERED,
        state=state,
        outcome=action,
        message=message or usual,
        ended_at=now,
    )
    return redirect("way_back", paying.psp, paying.page_key)


@never_cache
def way_back(request, psp, page_key):
    """The bank's last page, with the form that carries the payer back."""
    clock.strike()
    paying = get_object_or_404(Transaction, psp=psp, page_key=page_key)
    if paying.state == State.ENTERED:
        return redirect("card", psp, page_key)
    bank = BANKS[psp]
    context = {
        "paying": paying,
        "bank": bank,
        "fields": brought_back(bank, paying),
        "method": bank.back_method(paying).lower(),
        "site": urlsplit(paying.callback_url).netloc,
        "auto": paying.habit == "",
        "wait": settings.SANDBOX_RECEIPT_SECONDS,
        "minutes": int(bank.verify_within.total_seconds() // 60),
    }
    return render(request, "sandbox/way_back.html", context)


def brought_back(bank, paying):
    """What the browser carries; a fault of "return" may have changed a field."""
    fields = bank.way_back(paying)
    fault = Fault.objects.take("return", bank.psp)
    known = fault and fault.kind in ALTERATIONS
    return altered(bank, fields, fault) if known else fields
