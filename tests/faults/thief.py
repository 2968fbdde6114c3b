"""What a thief can do with his own payments: he is a payer like any other.

He knows the addresses of his own payments and whatever the bank puts into his browser,
and he may send what he likes.
"""

from tests.payer import WayBack

MISMATCH = "return does not match the payment"
USED = "receipt of another payment"


def begin(portal, visitor, form):
    answer = visitor.submit(form)
    assert answer.status_code == 303, answer.text
    assert visitor.token_in(visitor.get(answer.headers["Location"]))
    return portal.payment_at(answer)


def names(payment):
    """What a return of this payment names, and the thief knows."""
    return {
        "State": "OK",
        "Status": "2",
        "ResNum": payment.order_number,
        "Token": payment.token,
        "TerminalId": payment.terminal.merchant_number,
    }


def bring(portal, visitor, payment, fields):
    """Post this return to the payment's own address."""
    answer = visitor.come_back(way_to(portal, payment, fields))
    assert (answer.status_code, answer.cookies.get_dict()) == (303, {})
    payment.refresh_from_db()


def way_to(portal, payment, fields):
    return WayBack(f"{portal.url}/bank/{payment.callback_key}/", "POST", fields)


def alarms(payment):
    found = payment.events.filter(is_alarm=True).order_by("pk")
    return list(found.values_list("note", flat=True))


def times_asked(portal, payment):
    return portal.sandbox.transaction(payment.order_number)["verify_calls"]
