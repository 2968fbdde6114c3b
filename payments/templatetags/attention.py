from django import template
from django.utils import timezone

from payments import attention

register = template.Library()


@register.simple_tag(takes_context=True)
def attention_count(context):
    """How many things wait on the attention list."""
    return attention.count(timezone.now(), context["request"].user)
