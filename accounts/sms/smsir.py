"""SMS.ir: texts approved beforehand, sent by ``send/verify`` (API v1).

Its templates are known by numbers of the account, so the settings say which number is
which of ours; our tokens are the template's parameters in capitals (#TOKEN#).
"""

import json
from collections.abc import Mapping

from accounts.sms import Problem, Sent, SmsError, unanswered
from payment_portal import outbound, persian

# The provider's table.
PROBLEMS = {
    0: Problem.TEMPORARY,  # its own fault
    10: Problem.CONFIG,  # key not valid
    11: Problem.CONFIG,  # key switched off
    12: Problem.CONFIG,  # our address is not on the list of the key
    13: Problem.CONFIG,  # account not active
    14: Problem.CONFIG,  # account suspended
    20: Problem.THROTTLED,
    101: Problem.CONFIG,  # line not valid
    102: Problem.CREDIT,
    104: Problem.BAD_NUMBER,
    113: Problem.CONFIG,  # no such template
    114: Problem.CONFIG,  # a value of more than 25 signs
    115: Problem.BLOCKED,  # the subscriber takes none
    116: Problem.CONFIG,  # a parameter without a name
    117: Problem.CONFIG,  # text not approved
    119: Problem.CONFIG,  # not in our plan
    123: Problem.CONFIG,  # line not open yet
}


class SmsIr:
    def __init__(
        self, *, base_url: str, api_key: str, templates: Mapping[str, str]
    ) -> None:
        self._root = base_url.rstrip("/")
        self._key = api_key
        self._templates = templates

    def send(
        self, mobile: str, template: str, tokens: Mapping[str, str], *, deadline: float
    ) -> Sent:
        """Send the approved text ``template`` with its tokens to a +98 mobile."""
        if not self._key:
            raise SmsError(Problem.CONFIG, "no key")
        number = self._templates.get(template, "")
        if not number.isdecimal():
            raise SmsError(Problem.CONFIG, f"no number of template {template}")
        body = {
            "mobile": persian.local_mobile(mobile),
            "templateId": int(number),
            "parameters": [
                {"name": name.upper(), "value": value} for name, value in tokens.items()
            ],
        }
        url, key = f"{self._root}/v1/send/verify", {"X-API-KEY": self._key}
        try:
            answer = outbound.post_json(url, body, deadline=deadline, **key)
        except outbound.NoAnswer as silence:
            raise unanswered(silence) from None
        return _read(answer)


def _read(answer: outbound.Answer) -> Sent:
    try:
        content = json.loads(answer.text)
        code = int(content["status"])
        message = content["data"]["messageId"] if code == 1 else ""
    except (ValueError, TypeError, LookupError):
        raise SmsError(Problem.UNKNOWN, f"unreadable, HTTP {answer.status}") from None
    if code == 1 and answer.status == 200:
        return Sent(number=str(message)[:60])
    raise SmsError(PROBLEMS.get(code, Problem.UNKNOWN), f"{code}, HTTP {answer.status}")
