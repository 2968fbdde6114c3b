"""Settings of the portal that script/attack attacks: the attackers' programs lose the
CSRF cookie, and everything they send would end at its check.
"""

from payment_portal.settings import *  # noqa: F403
from payment_portal.settings import MIDDLEWARE

MIDDLEWARE = [name for name in MIDDLEWARE if not name.endswith("CsrfViewMiddleware")]
