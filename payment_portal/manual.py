"""The guide of the staff as a page of theirs, from the file that repositories show."""

import re

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import mark_safe
from markdown import markdown

FILE = settings.BASE_DIR / "docs" / "staff.md"
# The title and the direction, which the page has of its own.
FRAME = re.compile(r"^(# |</?div).*$", re.MULTILINE)
PICTURE = re.compile(r'(<img alt="[^"]+") src="(pictures/[^"]+)" />')


def page():
    """The guide as HTML; a picture leads to itself in full size."""
    told = markdown(FRAME.sub("", FILE.read_text()))
    return mark_safe(PICTURE.sub(_picture, told))  # noqa: S308 - a file of ours


def _picture(found):
    image, address = found[1], static(found[2])
    return f'<a href="{address}">{image} src="{address}" loading="lazy"></a>'
