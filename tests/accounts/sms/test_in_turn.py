"""Which provider sends, and when the next one may."""

import pytest

from accounts import sms
from accounts.sms import InTurn, Problem, Sent, SmsError
from accounts.sms.kavenegar import Kavenegar
from accounts.sms.smsir import SmsIr

REFUSALS = {Problem.BAD_NUMBER, Problem.UNKNOWN}


class Provider:
    def __init__(self, problem=None):
        self.problem, self.deadlines = problem, []

    def send(self, mobile, template, tokens, *, deadline):
        self.deadlines.append(deadline)
        if self.problem:
            raise SmsError(self.problem)
        return Sent(number="1")


def send(*providers, deadline=8):
    sender = InTurn(providers)
    return sender.send("+989181234567", "reset-code", {"token": "1"}, deadline=deadline)


@pytest.mark.parametrize("problem", sorted(set(Problem) - REFUSALS))
def test_the_next_provider_sends_what_the_first_surely_did_not(problem):
    first, second = Provider(problem), Provider()
    assert send(first, second).number == "1"
    assert second.deadlines[0] < first.deadlines[0] == 8


@pytest.mark.parametrize("problem", sorted(REFUSALS))
def test_what_may_have_gone_out_or_never_can_is_nobody_elses(problem):
    second = Provider()
    with pytest.raises(SmsError) as refused:
        send(Provider(problem), second)
    assert refused.value.problem is problem
    assert second.deadlines == []


def test_the_last_providers_problem_counts():
    with pytest.raises(SmsError) as refused:
        send(Provider(Problem.CREDIT), Provider(Problem.UNKNOWN))
    assert refused.value.problem is Problem.UNKNOWN


def test_nobody_is_asked_when_the_time_is_over():
    second = Provider()
    with pytest.raises(SmsError):
        send(Provider(Problem.TEMPORARY), second, deadline=0)
    assert second.deadlines == []


def test_the_settings_name_who_sends_in_which_order(settings, monkeypatch):
    asked = []
    for driver in (Kavenegar, SmsIr):
        monkeypatch.setattr(driver, "send", lambda self, *a, **k: refuse(self, asked))
    settings.SMS_PROVIDERS = ["smsir", "kavenegar"]
    with pytest.raises(SmsError):
        sms.sender().send("+989181234567", "reset-code", {}, deadline=5)
    assert asked == [SmsIr, Kavenegar]


def refuse(driver, asked):
    asked.append(type(driver))
    raise SmsError(Problem.TEMPORARY)
