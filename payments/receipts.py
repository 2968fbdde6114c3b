"""A paid payment as a PDF, and the code that leads to its check.

One document is made at a time; one more may wait its turn, and a crowd is told to come
again.
"""

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from payment_portal import papers
from payment_portal.context_processors import institution
from payment_portal.seats import Seats
from payments.models import Payment

STYLE = settings.BASE_DIR / "static" / "css" / "receipt.css"
_seats = Seats(2, patience=0.5)


class Busy(Exception):
    """Too many receipts are asked for at this moment."""


def pdf(payment: Payment) -> bytes:
    """Return the receipt of a paid payment: one A5 page, the same every time.

    Raises Busy.
    """
    with _seats.seat() as seated:
        if not seated:
            raise Busy
        return _made(payment)


def _made(payment: Payment) -> bytes:
    context = {
        "payment": payment,
        "qr": qr(payment),
        "verify_url": verify_url(payment),
        "university_name": settings.UNIVERSITY_NAME,
        "system_name": settings.SYSTEM_NAME,
        "university_phone": settings.UNIVERSITY_PHONE,
        "sandbox": settings.SANDBOX,
    }
    return papers.pdf(render_to_string("payments/receipt.html", context), STYLE)


def as_file(payment: Payment) -> HttpResponse:
    """Return the answer that lets a browser keep the receipt."""
    name = f"receipt-{payment.order_number}.pdf"
    try:
        made = pdf(payment)
    except Busy:
        page = render(None, "503.html", institution(None), status=503)
        page["Retry-After"] = "5"
        return page
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def verify_url(payment: Payment) -> str:
    """Return the public address that shows whether the receipt is genuine."""
    path = reverse("payments:verify", args=[payment.verify_key])
    return f"{settings.BASE_URL}{path}"


def qr(payment: Payment) -> SafeString:
    """Return the address as an inline SVG."""
    # To try all eight masks costs more than the rest of the page; readers take any.
    code = segno.make(verify_url(payment), error="m", micro=False, mask=0)
    # Made from our own address alone, so nothing in it needs escaping.
    return mark_safe(  # noqa: S308
        code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    )
