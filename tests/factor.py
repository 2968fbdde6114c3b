"""The app on the telephone of staff."""

import re
import time
from base64 import b32decode

from django_otp.oath import hotp

KEY = re.compile(r"secret=([A-Z2-7]{32})\b")


def code(key, later=0):
    """What the app shows now, or so many half minutes later."""
    return f"{hotp(b32decode(key), int(time.time()) // 30 + later):06}"


def key_on(page):
    return KEY.search(page)[1]
