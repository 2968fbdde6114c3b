"""Who pays: accounts, their sessions, codes, limits, messages, the security log."""

from accounts.models.authenticators import Authenticator, BackupCode
from accounts.models.codes import MobileCode
from accounts.models.limits import Limit
from accounts.models.messages import Message
from accounts.models.security import SecurityEvent
from accounts.models.sessions import Session
from accounts.models.users import Language, SignUp, User

__all__ = [
    "Authenticator",
    "BackupCode",
    "Language",
    "Limit",
    "Message",
    "MobileCode",
    "SecurityEvent",
    "Session",
    "SignUp",
    "User",
]
