from django import template
from django.utils import timezone

from payments import attention

register = template.Library()


@register.simple_tag
def attention_count():
    """How many things wait on the attention list."""
    return attention.count(timezone.now())
