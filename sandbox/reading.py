"""Reading what a merchant's server sends; what is wrong is refused with a code.

``wrong`` is the code with which the bank refuses such a value.
"""

import json
from urllib.parse import urlsplit

from django.conf import settings


class Refused(Exception):
    """The bank says no, in its own code and, where it has one, its own text."""

    def __init__(self, code, text=""):
        super().__init__(code)
        self.code = code
        self.text = text


class Unspecified(Exception):
    """The sources do not tell what the bank answers here, so nothing is invented."""


def json_object(request):
    """The JSON object of a request; an empty one if it is no object at all."""
    try:
        data = json.loads(request.body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def whole(data, name, *, wrong, least=1, most=10**15 - 1):
    """A whole number, also one that comes as a text of digits."""
    number = data.get(name)
    if isinstance(number, str) and number.isascii() and number.isdigit():
        number = int(number)
    if type(number) is not int or not least <= number <= most:
        raise Refused(wrong)
    return number


def text(data, name, longest, *, wrong, shortest=1):
    """A text, also one that comes as a number."""
    found = data.get(name, "")
    known = isinstance(found, (str, int)) and not isinstance(found, bool)
    if not known or not shortest <= len(str(found)) <= longest:
        raise Refused(wrong)
    return str(found)


def address(data, name, longest, *, wrong):
    """An address of the web."""
    url = text(data, name, longest, wrong=wrong)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise Refused(wrong)
    return url


def registered_address(data, name, longest, *, wrong):
    """An address on the site that the merchant has registered at the bank."""
    url = address(data, name, longest, wrong=wrong)
    if urlsplit(url).hostname != urlsplit(settings.SANDBOX_MERCHANT_REFERER).hostname:
        raise Refused(wrong)
    return url
