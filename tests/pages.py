"""A page as a reader sees it."""

import html
import re

UNSEEN = re.compile(r"<(script|style|svg|title)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SAID = re.compile(r'\s(?:placeholder|aria-label|title|alt)="([^"]*)"')


def words(answer):
    """The visible words of an answer, the hints inside its fields among them."""
    page = answer.content.decode()
    body = UNSEEN.sub("", page[page.index("<body") :])
    said = " ".join(SAID.findall(body))
    seen = re.sub(r"<[^>]*>", "", re.sub(r"<(?:br|/p|/dt|/dd|/li|/h\d)>", " ", body))
    return re.sub(r"\s+", " ", html.unescape(f"{seen} {said}"))
