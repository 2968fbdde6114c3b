"""The seam to whoever sends our SMS: one call out, one kind of failure back."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from payment_portal.outbound import NoAnswer

logger = logging.getLogger(__name__)


class Problem(StrEnum):
    """Why an SMS did not go out, as far as it changes what is done next."""

    BAD_NUMBER = "bad_number"
    BLOCKED = "blocked"  # the subscriber takes no such SMS
    THROTTLED = "throttled"
    CONFIG = "config"  # key, template, plan: ours to mend
    CREDIT = "credit"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"  # it may have gone out: never send again by itself


class SmsError(Exception):
    """The SMS did not go out, or nobody knows whether it did."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(f"{problem.value} {detail}".strip())
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True)
class Sent:
    """What the provider took."""

    number: str


class Sender(Protocol):
    """What a provider's driver offers; it raises SmsError."""

    def send(
        self, mobile: str, template: str, tokens: Mapping[str, str], *, deadline: float
    ) -> Sent: ...


def unanswered(silence: NoAnswer) -> SmsError:
    """Return what no answer means: a text that left us may have gone out."""
    problem = Problem.UNKNOWN if silence.sent else Problem.TEMPORARY
    return SmsError(problem, silence.reason)


# What another provider may do better. One that may have sent the text ends the matter:
# the payer must not get two.
ANOTHER_MAY = {
    Problem.BLOCKED,
    Problem.THROTTLED,
    Problem.CONFIG,
    Problem.CREDIT,
    Problem.TEMPORARY,
}


class InTurn:
    """Several providers, the next asked where the one before surely sent nothing."""

    def __init__(self, senders: Sequence[Sender]) -> None:
        self._first, *self._others = senders

    def send(
        self, mobile: str, template: str, tokens: Mapping[str, str], *, deadline: float
    ) -> Sent:
        ends_at = time.monotonic() + deadline
        what = (mobile, template, tokens)
        try:
            return self._first.send(*what, deadline=deadline)
        except SmsError as error:
            failure = error
        for other in self._others:
            left = ends_at - time.monotonic()
            if failure.problem not in ANOTHER_MAY or left <= 0:
                break
            logger.warning("an SMS goes to the next provider: %s", failure)
            try:
                return other.send(*what, deadline=left)
            except SmsError as error:
                failure = error
        raise failure


def sender() -> Sender:
    """Return the providers that the settings name, in their order."""
    chosen = [settings.SMS[name] for name in settings.SMS_PROVIDERS]
    return InTurn([import_string(one["BACKEND"])(**one["OPTIONS"]) for one in chosen])
