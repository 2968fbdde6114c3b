"""HTML as a PDF, the way to the browser, and the code on it that leads to its check.

WeasyPrint keeps fonts in one configuration for a style and a process: a new one for
every document leaks memory, and one that several threads use at once hangs. So one
document is made at a time; one more may wait its turn, and a crowd is told to come
again.
"""

import base64
import io
import threading
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from PIL import Image
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from payment_portal import institution
from payment_portal.seats import Seats

_seats = Seats(2, patience=0.5)
_lock = threading.Lock()


# Fetches what the document itself holds: no file, no host.
_nothing = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


@cache
def style(path: Path) -> tuple[FontConfiguration, CSS]:
    """The style of a file, with its fonts."""
    fonts = FontConfiguration()
    return fonts, CSS(filename=path, font_config=fonts)


@lru_cache(maxsize=1)
def _colours(brand: str) -> CSS:
    return CSS(string=f":root {{ --brand: {brand} }}")


def pdf(html: str, path: Path) -> bytes:
    """The document in a style: the same every time."""
    with _lock:
        fonts, sheet = style(path)
        made: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf(
            stylesheets=[sheet, _colours(institution.brand())],
            font_config=fonts,
            pdf_variant="pdf/ua-1",
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
    """An address of ours as an inline SVG, for a page."""
    svg = _code(address).svg_inline(
        border=2, omitsize=True, svgclass=None, lineclass=None
    )
    # Made from our own address alone, so nothing in it needs escaping.
    return mark_safe(svg)  # noqa: S308


def picture(address: str) -> str:
    """The same as an image, for a paper: WeasyPrint reads every stroke of an SVG."""
    rows = list(_code(address).matrix_iter(border=2))
    side = len(rows)
    dots = bytes(255 * (not dark) for row in rows for dark in row)
    image = Image.frombytes("L", (side, side), dots)
    # Larger than it must be: what a viewer enlarges a little, it makes smooth.
    image = image.resize((4 * side, 4 * side), Image.Resampling.NEAREST)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _code(address: str) -> segno.QRCode:
    # To try all eight masks costs more than the rest of the page; readers take any.
    return segno.make(address, error="m", micro=False, mask=0)
