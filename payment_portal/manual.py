"""The guide of the staff as a page of theirs, from the file that repositories show.

It needs headings, paragraphs, lists, pictures, bold and code, and nothing else of
Markdown: a block is one of them, and blocks stand apart by an empty line.
"""

import re

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe

FILE = settings.BASE_DIR / "docs" / "staff.md"
ITEM = re.compile(r"^(?:-|\d+\.) ", re.MULTILINE)
PICTURE = re.compile(r"!\[(.+)\]\((pictures/.+)\)")
SIGNS = [(r"\*\*(.+?)\*\*", r"<b>\1</b>"), (r"`(.+?)`", r"<code>\1</code>")]


def page():
    """The guide without its title, which the page has."""
    blocks = re.split(r"\n{2,}", FILE.read_text())
    shown = [block.strip() for block in blocks if not block.startswith(("<", "# "))]
    return format_html_join("\n", "{}", ((_block(block),) for block in shown))


def _block(text):
    if text.startswith("#"):
        signs, _space, words = text.partition(" ")
        return format_html("<h{0}>{1}</h{0}>", len(signs), _line(words))
    if found := PICTURE.fullmatch(text):
        shown = '<p><a href="{0}"><img src="{0}" alt="{1}" loading="lazy"></a></p>'
        return format_html(shown, static(found[2]), found[1])
    if ITEM.match(text):
        items = format_html_join("", "<li>{}</li>", _items(text))
        return format_html("<{0}>{1}</{0}>", "ul" if text[0] == "-" else "ol", items)
    return format_html("<p>{}</p>", _line(text))


def _items(text):
    return [(_line(item),) for item in ITEM.split(text) if item]


def _line(text):
    """Words of some lines as one, with what is bold in them."""
    line = escape(" ".join(text.split()))
    for sign, tag in SIGNS:
        line = re.sub(sign, tag, line)
    return mark_safe(line)  # noqa: S308 - a file of ours, escaped
