"""A paid payment as a PDF, and the code that leads to its check."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from payment_portal import institution, papers
from payments.models import Payment

STYLE = settings.BASE_DIR / "static" / "css" / "receipt.css"


def pdf(payment: Payment) -> bytes:
    """Return the receipt of a paid payment: one A5 page, the same every time.

    It is in the language of the page from which it is asked for.
    """
    address = verify_url(payment)
    context = {
        "payment": payment,
        "qr": papers.picture(address),
        "verify_url": address,
    }
    html = render_to_string("payments/receipt.html", context | institution.on_paper())
    return papers.pdf(html, STYLE)


def as_file(payment: Payment) -> HttpResponse:
    """Return the answer that lets a browser keep the receipt."""
    name = f"receipt-{payment.order_number}.pdf"
    return papers.as_file(lambda: pdf(payment), name)


def verify_url(payment: Payment) -> str:
    """Return the public address that shows whether the receipt is genuine."""
    path = reverse("payments:verify", args=[payment.verify_key])
    return f"{settings.BASE_URL}{path}"


def qr(payment: Payment) -> SafeString:
    """Return the address as an inline SVG, for a page."""
    return papers.qr(verify_url(payment))
