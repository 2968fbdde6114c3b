"""Who pays: accounts, sign-ups, codes, limits, messages and the security log."""

from accounts.models.codes import MobileCode
from accounts.models.limits import Limit
from accounts.models.messages import Message
from accounts.models.security import SecurityEvent
from accounts.models.users import Language, SignUp, User

__all__ = [
    "Language",
    "Limit",
    "Message",
    "MobileCode",
    "SecurityEvent",
    "SignUp",
    "User",
]
