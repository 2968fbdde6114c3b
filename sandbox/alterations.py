"""True answers with one thing changed: what a client must notice by comparing.

A bank's ``names`` say under which names its answers tell amount, order, receipt and
terminal; one that hides them in a text has its own ``alter``.
"""

ALTERATIONS = {
    "wrong_amount": "مبلغ دیگر",
    "wrong_order": "سفارش دیگر",
    "wrong_receipt": "رسید دیگر",
    "wrong_terminal": "پایانه دیگر",
}
USUAL = {
    "wrong_amount": "1000",
    "wrong_order": "99999999999",
    "wrong_receipt": "88888888888",
    "wrong_terminal": "77777777",
}


def altered(bank, told, fault):
    """What the bank tells, with another amount, order, receipt or terminal."""
    names = bank.names.get(fault.kind.removeprefix("wrong_"), ())
    return bank.alter(told, names, fault.code or USUAL[fault.kind])


def replaced(told, names, value):
    """The same data with this value under these names, wherever they stand."""
    if isinstance(told, list):
        return [replaced(one, names, value) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        name: like(old, value) if name in names else replaced(old, names, value)
        for name, old in told.items()
    }


def like(old, value):
    """The value in the type of what it replaces; nothing stays nothing."""
    if old is None or old == "":
        return old
    is_number = isinstance(old, int) and not isinstance(old, bool)
    return int(value) if is_number else value
