"""The payer's phone: it receives what anybody sends it, banks and SMS providers."""

import re
from datetime import timedelta

from sandbox.models import Sms

OTP_LIFE = timedelta(minutes=2)


def local(number):
    """0912…, 912…, +98912… and 0098912… as 09121234567; "" if it is no such number."""
    match = re.fullmatch(r"(?:\+98|0098|98|0)?(9\d{9})", number.strip(), re.ASCII)
    return f"0{match[1]}" if match else ""


def receive(number, *, sender, text, now, template=""):
    return Sms.objects.create(
        number=number, sender=sender, text=text, template=template, created_at=now
    )


def otp_text(otp, amount, title):
    return (
        f"خرید اینترنتی\nپذیرنده: {title}\nمبلغ: {amount:,} ریال\n"
        f"رمز پویا: {otp}\nاعتبار: دو دقیقه"
    )
