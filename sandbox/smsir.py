"""SMS.ir's API, as far as one-time codes and notices need it: send/verify."""

import json

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from sandbox import clock, phone
from sandbox.faults import breakable
from sandbox.kavenegar import TEMPLATES, Refused, fill

KEY = "sandbox"
SENDER = "3000505"
LONGEST_VALUE = 25
# The panel numbers the templates of an account; here in their order.
NUMBERED = dict(enumerate(TEMPLATES, 1))
ERRORS = {
    0: "مشکلی در سامانه رخ داده است",
    10: "کلید وب‌سرویس نامعتبر است",
    20: "تعداد درخواست بیشتر از حد مجاز است",
    102: "اعتبار کافی نیست",
    104: "شماره موبایل نادرست است",
    113: "قالب یافت نشد",
    114: "طول مقدار پارامتر بیشتر از حد مجاز است",
    115: "شماره موبایل در لیست سیاه سامانه است",
    116: "نام پارامتر نمی‌تواند خالی باشد",
}
HTTP = {0: 500, 1: 200, 10: 401, 20: 429}  # any other no comes with 400


def reply(status, data=None):
    message = "موفق" if status == 1 else ERRORS.get(status, "")
    body = {"status": status, "message": message, "data": data}
    return JsonResponse(body, status=HTTP.get(status, 400))


@require_POST
@breakable("sms", refuse=lambda code: reply(int(code)))
def verify(request):
    if request.headers.get("X-API-KEY") != KEY:
        return reply(10)
    try:
        mobile, template, text = read(json.loads(request.body))
    except Refused as no:
        return reply(no.args[0])
    now = clock.now()
    sms = phone.receive(mobile, sender=SENDER, text=text, template=template, now=now)
    return reply(1, {"messageId": sms.pk, "cost": 1.0})


def read(body):
    mobile = phone.local(body.get("mobile", ""))
    if not mobile:
        raise Refused(104)
    template = NUMBERED.get(body.get("templateId"))
    if template is None:
        raise Refused(113)
    tokens = dict.fromkeys(("token", "token2", "token3", "token10", "token20"), "")
    for parameter in body.get("parameters", []):
        if not parameter["name"]:
            raise Refused(116)
        if len(parameter["value"]) > LONGEST_VALUE:
            raise Refused(114)
        tokens[parameter["name"].lower()] = parameter["value"]
    return mobile, template, fill(TEMPLATES[template], tokens)
