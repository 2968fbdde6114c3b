"""Breakdowns on order: what a client must survive, before or after the work is done.

A fault waits in a table for the next call of its operation. ``before``: the call dies
and nothing was done. ``after``: everything was done and only the answer is lost.
"""

import functools
import time

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

from sandbox.alterations import ALTERATIONS, altered
from sandbox.models import Fault

# The same names for all banks; each bank has some of them. "return" is the way back.
OPERATIONS = {
    "token": "گرفتن توکن",
    "login": "ورود پذیرنده",
    "return": "بازگشت پرداخت‌کننده",
    "inquire": "استعلام",
    "verify": "تأیید",
    "settle": "تسویه",
    "reverse": "برگشت پول",
    "sms": "پیامک",
    "mail": "نامه",
}
PHASES = ("before", "after")
ERROR_PAGE = "<!DOCTYPE html><title>خطا</title><h1>سرویس در دسترس نیست</h1>"
HUGE = 8 * 1024 * 1024
SOAP_FAULT = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Fault occurred while "
    "processing.</faultstring></soap:Fault></soap:Body></soap:Envelope>"
)
# Three levels are harmless and enough to see whether a parser expands entities.
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "0"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;">]><a><return>&c;</return></a>'
)


def answer(bank, call, work):
    """Answer a call of a bank, broken if that was ordered."""
    fault = Fault.objects.take(call.operation, bank.psp)
    if fault is None:
        return bank.answer(call, work())
    if fault.kind == "refuse":
        return bank.answer(call, bank.refusal(call, fault.code))
    if fault.kind in ALTERATIONS:
        return bank.answer(call, altered(bank, work(), fault))
    done = fault.phase == "after" or fault.kind in NEED_THE_ANSWER
    true = bank.answer(call, work()) if done else bank.no_answer()
    return KINDS[fault.kind](call.request, fault, true)


def breakable(operation, refuse):
    """The same for a view of no bank; ``refuse(code)`` says no in its own words."""

    def decorate(view):
        @functools.wraps(view)
        def broken(request, *args, **kwargs):
            fault = Fault.objects.take(operation)
            if fault is None or fault.kind in ALTERATIONS:
                return view(request, *args, **kwargs)
            if fault.kind == "refuse":
                return refuse(fault.code)
            true = HttpResponse(b"{}", content_type="application/json")
            if fault.phase == "after" or fault.kind in NEED_THE_ANSWER:
                true = view(request, *args, **kwargs)
            return KINDS[fault.kind](request, fault, true)

        return broken

    return decorate


def cut(request, true, *pieces, pause=0.0, length=None):
    """Send the pieces, if any, and close the connection instead of going on."""

    def body():
        # Set here, because the request's own header may ask for keep-alive.
        request.environ["sandbox.connection"].close_connection = True
        for piece in pieces:
            yield piece
            time.sleep(pause)
        if not pieces:
            time.sleep(pause)
            raise ConnectionResetError

    response = StreamingHttpResponse(body(), content_type=true["Content-Type"])
    if length is not None:
        response["Content-Length"] = length
    return response


def same_kind(true, content):
    return HttpResponse(content, content_type=true["Content-Type"])


def http500(request, fault, true):
    return HttpResponse(ERROR_PAGE, status=500)


def http502(request, fault, true):
    return HttpResponse(ERROR_PAGE, status=502)


def http503(request, fault, true):
    return HttpResponse(ERROR_PAGE, status=503)


def hang(request, fault, true):
    return cut(request, true, pause=fault.seconds)


def slow(request, fault, true):
    time.sleep(fault.seconds)
    return true


def drip(request, fault, true):
    letters = [true.content[i : i + 1] for i in range(len(true.content))]
    return cut(request, true, *letters, pause=fault.seconds / max(len(letters), 1))


def reset(request, fault, true):
    return cut(request, true)


def half(request, fault, true):
    length = len(true.content)
    if not length:  # half of nothing would be all of it
        return cut(request, true)
    return cut(request, true, true.content[: length // 2], length=length)


def garbage(request, fault, true):
    return same_kind(true, true.content[: len(true.content) // 2])


def empty(request, fault, true):
    return same_kind(true, b"")


def html(request, fault, true):
    return HttpResponse(ERROR_PAGE)


def wrong_type(request, fault, true):
    return HttpResponse(true.content, content_type="text/plain")


def redirect(request, fault, true):
    return HttpResponseRedirect("/")


def huge(request, fault, true):
    return same_kind(true, b" " * HUGE + true.content)


def soap_fault(request, fault, true):
    return HttpResponse(SOAP_FAULT, content_type="text/xml; charset=utf-8", status=500)


def entities(request, fault, true):
    return HttpResponse(ENTITIES, content_type="text/xml; charset=utf-8")


# These need the true answer, so the work is always done.
NEED_THE_ANSWER = ("slow", "drip", "wrong_type")
KINDS = {
    kind.__name__: kind
    for kind in (
        *(http500, http502, http503, hang, slow, drip, reset, half, garbage, empty),
        *(html, wrong_type, redirect, huge, soap_fault, entities),
    )
}
# What may be ordered, and what the front page calls it.
NAMES = {
    "http500": "پاسخ ۵۰۰",
    "http502": "پاسخ ۵۰۲",
    "http503": "پاسخ ۵۰۳",
    "hang": "بی‌پاسخ ماندن",
    "slow": "پاسخ دیرهنگام",
    "drip": "پاسخ قطره‌قطره",
    "reset": "قطع اتصال",
    "half": "قطع در میانه پاسخ",
    "garbage": "پاسخ ناقص",
    "empty": "پاسخ خالی",
    "html": "صفحه خطا با وضعیت ۲۰۰",
    "wrong_type": "نوع محتوای نادرست",
    "redirect": "هدایت به جای دیگر",
    "huge": "پاسخ بسیار بزرگ",
    "soap_fault": "خطای SOAP",
    "entities": "XML با موجودیت‌های تودرتو",
    **ALTERATIONS,
    "refuse": "نه گفتن با کد دلخواه",
}
