"""Addresses of pages that have no parts, as a tag: {% address "payments:history" %}."""

from functools import cache

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
@cache  # every page shows a dozen, and to look one up costs more than to print it
def address(name):
    """Return the path of the view with this name."""
    return reverse(name)
