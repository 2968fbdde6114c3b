"""Breakdowns on order: what a client must survive, before or after the work is done.

A fault waits in a table for the next call of its operation. ``before``: the call dies
and nothing was done. ``after``: everything was done and only the answer is lost.
"""

import functools
import json
import time

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

from sandbox.models import Fault

OPERATIONS = ("token", "verify", "reverse", "sms", "mail")
PHASES = ("before", "after")
ERROR_PAGE = "<!DOCTYPE html><title>خطا</title><h1>سرویس در دسترس نیست</h1>"
HUGE = 8 * 1024 * 1024


def breakable(operation, refuse):
    """Let a view fail as ordered; ``refuse(code)`` says no in the view's own words."""

    def decorate(view):
        @functools.wraps(view)
        def broken(request, *args, **kwargs):
            fault = Fault.objects.take(operation)
            if fault is None:
                return view(request, *args, **kwargs)
            if fault.kind == "refuse":
                return refuse(fault.code)
            answer = None
            if fault.phase == "after" or fault.kind in ALTER_THE_ANSWER:
                answer = view(request, *args, **kwargs).content
            return KINDS[fault.kind](request, fault, answer or b'{"Success": true}')

        return broken

    return decorate


def cut(request, *pieces, pause=0.0, length=None):
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

    response = StreamingHttpResponse(body(), content_type="application/json")
    if length is not None:
        response["Content-Length"] = length
    return response


def http500(request, fault, answer):
    return HttpResponse(ERROR_PAGE, status=500)


def http503(request, fault, answer):
    return HttpResponse(ERROR_PAGE, status=503)


def hang(request, fault, answer):
    return cut(request, pause=fault.seconds)


def slow(request, fault, answer):
    time.sleep(fault.seconds)
    return HttpResponse(answer, content_type="application/json")


def drip(request, fault, answer):
    letters = [answer[i : i + 1] for i in range(len(answer))]
    return cut(request, *letters, pause=fault.seconds / len(letters))


def reset(request, fault, answer):
    return cut(request)


def half(request, fault, answer):
    return cut(request, answer[: len(answer) // 2], length=len(answer))


def garbage(request, fault, answer):
    return HttpResponse(answer[: len(answer) // 2], content_type="application/json")


def empty(request, fault, answer):
    return HttpResponse(b"", content_type="application/json")


def html(request, fault, answer):
    return HttpResponse(ERROR_PAGE)


def wrong_type(request, fault, answer):
    return HttpResponse(answer, content_type="text/plain")


def redirect(request, fault, answer):
    return HttpResponseRedirect("/")


def huge(request, fault, answer):
    return HttpResponse(b" " * HUGE + answer, content_type="application/json")


def wrong_amount(request, fault, answer):
    told = json.loads(answer)
    detail = told.get("TransactionDetail")
    if detail:
        detail["OrginalAmount"] = detail["AffectiveAmount"] = int(fault.code or 1000)
    return HttpResponse(json.dumps(told), content_type="application/json")


# These need the true answer, so the work is always done.
ALTER_THE_ANSWER = ("slow", "drip", "wrong_type", "wrong_amount")
KINDS = {
    kind.__name__: kind
    for kind in (
        http500,
        http503,
        hang,
        slow,
        drip,
        reset,
        half,
        garbage,
        empty,
        html,
        wrong_type,
        redirect,
        huge,
        wrong_amount,
    )
}
