"""The states of a payment, and the only ways between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    # In words that payer and officer share on the telephone.
    STARTED = "started", _("Connecting to the bank")
    AT_BANK = "at_bank", _("Waiting for payment")
    CHECKING = "checking", _("Asking the bank")
    UNPAID = "unpaid", _("Unsuccessful")
    REVIEW = "review", _("Being looked into")
    PAID = "paid", _("Successful")


EDGES = {
    State.STARTED: {State.AT_BANK, State.UNPAID},
    State.AT_BANK: {State.CHECKING, State.UNPAID},
    State.CHECKING: {State.PAID, State.UNPAID, State.REVIEW},
    State.UNPAID: {State.CHECKING},
    State.REVIEW: {State.PAID, State.UNPAID},
    State.PAID: set(),
}


# Something is still to come: a payer, an answer of the bank, a word of an officer.
UNFINISHED = [State.STARTED, State.AT_BANK, State.CHECKING, State.REVIEW]


# Somebody may be on the bank's page.
AT_LARGE = [State.STARTED, State.AT_BANK]


class Reason(models.TextChoices):
    """Why a payment is unpaid."""

    REFUSED = "refused", _("the bank could not be reached")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    DECLINED = "declined", _("declined")
    REVERSED = "reversed", _("given back")


class Settlement(models.TextChoices):
    """Whether the bank still has to be told to deposit the money."""

    NOT_NEEDED = "not_needed", _("not needed")
    DUE = "due", _("due")
    DONE = "done", _("done")
