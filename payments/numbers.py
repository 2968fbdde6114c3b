"""Numbers and keys that the portal itself issues."""

import secrets

# No 0 O 1 I L: the code is read from paper and typed.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
ORDER_DIGITS = 11


def check_digit(digits: str) -> str:
    """Return Luhn's check digit for ``digits`` (ASCII)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def new_order_number() -> str:
    """Return 11 random digits without a leading zero, and a check digit.

    Random, so that it stays unused after a restore and tells nothing about volume.
    """
    lowest = 10 ** (ORDER_DIGITS - 1)
    digits = str(lowest + secrets.randbelow(9 * lowest))
    return digits + check_digit(digits)


def new_key() -> str:
    """Return 128 random bits, fit for an address."""
    return secrets.token_urlsafe(16)


def code_in(text: str) -> str:
    """Return the code that somebody typed in his way, or nothing."""
    code = "".join(sign for sign in text.upper() if sign in CODE_SIGNS)
    return code if len(code) == CODE_LENGTH else ""


def new_code() -> str:
    """Return the short code that stands on a receipt."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
