"""How answers of banks are read: whatever is not as expected is no answer at all."""

import json
import re
from collections.abc import Mapping, Set
from typing import Any

from payment_portal.outbound import Answer
from payments.gateways.base import Code, Kind, Malformed, No, Refused, Unknown

WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
PRINTABLE = re.compile(r"[\x20-\x7e]*", re.ASCII)
OK = frozenset({200})
SPOKEN = OK | frozenset(range(400, 500))  # some banks say their no under these

NO = {
    Kind.NO: No.DECLINED,
    Kind.REVERSED: No.REVERSED,
    Kind.WINDOW_OVER: No.WINDOW_OVER,
}


def json_object(answer: Answer, statuses: Set[int] = OK) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises Unknown."""
    body = json_value(answer, statuses)
    if not isinstance(body, dict):
        raise Unknown("not an object")
    return body


def json_value(answer: Answer, statuses: Set[int] = OK) -> Any:
    """Return the JSON of an answer with one of these statuses. Raises Unknown."""
    if answer.status not in statuses:
        raise Unknown(f"http status {answer.status}", silent=answer.status >= 500)
    try:
        return json.loads(answer.text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Unknown("not json") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same name twice: which one would be true?"""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found


def whole(body: Mapping[str, Any], name: str) -> int:
    """Return a whole number, whether sent as number or text. Raises Unknown."""
    value = body.get(name)
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    # True equals 1 in Python; no bank means that.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Unknown(f"{name} is no whole number")


def text(body: Mapping[str, Any], name: str, most: int = 50) -> str:
    """Return a text that must be there, number or text. Raises Unknown."""
    found = optional_text(body, name, most)
    if not found:
        raise Unknown(f"{name} is missing")
    return found


def optional_text(body: Mapping[str, Any], name: str, most: int = 50) -> str:
    """Return a text, or nothing where the bank sends none. Raises Unknown."""
    value = body.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unknown(f"{name} is no text")
    if len(str(value)) > most or not PRINTABLE.fullmatch(str(value)):
        raise Unknown(f"{name} is out of shape")
    return str(value)


def field(fields: Mapping[str, str], name: str, most: int = 255) -> str:
    """Return one field of the browser's, or nothing. Raises Malformed."""
    value = fields.get(name, "")
    if len(value) > most or not PRINTABLE.fullmatch(value):
        raise Malformed(name)
    return value


def lower_names(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a browser under names in lower case. Raises Malformed."""
    known: dict[str, str] = {}
    for name, value in fields.items():
        if known.setdefault(name.lower(), value) != value:
            raise Malformed("one name with two values")
    return known


def judge(codes: Mapping[str, Code], code: str) -> Kind:
    """Return YES or DONE_BEFORE; any other code is raised: Refused, Unknown."""
    kind = codes[code].kind if code in codes else Kind.UNKNOWN
    if kind in NO:
        raise Refused(code, NO[kind])
    if kind not in {Kind.YES, Kind.DONE_BEFORE}:
        raise Unknown(f"code {code[:20]}", faulty_set_up=kind is Kind.SET_UP)
    return kind
