"""Kavenegar: texts approved beforehand, sent by verify/lookup.

The key stands in the address, so no address may reach a log or an exception; the
answer repeats the whole text with its code, so no body may either.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from accounts.sms import Problem, Sent, SmsError, unanswered
from payment_portal import outbound, persian

# The provider's table, first the general codes, then those of the lookup.
PROBLEMS = {
    400: Problem.CONFIG,  # parameters incomplete
    401: Problem.CONFIG,  # account switched off
    402: Problem.TEMPORARY,  # operation failed
    403: Problem.CONFIG,  # key not valid
    404: Problem.CONFIG,  # no such method
    405: Problem.CONFIG,  # GET instead of POST
    406: Problem.CONFIG,  # a required parameter is empty
    407: Problem.CONFIG,  # our address is not on the list of the key
    409: Problem.TEMPORARY,  # server cannot answer now
    411: Problem.BAD_NUMBER,  # receptor not valid
    412: Problem.CONFIG,  # sender not valid
    413: Problem.CONFIG,  # text empty or too long
    414: Problem.CONFIG,  # too many records
    416: Problem.CONFIG,  # our address does not fit the settings of the key
    417: Problem.CONFIG,  # date not valid
    418: Problem.CREDIT,
    420: Problem.CONFIG,  # links not allowed
    427: Problem.CONFIG,  # line not open to this account
    429: Problem.THROTTLED,  # our address is limited
    451: Problem.THROTTLED,  # too many calls in the window
    501: Problem.CONFIG,  # test account: only to its owner
    422: Problem.CONFIG,  # a sign that the template does not take
    424: Problem.CONFIG,  # template missing or not approved yet
    426: Problem.CONFIG,  # plan without the lookup
    428: Problem.CONFIG,  # call impossible
    431: Problem.CONFIG,  # structure of the code
    432: Problem.CONFIG,  # token not in the template
    607: Problem.CONFIG,  # tag not known
}
# State of the message itself in an answer that is otherwise good.
LOST = {
    "6": Problem.TEMPORARY,  # failed at the carrier
    "11": Problem.TEMPORARY,  # not delivered
    "13": Problem.TEMPORARY,  # cancelled
    "14": Problem.BLOCKED,  # the subscriber takes none
}


class Kavenegar:
    def __init__(self, *, base_url: str, api_key: str) -> None:
        self._root = base_url.rstrip("/")
        self._key = api_key

    def send(
        self, mobile: str, template: str, tokens: Mapping[str, str], *, deadline: float
    ) -> Sent:
        """Send the approved text ``template`` with its tokens to a +98 mobile."""
        receptor = persian.local_mobile(mobile)
        fields = {"receptor": receptor, "template": template, **tokens}
        entry = self._ask("verify/lookup", fields, deadline)
        state = str(entry.get("status", ""))
        if problem := LOST.get(state):
            raise SmsError(problem, f"message state {state}")
        # No longer than what the message's row takes.
        return Sent(number=str(entry.get("messageid", ""))[:60])

    def _ask(
        self, method: str, fields: dict[str, str], deadline: float
    ) -> dict[str, Any]:
        if not self._key:
            raise SmsError(Problem.CONFIG, "no key")
        url = f"{self._root}/v1/{quote(self._key, safe='')}/{method}.json"
        try:
            answer = outbound.post_form(url, fields, deadline=deadline)
        except outbound.NoAnswer as silence:
            # Without its cause, which may hold the address and with it the key.
            raise unanswered(silence) from None
        return _read(answer)


def _read(answer: outbound.Answer) -> dict[str, Any]:
    """The first entry of a good answer."""
    try:
        content = json.loads(answer.text)
        code = int(content["return"]["status"])
        entries = content["entries"] if code == 200 else None
        entry = dict(entries[0] if isinstance(entries, list) else entries or {})
    except (ValueError, TypeError, LookupError):
        raise SmsError(Problem.UNKNOWN, f"unreadable, HTTP {answer.status}") from None
    if code == answer.status == 200:
        return entry
    raise SmsError(PROBLEMS.get(code, Problem.UNKNOWN), f"{code}, HTTP {answer.status}")
