"""The log's lines, without the keys that stand in addresses.

Whoever has such an address needs no log-in: what follows is worth as much as it opens.
"""

import logging
import re

# Pay links, returns from banks, checks of receipts and certificates, mails' links. In
# deploy/nginx.conf, too.
OPENING = "l|bank|v|c|e-mail"
# Of a payment enough is left to find it by. No quote and no backslash goes, which would
# break a line of JSON.
KEY = re.compile(rf"(?<!\w)((?:{OPENING})/|payments/[0-9a-f]{{8}}-)[\w:.%-]+")


class WithoutKeys(logging.Formatter):
    """Cuts the keys out of all that is written: message, arguments and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return KEY.sub(r"\1***", super().format(record))
