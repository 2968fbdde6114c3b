"""The line to a bank: one call bounded in time, with a masked copy for the record."""

import contextlib
import json
import re
import time
from collections.abc import Mapping

from payment_portal import outbound
from payment_portal.outbound import Answer
from payments.gateways.base import Unknown

COPY_LIMIT = 4000
# A run of digits as long as a card number keeps what a receipt may show.
CARD = re.compile(r"(?<![0-9])([0-9]{6})[0-9]{6}([0-9]{4})(?![0-9])")


class RecordedLine:
    """Speaks for a driver; ``request`` and ``answer`` hold masked copies after it."""

    def __init__(self, deadline: float, secrets: frozenset[str]) -> None:
        self._started = time.monotonic()
        self._deadline = deadline
        self._secrets = secrets
        self.request = ""
        self.answer = ""

    @property
    def milliseconds(self) -> int:
        return round((time.monotonic() - self._started) * 1000)

    def post_json(self, url: str, body: Mapping[str, object]) -> Answer:
        self.request = self._masked(json.dumps(body))
        left = self._deadline - (time.monotonic() - self._started)
        if left <= 0:
            raise Unknown("deadline", silent=True)
        try:
            answer = outbound.post_json(url, body, deadline=left)
        except outbound.NoAnswer as error:
            self.answer = error.reason
            # A wrong certificate is no silence: somebody else may be speaking.
            silent = error.reason != "SSLError"
            raise Unknown(error.reason, silent=silent) from None
        self.answer = f"{answer.status} {self._masked(answer.text)}"
        return answer

    def _masked(self, text: str) -> str:
        with contextlib.suppress(ValueError):  # not JSON: only cards are masked
            plain = self._without_secrets(json.loads(text))
            text = json.dumps(plain, ensure_ascii=False)
        return CARD.sub(r"\1******\2", text)[:COPY_LIMIT]

    def _without_secrets(self, value: object) -> object:
        if isinstance(value, dict):
            return {
                name: "***"
                if name.lower() in self._secrets and content
                else self._without_secrets(content)
                for name, content in value.items()
            }
        if isinstance(value, list):
            return [self._without_secrets(item) for item in value]
        return value
