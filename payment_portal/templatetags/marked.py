"""Texts of the staff with headings and points, and no other markup."""

from itertools import groupby

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def marked(text):
    """Lines as paragraphs; after # as headings, after - as the points of a list."""
    lines = filter(None, map(str.strip, text.splitlines()))
    return mark_safe(  # noqa: S308 - every part below is escaped
        "\n".join(_block(sign, run) for sign, run in groupby(lines, _sign))
    )


def _sign(line):
    return line[0] if line[0] in "#-" else ""


def _block(sign, lines):
    items = [(line.lstrip(f"{sign} "),) if sign else (line,) for line in lines]
    if sign == "-":
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items))
    return format_html_join("", "<h2>{}</h2>" if sign == "#" else "<p>{}</p>", items)
