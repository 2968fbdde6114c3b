"""Form fields that take what people in Iran type and give what we store.

Every field keeps on error what was typed, and says in its errors what to do.
"""

from payment_portal.fields.amount import RialField
from payment_portal.fields.dates import JalaliDateField, JalaliDateTimeField
from payment_portal.fields.keys import LARGEST_KEY, row_key
from payment_portal.fields.text import (
    CleanCharField,
    CodeField,
    EmailField,
    MobileField,
    e164,
)

__all__ = [
    "LARGEST_KEY",
    "CleanCharField",
    "CodeField",
    "EmailField",
    "JalaliDateField",
    "JalaliDateTimeField",
    "MobileField",
    "RialField",
    "e164",
    "row_key",
]
