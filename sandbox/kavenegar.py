"""Kavenegar's API, as far as one-time codes and notices need it."""

import re

from django.http import JsonResponse

from sandbox import clock, phone
from sandbox.faults import breakable
from sandbox.models import Sms

KEY = "sandbox"
SENDER = "2000660110"
COST_PER_PART = 1_200
CREDIT = 5_000_000
UNIVERSITY = "دانشگاه کردستان"
UNIVERSITY_EN = "University of Kurdistan"
# Keeps "0918***4567" and "1405/09/01-14:05" in their order inside a Persian line.
ISOLATED = "\u2066%token\u2069"

# Approved in the panel. Codes: one part of at most 70 signs, whose last line lets the
# phone's browser fill in the code on its own site only (WebOTP).
TEMPLATES = {
    "sign-up-code": f"کد ثبت‌نام: %token\n{UNIVERSITY}\n@localhost #%token",
    "reset-code": f"کد تغییر رمز ورود: %token\n{UNIVERSITY}\n@localhost #%token",
    "mobile-code": f"کد تغییر شماره: %token\n{UNIVERSITY}\n@localhost #%token",
    "already-registered": (
        f"شماره {ISOLATED} پیش‌تر ثبت‌نام شده است. اگر رمز ورود را به یاد ندارید، در "
        f"صفحه ورود «فراموشی رمز عبور؟» را بزنید.\n{UNIVERSITY}"
    ),
    "password-changed": (
        f"رمز ورود شما در {ISOLATED} تغییر کرد. اگر کار شما نبوده است، همین حالا با "
        f"«فراموشی رمز عبور؟» رمز جدیدی تعیین کنید.\n{UNIVERSITY}"
    ),
    "mobile-changed": (
        f"تلفن همراه حساب شما به {ISOLATED} تغییر کرد. اگر کار شما نبوده است، "
        f"با دانشگاه تماس بگیرید.\n{UNIVERSITY}"
    ),
    "payment-paid": (
        "پرداخت %token ریال انجام شد.\nشماره سفارش: %token2\nشماره مرجع: %token3\n"
        f"{UNIVERSITY}"
    ),
    "payment-unpaid": (
        "پرداخت %token ریال انجام نشد. اگر مبلغی از کارت کم شده باشد، حداکثر تا ۷۲ "
        f"ساعت برمی‌گردد.\nشماره سفارش: %token2\n{UNIVERSITY}"
    ),
    "debt-due": (
        "یادآوری پرداخت\n%token20: %token ریال، مهلت تا %token2\n"
        f"پرداخت در سامانه، «بدهی‌های من»\n{UNIVERSITY}"
    ),
    "debt-overdue": (
        "مهلت پرداخت گذشته است\n%token20: %token ریال، مهلت تا %token2\n"
        f"پرداخت در سامانه، «بدهی‌های من»\n{UNIVERSITY}"
    ),
    "new-device": (
        f"در {ISOLATED} با رمز ورود شما از دستگاهی جدید وارد شدند. اگر شما نبودید، "
        f"همین حالا رمز ورود خود را عوض کنید.\n{UNIVERSITY}"
    ),
    "second-factor": (
        f"مرحله دوم ورود شما در {ISOLATED} تغییر کرد. اگر کار شما نبوده است، "
        f"با دانشگاه تماس بگیرید.\n{UNIVERSITY}"
    ),
}
# For those who read the portal in English: one part of at most 160 signs each.
TEMPLATES |= {
    "sign-up-code-en": f"Sign-up code: %token\n{UNIVERSITY_EN}\n@localhost #%token",
    "reset-code-en": (
        f"Password reset code: %token\n{UNIVERSITY_EN}\n@localhost #%token"
    ),
    "mobile-code-en": (
        f"Code to change your mobile: %token\n{UNIVERSITY_EN}\n@localhost #%token"
    ),
    "already-registered-en": (
        "%token already has an account. Forgot the password? Press 'Forgot your "
        f"password?' on the log-in page.\n{UNIVERSITY_EN}"
    ),
    "password-changed-en": (
        "Your password was changed on %token (Jalali calendar). If that was not you, "
        f"reset it on the log-in page now.\n{UNIVERSITY_EN}"
    ),
    "mobile-changed-en": (
        "The mobile of your account was changed to %token. If that was not you, call "
        f"the university.\n{UNIVERSITY_EN}"
    ),
    "payment-paid-en": (
        "Your payment of %token rials is complete.\nOrder: %token2\n"
        f"Reference: %token3\n{UNIVERSITY_EN}"
    ),
    "payment-unpaid-en": (
        "Your payment of %token rials was not made. Money taken from your card is "
        f"returned within 72 hours.\nOrder: %token2\n{UNIVERSITY_EN}"
    ),
    "debt-due-en": (
        "Payment reminder\n%token20: %token rials, due %token2 (Jalali)\n"
        f"Pay under 'My debts'.\n{UNIVERSITY_EN}"
    ),
    "debt-overdue-en": (
        "Payment overdue\n%token20: %token rials, was due %token2 (Jalali)\n"
        f"Pay under 'My debts'.\n{UNIVERSITY_EN}"
    ),
    "new-device-en": (
        "Your account was entered from a new device on %token (Jalali calendar). If "
        f"that was not you, change your password now.\n{UNIVERSITY_EN}"
    ),
    "second-factor-en": (
        "The second step of your staff log-in was changed on %token (Jalali). If you "
        f"did not ask for that, call us.\n{UNIVERSITY_EN}"
    ),
}
# Later ones at the end: SMS.ir's panel has numbered the others already.
TEMPLATES |= {
    "pay-link": (
        "پرداخت بدهی دانشگاه: %token ریال\nبدون ثبت‌نام، تا %token3:\n"
        f"http://localhost:8000/l/%token2/\n{UNIVERSITY}"
    ),
    "pay-link-en": (
        "Pay a university debt of %token rials without an account, until %token3 "
        f"(Jalali):\nhttp://localhost:8000/l/%token2/\n{UNIVERSITY_EN}"
    ),
    "second-factor-code": (
        f"کد مرحله دوم ورود: %token\n{UNIVERSITY}\n@localhost #%token"
    ),
    "second-factor-code-en": (
        f"Second step set-up code: %token\n{UNIVERSITY_EN}\n@localhost #%token"
    ),
}
PLACEHOLDER = re.compile(r"%(token(?:20|10|2|3)?)")
SPACES_ALLOWED = {"token": 0, "token2": 0, "token3": 0, "token10": 5, "token20": 8}
ERRORS = {
    400: "پارامترها ناقص هستند",
    403: "کد شناسائی API-Key معتبر نمی‌باشد",
    404: "متد نامشخص است",
    406: "پارامترهای اجباری خالی ارسال شده‌اند",
    409: "سرور قادر به پاسخگوئی نیست بعدا تلاش کنید",
    411: "دریافت کننده نامعتبر است",
    418: "اعتبار شما کافی نیست",
    422: "داده‌ها به دلیل وجود کاراکتر نامناسب قابل پردازش نیست",
    424: "الگوی مورد نظر پیدا نشد",
    431: "ساختار کد صحیح نمی‌باشد",
    451: "فراخوانی بیش از حد در بازه زمانی مشخص",
}


