"""Pages of the payer, the bank's way back, and the check of a receipt."""

from payments.views.debts import debt, pay_debt
from payments.views.history import history
from payments.views.links import link, make_link, pay_link, revoke_link
from payments.views.metrics import metrics
from payments.views.own_data import own_data
from payments.views.paying import confirm, dashboard, handover, pay
from payments.views.receipts import receipt, verify, verify_form
from payments.views.results import callback, cancel, recheck, result

__all__ = [
    "callback",
    "cancel",
    "confirm",
    "dashboard",
    "debt",
    "handover",
    "history",
    "link",
    "make_link",
    "metrics",
    "own_data",
    "pay",
    "pay_debt",
    "pay_link",
    "receipt",
    "recheck",
    "result",
    "revoke_link",
    "verify",
    "verify_form",
]
