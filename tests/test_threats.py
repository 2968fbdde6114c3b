"""What hostile visitors and texts could do at any address; see docs/security.md."""

import io
import logging
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from accounts.models import Message, User
from catalog.models import Faculty, Subject, Unit
from debts.models import Batch
from payments.models import Terminal
from tests import test_doors as doors
from tests.payments.test_guards import make_claim, make_payment

terminal, world = doors.terminal, doors.world

ROOT = Path(__file__).resolve().parents[1]
OURS = ["accounts", "catalog", "debts", "finance", "payment_portal", "payments"]
MARKUP = "\"><u id=evil>'{{7*7}}"
# Everything that some page of ours or of the admin reads from an address.
NAMES = [
    *("q", "page", "p", "sort", "size", "state", "since", "until", "o", "e", "all"),
    *("faculty", "unit", "subject", "amount", "next", "term", "app_label"),
    *("model_name", "field_name", "id__exact", "state__exact", "created_at__jalali"),
    *("period", "day", "by", "terminal"),
    *("_connector", "payer__password__startswith", "change", "code", "_popup"),
]
HOSTILE = [
    "' OR 1=1 --{{7*7}}${7*7}\u202e\ud7ff\U000e0001",
    "\x00",
    "//evil.example/../../../etc/passwd\r\nSet-Cookie: a=b",
    "9" * 400,
]
NOT_VISITED = {"logout", "callback"}


def views(resolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name, pattern.callback
        else:
            yield from views(pattern)


def visit(world, browser, query=None):
    for _route, name, path in world.addresses():
        if name not in NOT_VISITED:
            yield path, browser.get(path, query)


def test_only_the_banks_return_does_without_a_form_token():
    exempt = {
        name
        for name, view in views(get_resolver())
        if getattr(view, "csrf_exempt", False)
    }
    assert exempt == {"callback"}


def test_no_page_is_kept_for_others(settings):
    assert not [one for one in settings.MIDDLEWARE if "cache" in one.lower()]
    code = "".join(
        path.read_text() for name in OURS for path in (ROOT / name).rglob("*.py")
    )
    assert "cache_page" not in code
    assert "cache_control" not in code


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@b"])
def test_a_host_that_is_not_ours_is_refused(db, host):
    answer = Client().get("/login/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    doors.has_its_headers(answer, host)


def test_markup_in_texts_stays_text(world, client_of, superuser):
    """In every text that people, staff, sheets or banks can bring, on every page."""
    title = {"title": MARKUP}
    for model in (Faculty, Unit, Subject, Batch, Terminal):
        model.objects.filter(pk__in=[row.pk for row in model.objects.all()[:1]]).update(
            **title
        )
    User.objects.filter(pk=world.owner.pk).update(full_name=MARKUP)
    Message.objects.update(problem=MARKUP, to=MARKUP)
    strange = make_payment(
        world.owner,
        world.debt.subject,
        world.terminal,
        payer_name=MARKUP,
        subject_title=MARKUP,
        unit_title=MARKUP,
        masked_card="<u id=evil>",
        search_key=MARKUP,
    )
    world.payment = strange
    make_claim(strange, receipt_number=MARKUP, code="<u id=evil>")
    seen = set()
    for who in (superuser, world.owner):
        for path, answer in visit(world, client_of(who)):
            if "text/html" in answer["Content-Type"]:
                assert "<u id=evil" not in answer.text, path
                seen |= {path} if "evil&gt;" in answer.text else set()
    assert len(seen) > 20


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_addresses_break_nothing(world, client_of, superuser, value):
    broken = []
    for who in (superuser, world.owner):
        browser = client_of(who)
        browser.raise_request_exception = False
        for path, answer in visit(world, browser, dict.fromkeys(NAMES, value)):
            broken += [path] if answer.status_code >= 500 else []
            assert "evil.example" not in answer.get("Location", "").split("?")[0], path
            assert "a" not in answer.cookies, path
    assert broken == []


def test_the_log_names_nobody(world, client_of, superuser, caplog):
    caplog.set_level(logging.INFO)
    for who in (superuser, world.owner, None):
        browser = client_of(who) if who else Client()
        for _path, answer in visit(world, browser):
            assert answer
        browser.post("/login/", {"username": world.owner.mobile, "password": "guess"})
        browser.post("/password/forgotten/", {"mobile": world.owner.mobile})
    # Where something came from belongs into the security log.
    said = caplog.text.replace("203.0.113.7", "")
    assert [mark for mark in world.marks if mark in said] == []


def test_the_log_holds_no_key(world, monkeypatch):
    """Whatever opens without a log-in, to whoever has its address, breaks."""

    def broken(request, *args, **kwargs):
        raise RuntimeError(request.get_full_path())

    log, browser = io.StringIO(), Client(raise_request_exception=False)
    [handler] = (one for one in logging.root.handlers if one.name == "stderr")
    monkeypatch.setattr(handler, "stream", log)
    monkeypatch.setattr(BaseHandler, "make_view_atomic", lambda *args: broken)
    keys = {}
    for route, name, path in world.addresses():
        parts = set(doors.PART.findall(route)) - {"version"}
        if browser.get(path).status_code == 500:
            keys |= {str(world.part(route, part)): name for part in parts}
    assert {"pay_link", "callback", "verify", "confirm_email"} < set(keys.values())
    said = log.getvalue()
    assert [name for key, name in keys.items() if key in said] == []
    assert "Internal Server Error: /l/***/pay/" in said
    assert "RuntimeError: /l/***/pay/" in said
    assert f"/payments/{str(world.payment.public_id)[:8]}-***/receipt.pdf" in said
