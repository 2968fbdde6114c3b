"""SEP (Saman) 3.x: the merchant's server verifies a payment, or takes it back."""

from django.db.models import F
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sandbox import clock
from sandbox.faults import breakable
from sandbox.models import REVERSE_WITHIN, VERIFY_WITHIN, State, Transaction, World
from sandbox.sep import Refused, read_json, read_terminal

RESULTS = {
    0: "عملیات با موفقیت انجام شد",
    2: "درخواست تکراری است",
    5: "تراکنش برگشت خورده است",
    -2: "تراکنش یافت نشد",
    -6: "بیش از نیم ساعت از زمان اجرای تراکنش گذشته است",
    -100: "sandbox: the request is not JSON with RefNum and TerminalNumber",
    -104: "ترمینال ارسالی غیرفعال است",
    -105: "ترمینال ارسالی در سیستم موجود نیست",
    -106: "آدرس آی‌پی درخواست‌دهنده غیرمجاز است",
    -112: "sandbox: reversed before it was verified",
}


def result(code, detail=None):
    code = int(code)
    return JsonResponse(
        {
            "TransactionDetail": detail,
            "ResultCode": code,
            "ResultDescription": RESULTS.get(code, ""),
            "Success": code == 0,
        }
    )


@require_POST
@breakable("verify", refuse=result)
def verify(request):
    now = clock.strike()
    try:
        paid = find(request)
    except Refused as no:
        return result(no.code)
    Transaction.objects.filter(pk=paid.pk).update(verify_calls=F("verify_calls") + 1)
    if paid.move(State.PAID, state=State.VERIFIED, verified_at=now):
        return result(0, detail(paid))
    if paid.state == State.VERIFIED:
        return verified_again(paid, now)
    return result(5 if paid.state == State.REVERSED else -6)


def verified_again(paid, now):
    world = World.objects.get(pk=1)
    late = now >= paid.paid_at + VERIFY_WITHIN
    code = world.late_repeat_verify if late else world.repeat_verify
    tells = code == 0 or (code == 2 and world.repeat_detail)
    return result(code, detail(paid) if tells else None)


@require_POST
@breakable("reverse", refuse=result)
def reverse(request):
    now = clock.strike()
    try:
        paid = find(request)
    except Refused as no:
        return result(no.code)
    Transaction.objects.filter(pk=paid.pk).update(reverse_calls=F("reverse_calls") + 1)
    if paid.state == State.VERIFIED and now >= paid.paid_at + REVERSE_WITHIN:
        return result(-6)
    if paid.move(State.VERIFIED, state=State.REVERSED, ended_at=now):
        return result(0, detail(paid))
    return result({State.REVERSED: 5, State.PAID: -112}.get(paid.state, -6))


def find(request):
    data = read_json(request, -100)
    ref_num = data.get("RefNum")
    if not isinstance(ref_num, str) or not ref_num:
        raise Refused(-100)
    terminal = read_terminal(data.get("TerminalNumber"), (-100, -105, -104))
    paid = Transaction.objects.filter(terminal=terminal, ref_num=ref_num).first()
    if paid is None:
        raise Refused(-2)
    return paid


def detail(paid):
    return {
        "RRN": paid.rrn,
        "RefNum": paid.ref_num,
        "MaskedPan": paid.card_mask,
        "HashedPan": paid.card_hash,
        "TerminalNumber": int(paid.terminal.number),
        "OrginalAmount": paid.amount,
        "AffectiveAmount": paid.amount,
        "StraceDate": f"{timezone.localtime(paid.paid_at):%Y-%m-%d %H:%M:%S}",
        "StraceNo": paid.trace_no,
    }
