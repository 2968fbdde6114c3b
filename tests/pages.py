"""A page as a reader sees it."""

import html
import re

UNSEEN = re.compile(r"<(script|style|svg|title)\b.*?</\1>|<!--.*?-->", re.DOTALL)
# Not alt: the pictures of Django's admin have English ones that nothing translates.
SAID = re.compile(r'\s(?:placeholder|aria-label|title)="([^"]*)"')


def words(page):
    """The visible words of a page, the hints inside its fields among them."""
    body = UNSEEN.sub("", page[page.index("<body") :])
    said = " ".join(SAID.findall(body))
    seen = re.sub(r"<[^>]*>", "", re.sub(r"<(?:br|/p|/dt|/dd|/li|/h\d)>", " ", body))
    return re.sub(r"\s+", " ", html.unescape(f"{seen} {said}"))
