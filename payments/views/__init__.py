"""Pages of the payer, the bank's way back, and the check of a receipt."""

from payments.views.history import history
from payments.views.metrics import metrics
from payments.views.paying import confirm, dashboard, handover, pay
from payments.views.receipts import receipt, verify, verify_form
from payments.views.results import callback, cancel, recheck, result

__all__ = [
    "callback",
    "cancel",
    "confirm",
    "dashboard",
    "handover",
    "history",
    "metrics",
    "pay",
    "receipt",
    "recheck",
    "result",
    "verify",
    "verify_form",
]
