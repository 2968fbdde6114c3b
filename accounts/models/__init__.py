"""Who pays: accounts, sign-ups, codes, limits and messages."""

from accounts.models.codes import MobileCode
from accounts.models.limits import Limit
from accounts.models.messages import Message
from accounts.models.users import Language, SignUp, User

__all__ = ["Language", "Limit", "Message", "MobileCode", "SignUp", "User"]
