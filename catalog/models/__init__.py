"""What can be paid for: Faculty -> Unit -> Subject.

Rows that payments point to are never deleted; staff switch them off.
"""

from catalog.models.duties import Duty
from catalog.models.places import Faculty, Unit
from catalog.models.subjects import AmountRule, Subject

__all__ = ["AmountRule", "Duty", "Faculty", "Subject", "Unit"]
