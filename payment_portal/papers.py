"""HTML as a PDF, the way to the browser, and the code on it that leads to its check.

WeasyPrint keeps fonts in one configuration for a style and a process: a new one for
every document leaks memory, and one that several threads use at once hangs. So one
document is made at a time; one more may wait its turn, and a crowd is told to come
again.
"""

import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from payment_portal import institution
from payment_portal.seats import Seats

_seats = Seats(2, patience=0.5)
_lock = threading.Lock()


class _Nothing(URLFetcher):
    """Fetches what the document itself holds: no file, no host."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)


@cache
def style(path: Path) -> tuple[FontConfiguration, CSS]:
    """The style of a file, with its fonts."""
    fonts = FontConfiguration()
    return fonts, CSS(filename=path, font_config=fonts)


def pdf(html: str, path: Path) -> bytes:
    """The document in a style: the same every time."""
    with _lock:
        fonts, sheet = style(path)
        colours = CSS(string=f":root {{ --brand: {institution.brand()} }}")
        document = HTML(string=html, url_fetcher=_Nothing())
        made: bytes = document.write_pdf(
            stylesheets=[sheet, colours], font_config=fonts, pdf_variant="pdf/ua-1"
        )
    return made


def as_file(make: Callable[[], bytes], name: str) -> HttpResponse:
    """The answer that lets a browser keep what is made, or come again."""
    with _seats.seat() as seated:
        if not seated:
            page = render(
                None, "503.html", institution.context(institution.kept()), status=503
            )
            page["Retry-After"] = "5"
            return page
        made = make()
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def qr(address: str) -> SafeString:
    """An address of ours as an inline SVG."""
    # To try all eight masks costs more than the rest of the page; readers take any.
    code = segno.make(address, error="m", micro=False, mask=0)
    # Made from our own address alone, so nothing in it needs escaping.
    return mark_safe(  # noqa: S308
        code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    )