class Refused(Exception):
    """The argument is the provider's status."""


def reply(status, entries=None):
    """Kavenegar's envelope; the HTTP status repeats the one inside."""
    message = "تایید شد" if status == 200 else ERRORS.get(status, "")
    body = {"return": {"status": status, "message": message}, "entries": entries}
    return JsonResponse(body, status=status)


def refuse(code):
    """Say no; below 100 it is the state of a message that was accepted, then lost."""
    if int(code) >= 100:
        return reply(int(code))
    lost = Sms(pk=1, sender=SENDER, created_at=clock.now())
    return reply(200, [entry(lost, int(code), "نرسیده به گیرنده")])


def with_key(view):
    def checked(request, key):
        parameters = request.POST if request.method == "POST" else request.GET
        return view(parameters) if key == KEY else reply(403)

    return checked


@breakable("sms", refuse=refuse)
@with_key
def lookup(parameters):
    try:
        receptor, template, text = read(parameters)
    except Refused as no:
        return reply(no.args[0])
    now = clock.now()
    sms = phone.receive(receptor, sender=SENDER, text=text, template=template, now=now)
    return reply(200, [entry(sms, 5, "ارسال به مخابرات")])


def read(parameters):
    for name in ("receptor", "template", "token"):
        if name not in parameters:
            raise Refused(400)
        if not parameters[name]:
            raise Refused(406)
    receptor = phone.local(parameters["receptor"])
    if not receptor:
        raise Refused(411)
    template = parameters["template"]
    if template not in TEMPLATES:
        raise Refused(424)
    tokens = {name: check_token(parameters, name) for name in SPACES_ALLOWED}
    return receptor, template, fill(TEMPLATES[template], tokens)


def check_token(parameters, name):
    token = parameters.get(name, "")
    if len(token) > 100 or token.count(" ") > SPACES_ALLOWED[name]:
        raise Refused(431)
    if re.search(r"[\n\r\t_\u2028\u2029]", token):
        raise Refused(431)
    if not token.replace(" ", "").replace("\u200c", "").isprintable():
        raise Refused(422)
    return token


def fill(template, tokens):
    if any(not tokens[name] for name in PLACEHOLDER.findall(template)):
        raise Refused(400)
    return PLACEHOLDER.sub(lambda match: tokens[match[1]], template)


def entry(sms, status, words):
    parts = 1 if len(sms.text) <= 70 else -(-len(sms.text) // 67)
    return {
        "messageid": sms.pk,
        "message": sms.text,
        "status": status,
        "statustext": words,
        "sender": sms.sender,
        "receptor": sms.number,
        "date": int(sms.created_at.timestamp()),
        "cost": parts * COST_PER_PART,
    }


@with_key
def account(parameters):
    entries = {"remaincredit": CREDIT, "expiredate": 1_999_999_999, "type": "Master"}
    return reply(200, entries)


@with_key
def status(parameters):
    asked = [
        int(part)
        for part in parameters.get("messageid", "").split(",")
        if part.isdigit()
    ]
    if not asked:
        return reply(400)
    known = set(Sms.objects.filter(pk__in=asked).values_list("pk", flat=True))
    entries = [
        {
            "messageid": number,
            "status": 10 if number in known else 100,
            "statustext": "رسیده به گیرنده" if number in known else "شناسه نامعتبر",
        }
        for number in asked
    ]
    return reply(200, entries)


def unknown_method(request, key, method):
    return reply(404 if key == KEY else 403)
