"""The way of a payment to the bank and back.

This package is the only code that touches a bank and the database. Every step has
three beats: commit what is about to be asked, ask with no transaction and no lock,
commit what was answered. A crash between two beats leaves a lease that runs out, never
a guess.
"""

from payments.checkout.asking import look_after, look_again, may_be_asked
from payments.checkout.checking import check
from payments.checkout.closing import cancel, close_orphan
from payments.checkout.deciding import CannotDecide, confirm, withdraw
from payments.checkout.making_way import make_way
from payments.checkout.recovering import put_off_claim, put_off_payment, release
from payments.checkout.returning import receive, refuse
from payments.checkout.reviewing import leave_to_staff
from payments.checkout.settling import settle
from payments.checkout.starting import (
    DebtTaken,
    Draft,
    NoBank,
    SubmissionReused,
    start,
    try_out,
)

__all__ = [
    "CannotDecide",
    "DebtTaken",
    "Draft",
    "NoBank",
    "SubmissionReused",
    "cancel",
    "check",
    "close_orphan",
    "confirm",
    "leave_to_staff",
    "look_after",
    "look_again",
    "make_way",
    "may_be_asked",
    "put_off_claim",
    "put_off_payment",
    "receive",
    "refuse",
    "release",
    "settle",
    "start",
    "try_out",
    "withdraw",
]
