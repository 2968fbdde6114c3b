"""A phone that gets every SMS, a clock, and ways to fill in the forms."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.utils import timezone

from accounts import outbox
from accounts.sms import Problem, Sent, SmsError

PASSWORD = "three-blue-winters"
TYPED = {
    "full_name": "ژیار کاکەیی",
    "mobile": "۰۹۱۸ ۵۵۵ ۱۲ ۳۴",
    "email": "",
    "password": PASSWORD,
    "terms": "on",
}
MOBILE = "+989185551234"


@dataclass
class Phone:
    """Stands where the provider's driver stands."""

    messages: list = field(default_factory=list)
    problem: str = ""

    def send(self, mobile, template, tokens, *, deadline):
        self.fail_if_told()
        self.messages.append((mobile, template, dict(tokens)))
        return Sent(number=str(len(self.messages)))

    def fail_if_told(self):
        if self.problem:
            raise SmsError(Problem(self.problem), "told to")

    @property
    def code(self):
        return self.messages[-1][2]["token"]

    @property
    def templates(self):
        return [template for _mobile, template, _tokens in self.messages]


@pytest.fixture
def phone(monkeypatch):
    double = Phone()
    monkeypatch.setattr("accounts.sms.sender", lambda: double)
    return double


@pytest.fixture
def browser(db):
    return Client()


@pytest.fixture
def clock(time_machine):
    """The time stands still; clock.shift(seconds) moves it."""
    time_machine.move_to("2026-11-22 08:00:00+00:00", tick=False)
    return time_machine


def sign_up(browser, **changes):
    return browser.post("/sign-up/", TYPED | changes)


def confirm(browser, code, page="/sign-up/confirm/"):
    return browser.post(page, {"code": code})


def forget(browser, mobile="09181234567"):
    """Ask for a reset; the worker has its turn before anybody looks at a phone."""
    answer = browser.post("/password/forgotten/", {"mobile": mobile})
    outbox.send_due(timezone.now())
    return answer


def other_code(code):
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 10**6:06}"


def text(answer):
    return answer.content.decode()
