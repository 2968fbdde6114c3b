"""Icons of the one sprite, as a tag: {% icon "copy" %}."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()

ICON = '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>'


@register.simple_tag
@cache  # a page shows a dozen of them, always the same
def icon(name, extra=""):
    """Return the sprite's icon; ``extra`` are more classes of it."""
    return format_html(ICON, f"icon {extra}".strip(), static("img/icons.svg"), name)
