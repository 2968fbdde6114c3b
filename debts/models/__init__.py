"""What is owed, who owes it, and who of the staff may say so."""

from debts.models.batches import Batch, Upload
from debts.models.certificates import Certificate
from debts.models.debts import Debt
from debts.models.events import DebtEvent
from debts.models.links import PayLink
from debts.models.people import Identity

__all__ = [
    "Batch",
    "Certificate",
    "Debt",
    "DebtEvent",
    "Identity",
    "PayLink",
    "Upload",
]
