"""What events and claims say in words: stored in English, shown in Persian."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

MALFORMED = _("malformed return")
TWICE = _("a field of the return came twice")
MISMATCH = _("return does not match the payment")
RECEIPT_USED = _("receipt of another payment")
UNKNOWN_RECEIPT = _("the bank does not know this receipt")
SECOND_RECEIPT = _("second receipt for a paid payment")
DEBT_PAID = _("the debt is paid already; the money goes back")
OVERPAID = _("more was paid than was owed; the rest has to be given back")
MANY = _("many returns: the bank is asked about them slowly")
TOO_MANY = _("too many returns: no more of them are noted")

PAID_ALREADY = _("paid already under another receipt")
OTHER_AMOUNT = _("the bank confirms another amount")
OTHER_CREDIT = _("the bank credits another amount")
OTHER_RECEIPT = _("the bank confirms another receipt")
OTHER_TERMINAL = _("the bank confirms another terminal")
OTHER_ORDER = _("the bank confirms another order")
OTHER_TOKEN = _("the bank confirms another token")
RECEIPT_CONFIRMED = _("receipt is confirmed for another payment")

ANSWER_LOST = _("window is over and an answer was lost")
NEVER_ANSWERED = _("window is over and the bank has not answered")
NOT_GIVEN_BACK = _("the bank did not give the money back")
TWO_OFFICERS = _("decided by two officers")
NOT_SET_UP = _("the bank refuses this terminal; it was closed to payers")
NOT_ACCEPTED = _("the bank sent the payer back because of the terminal's set-up")
NOT_SETTLED = _("the bank does not deposit the money")
SETTLED = _("the bank deposits the money")
SAID_NOTHING = _("return that says nothing; the bank is asked")
CRASHED = _("crashed")
STUMBLED = _("the portal itself failed at this payment")


def told(text: str) -> str:
    """Return a stored note in the reader's language; a bank's code as it is."""
    return gettext(text) if text else ""
