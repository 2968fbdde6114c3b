"""Payers who pay again and again, whatever breaks, and what they saw."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

import requests

PATIENCE = 120  # seconds before somebody closes the browser
BANK_PAGE = "the bank's page"  # where it breaks it says nothing about the portal
KEPT = "هنوز ثبت نشده"  # title of the page that keeps a return
CLOSED = "پرداخت فعلاً بسته است"


@dataclass
class Story:
    """One payment as its payer lived it."""

    amount: int
    action: str
    address: str = ""  # of the result page
    came_back_at: float = 0
    seen: list = field(default_factory=list)


@dataclass(frozen=True)
class Habits:
    """What payers do, in parts of one."""

    lost: float = 0  # paid, and the browser never comes back
    cancelled: float = 0
    twice: float = 0  # the bank's last page is sent two times
    pause: float = 0  # seconds between two payments, at most


class Payer(threading.Thread):
    """Pays until ``over`` is set; keeps stories, counts errors by place and kind."""

    def __init__(self, visitor, subject, amounts, habits, over):
        super().__init__(daemon=True)
        self.visitor, self.subject, self.amounts = visitor, subject, amounts
        self.habits, self.over = habits, over
        self.stories, self.errors = [], Counter()
        self.start()

    def run(self):
        while not self.over.wait(random.uniform(0, self.habits.pause)):
            try:
                self.pay()
            except GaveUp as error:
                self.errors[str(error), "gave up"] += 1

    def pay(self):
        story = Story(next(self.amounts), self.choose())
        form = self.visitor.form(self.subject, story.amount)
        answer = self.persist(lambda: self.visitor.submit(form), "submit")
        if answer.status_code != 303:
            return  # no bank is open: the page says so
        story.address = f"/payments/{answer.headers['Location'].split('/')[2]}/"
        self.stories.append(story)
        token = self.persist(lambda: self.visitor.get(f"{story.address}bank/"), "bank")
        way = self.go_to_bank(token, story.action)
        if way:
            self.come_back(story, way)

    def choose(self):
        lot = random.random()
        for action in ("lost", "cancelled", "twice"):
            lot -= getattr(self.habits, action)
            if lot < 0:
                return action
        return "success"

    def go_to_bank(self, page, action):
        token = self.visitor.token_in(page)
        if not token:
            return None  # the payment is closed already
        actions = {"lost": "close", "cancelled": "cancel"}
        try:
            return self.visitor.sandbox.pay(token, actions.get(action, "success"))
        except requests.RequestException as error:
            self.errors[BANK_PAGE, type(error).__name__] += 1
            return None

    def come_back(self, story, way):
        story.came_back_at = time.time()
        twice = 2 if story.action == "twice" else 1
        for _ in range(twice):
            self.persist(lambda: self.visitor.come_back(way), "return")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not self.over.is_set():
            page = self.persist(lambda: self.visitor.get(story.address), "result")
            story.seen.append(self.visitor.says(page))
            if story.seen[-1] in {"paid", "unpaid"}:
                return
            time.sleep(1)

    def persist(self, deed, what):
        """Do it until there is an answer, as somebody does who presses reload."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            kind, answer = self.attempt(deed)
            if kind is None:
                return answer
            self.errors[what, kind] += 1
            if kind == CLOSED:
                return answer
            if kind == KEPT:
                deed = partial(self.visitor.press, answer)
            time.sleep(random.uniform(0.3, 1))
        raise GaveUp(what)

    def attempt(self, deed):
        try:
            answer = deed()
        except requests.RequestException as error:
            return type(error).__name__, None
        if answer.status_code < 400:
            return None, answer
        kinds = [text for text in (KEPT, CLOSED) if text in answer.text]
        return (kinds or [str(answer.status_code)])[0], answer


class GaveUp(Exception):
    """Nothing answered for as long as anybody would wait."""
