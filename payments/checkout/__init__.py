"""The way of a payment to the bank and back.

This package is the only code that touches a bank and the database. Every step has
three beats: commit what is about to be asked, ask with no transaction and no lock,
commit what was answered. A crash between two beats leaves a lease that runs out, never
a guess.
"""

from payments.checkout.checking import check, check_again, leave_to_staff, release
from payments.checkout.closing import cancel, close_orphan, expire
from payments.checkout.deciding import CannotDecide, confirm, withdraw
from payments.checkout.returning import receive, refuse
from payments.checkout.starting import Draft, NoBank, SubmissionReused, start

__all__ = [
    "CannotDecide",
    "Draft",
    "NoBank",
    "SubmissionReused",
    "cancel",
    "check",
    "check_again",
    "close_orphan",
    "confirm",
    "expire",
    "leave_to_staff",
    "receive",
    "refuse",
    "release",
    "start",
    "withdraw",
]
