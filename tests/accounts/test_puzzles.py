"""Proof of work before the third code, and what becomes of those who cannot do it."""

import json
from base64 import b64decode, b64encode
from datetime import timedelta

import altcha
import pytest
from django.test import Client
from django.utils import timezone

from accounts import puzzles
from accounts.models import Limit
from tests.accounts.conftest import forget, sign_up, text

PUZZLE = "/code/puzzle/"
NEEDS = "جاوااسکریپت را روشن کنید"
HERE = "203.0.113.1"


@pytest.fixture(autouse=True)
def two_without_a_proof(settings, monkeypatch):
    settings.CODES_WITHOUT_PROOF = 2
    monkeypatch.setattr(puzzles, "COST", 2)


def solved(challenge=None):
    """What a browser makes of a puzzle."""
    challenge = challenge or Client().get(PUZZLE).json()
    asked = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(asked, altcha.solve_challenge(asked)).to_base64()


def ask(number=0, proof="", address=HERE):
    """Somebody asks for a code in a fresh browser; the page he gets."""
    browser = Client(REMOTE_ADDR=address)
    typed = {"mobile": f"0918555000{number}", "proof": proof}
    answer = sign_up(browser, **typed)
    return text(browser.get(answer.url) if answer.status_code == 302 else answer)


def test_the_third_code_at_an_address_needs_a_proof(db, phone, clock):
    ask(1), ask(2)
    page = ask(3)
    assert NEEDS in page
    assert "بدون جاوااسکریپت، ۱۰ دقیقه دیگر دوباره تلاش کنید." in page
    assert len(phone.messages) == 2
    assert NEEDS not in ask(3, solved())
    ask(4, address="203.0.113.2")
    assert len(phone.messages) == 4
    clock.shift(601)  # the honest way of those who have no JavaScript
    ask(5)
    assert len(phone.messages) == 5


def test_the_third_code_of_a_number_needs_a_proof(db, phone, clock):
    for place in range(3):
        page = ask(address=f"203.0.113.{place}")
        clock.shift(61)
    assert NEEDS in page
    ask(address="203.0.113.9", proof=solved())
    assert len(phone.messages) == 3
    clock.shift(3600)
    ask(address="203.0.113.9")
    assert len(phone.messages) == 4


def test_it_is_asked_for_on_every_way_to_a_code(client_of, student, phone, clock):
    ask(1), ask(2)
    stranger, owner = Client(REMOTE_ADDR=HERE), client_of(student)
    mobile = {"mobile": "09181234567"}
    assert NEEDS in text(forget(stranger))
    typed = mobile | {"proof": solved()}
    assert stranger.post("/password/forgotten/", typed).url == "/password/code/"
    clock.shift(61)
    page = stranger.post("/code/resend/", follow=True)
    assert NEEDS in text(page)
    page = stranger.post("/code/resend/", {"proof": solved()}, follow=True)
    assert NEEDS not in text(page)
    change = {"mobile": "09185550007", "password": "three-blue-winters"}
    where = {"REMOTE_ADDR": HERE}
    assert NEEDS in text(owner.post("/profile/mobile/", change, **where))
    change["proof"] = solved()
    answer = owner.post("/profile/mobile/", change, **where)
    assert answer.url == "/profile/mobile/confirm/"
    for page in ("/sign-up/", "/password/forgotten/", "/password/code/"):
        assert text(stranger.get(page)).count("data-proof") == 1


def test_who_has_an_account_is_not_told_by_it(db, phone, student):
    ask(1), ask(2)
    pages = [ask(number) for number in (3, 4)]
    typed = {"mobile": student.mobile}
    pages.append(text(sign_up(Client(REMOTE_ADDR=HERE), **typed)))
    assert [NEEDS in page for page in pages] == [True] * 3


def test_people_get_codes_while_machines_use_up_theirs(db, phone, settings):
    settings.CODES_WITHOUT_PROOF = 2
    rules = {"scope": "code-unproved-in-all", "expires_at": timezone.now()}
    ask(1)
    rules["expires_at"] += timedelta(hours=1)
    Limit.objects.filter(scope=rules["scope"]).update(count=200, **rules)
    assert NEEDS in ask(2, address="203.0.113.2")
    assert NEEDS not in ask(2, solved(), "203.0.113.2")
    # Resets of strangers have no part in it.
    assert forget(Client(REMOTE_ADDR="203.0.113.3")).status_code == 302


# ---- what is no proof


def now():
    return timezone.now()


def changed(proof, **parameters):
    """The same solution, said to be of another puzzle."""
    facts = json.loads(b64decode(proof))
    facts["challenge"]["parameters"] |= parameters
    return b64encode(json.dumps(facts).encode()).decode()


def test_a_proof_is_taken_once(db):
    proof = solved()
    assert puzzles.is_solved(proof, now())
    assert not puzzles.is_solved(proof, now())
    # A new line, or another order of its facts, makes no other proof of it.
    facts = json.loads(b64decode(proof))
    again = b64encode(json.dumps(dict(reversed(facts.items())), indent=1).encode())
    assert not puzzles.is_solved(again.decode(), now())


def test_a_proof_lasts_half_an_hour(db, clock):
    first, second = solved(), solved()
    clock.shift(30 * 60)
    assert puzzles.is_solved(first, now())
    clock.shift(1)
    assert not puzzles.is_solved(second, now())
    later = int(now().timestamp()) + 60
    assert not puzzles.is_solved(changed(second, expiresAt=later), now())


def test_a_puzzle_of_somebody_else_is_refused(db, settings):
    made = altcha.create_challenge("PBKDF2/SHA-256", 2, hmac_secret="mine")
    assert not puzzles.is_solved(solved(made.to_dict()), now())
    unsigned = altcha.create_challenge("PBKDF2/SHA-256", 2)
    assert not puzzles.is_solved(solved(unsigned.to_dict()), now())
    proof, settings.SECRET_KEY = solved(), "another" * 9
    assert not puzzles.is_solved(proof, now())


def test_what_was_too_easy_is_refused(db, monkeypatch):
    assert not puzzles.is_solved(changed(solved(), cost=1), now())
    assert not puzzles.is_solved(changed(solved(), keyPrefix="00"), now())
    easy = solved()
    monkeypatch.setattr(puzzles, "COST", 3)
    assert not puzzles.is_solved(easy, now())


def test_a_number_that_solves_nothing_is_refused(db):
    facts = json.loads(b64decode(solved()))
    facts["solution"]["counter"] += 1
    wrong = b64encode(json.dumps(facts).encode()).decode()
    assert not puzzles.is_solved(wrong, now())
    assert not Limit.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", "x", "é", "e30=", "W10=", "MQ==", "bnVsbA==", "eyJjaGFsbGVuZ2UiOiAxfQ=="],
)
def test_nonsense_is_refused(db, text):
    assert not puzzles.is_solved(text, now())
    deep = b64encode(b"[" * 100_000).decode()
    assert not puzzles.is_solved(deep, now())
