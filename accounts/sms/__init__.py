"""The seam to whoever sends our SMS: one call out, one kind of failure back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


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


def sender() -> Sender:
    """The driver that the settings name."""
    driver: Sender = import_string(settings.SMS["BACKEND"])(**settings.SMS["OPTIONS"])
    return driver
