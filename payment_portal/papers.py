"""HTML as a PDF.

WeasyPrint keeps fonts in one configuration for a style and a process: a new one for
every document leaks memory, and one that several threads use at once hangs. So one
document is made at a time.
"""

import threading
from functools import cache
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

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
        document = HTML(string=html, url_fetcher=_Nothing())
        made: bytes = document.write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
        )
    return made
