"""The door of every bank's pay page: from the merchant's site, with a token, once."""

from urllib.parse import urlsplit

from django.conf import settings
from django.shortcuts import redirect, render

from sandbox import clock
from sandbox.models import State, Transaction


def enter(bank, request, token, **changes):
    """Open the pay page; ``changes`` are kept with the transaction."""
    now = clock.strike()
    if came_from(request) != settings.SANDBOX_MERCHANT_REFERER:
        return turn_away(bank, request, "ارجاع‌دهنده با نشانی ثبت‌شده پذیرنده یکی نیست.")
    if not token:
        return turn_away(bank, request, "توکن فرستاده نشده است.")
    paying = Transaction.objects.filter(psp=bank.psp, token=token).first()
    if paying is None:
        return turn_away(bank, request, "چنین توکنی صادر نشده است.")
    entered = paying.move(
        State.CREATED,
        state=State.ENTERED,
        entered_at=now,
        due_at=now + bank.page_open_for,
        due_state=State.EXPIRED,
        **changes,
    )
    if not entered:
        return turn_away(
            bank, request, "این توکن پیش‌تر به کار رفته یا مهلتش گذشته است."
        )
    response = redirect("card", bank.psp, paying.page_key)
    response.status_code = 303
    return response


def came_from(request):
    referer = urlsplit(request.headers.get("Referer", ""))
    return f"{referer.scheme}://{referer.netloc}"


def turn_away(bank, request, reason):
    context = {
        "bank": bank,
        "reason": reason,
        "came_from": came_from(request),
        "expected": settings.SANDBOX_MERCHANT_REFERER,
    }
    return render(request, "sandbox/turned_away.html", context, status=403)
