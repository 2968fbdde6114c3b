"""The line to a bank: one call bounded in time, with a masked copy for the record."""

import json
import re
import time
from collections.abc import Callable, Mapping

from payment_portal import outbound
from payment_portal.outbound import Answer
from payments.gateways.base import Unknown

COPY_LIMIT = 4000
# The start of an XML element and the text in it.
ELEMENT = re.compile(
    r"(?P<start><(?:\w+:)?(?P<name>\w+)(?:\s[^<>]*)?>)"
    r"(?:[^<]|<!\[CDATA\[.*?(?:\]\]>|$))+",
    re.DOTALL,
)
# A name and its value in JSON that is broken off or stands among other things.
MEMBER = re.compile(
    r'(?P<start>"(?P<name>\w+)"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|[0-9]+)', re.DOTALL
)
# A single word, bare or half quoted, is a token, too.
WORD = re.compile(r"\s*[^\s<>{}\[\]]+\s*")
# A run of digits as long as a card number keeps what a receipt may show.
CARD = re.compile(r"(?<![0-9])([0-9]{6})[0-9]{6}([0-9]{4})(?![0-9])")


def without_cards(text: str) -> str:
    """Hide the middle of whatever looks like a whole card number."""
    return CARD.sub(r"\1******\2", text)


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

    def post_json(self, url: str, body: Mapping[str, object], **headers: str) -> Answer:
        said = json.dumps(body)
        return self._say(said, outbound.post_json, url, body, **headers)

    def post_xml(self, url: str, body: str, **headers: str) -> Answer:
        return self._say(body, outbound.post_xml, url, body, **headers)

    def get(self, url: str, query: Mapping[str, str], **headers: str) -> Answer:
        said = json.dumps(query)
        return self._say(said, outbound.get, url, query, **headers)

    def _say(
        self,
        said: str,
        speak: Callable[..., Answer],
        *what: object,
        **headers: str,
    ) -> Answer:
        self._note("request", self._masked(said))
        left = self._deadline - (time.monotonic() - self._started)
        if left <= 0:
            raise Unknown("deadline", silent=True)
        try:
            answer = speak(*what, deadline=left, **headers)
        except outbound.NoAnswer as error:
            self._note("answer", error.reason)
            # A wrong certificate is no silence: somebody else may be speaking.
            silent = error.reason != "SSLError"
            raise Unknown(error.reason, silent=silent) from None
        self._note("answer", f"{answer.status} {self._masked(answer.text)}")
        return answer

    def _note(self, which: str, text: str) -> None:
        """Add to the copy: a driver may have to ask twice to know.

        What no database stores, and no bank has to say, must not lose its answer.
        """
        text = text.encode("utf-8", "replace").decode().replace("\0", "?")
        known = getattr(self, which)
        setattr(self, which, f"{known}\n{text}"[:COPY_LIMIT] if known else text)

    def _masked(self, text: str) -> str:
        try:
            told = json.loads(text)
            # An answer that is nothing but a text is a token.
            plain = "***" if isinstance(told, str) else self._without_secrets(told)
            text = json.dumps(plain, ensure_ascii=False)
        except (ValueError, RecursionError):
            if WORD.fullmatch(text):
                return "***"
            for secret in (ELEMENT, MEMBER):
                text = secret.sub(self._without_content, text)
        return without_cards(text)[:COPY_LIMIT]

    def _without_content(self, found: re.Match[str]) -> str:
        secret = found["name"].lower() in self._secrets
        return f"{found['start']}***" if secret else found[0]

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
