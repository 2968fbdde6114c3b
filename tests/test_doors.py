"""Every address of the portal, knocked at by everybody who has no business there.

The addresses come from the resolver: one that is new, with a part that this test does
not know, makes it fail until somebody has said who may open it.
"""

import re
from collections import namedtuple
from datetime import timedelta
from functools import cached_property

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from django.utils import timezone

from accounts import emails, security
from accounts.models import Message, User
from catalog.models import Duty
from debts.models import Certificate, Debt, Identity, PayLink
from payment_portal.middleware import PERMISSIONS
from payment_portal.models import THE_ONE, Institution, Notice
from payments.models import Payment
from tests.conftest import person
from tests.debtors import is_student
from tests.debts import conftest as debts
from tests.debts.sheets import NATIONAL, OTHER_STUDENT, STUDENT, csv, row
from tests.payments import conftest as payments
from tests.payments.test_guards import FACTS, make_claim, make_payment

foreign, terminal = debts.foreign, payments.terminal

FROM_AFAR = {"REMOTE_ADDR": "203.0.113.9"}
EVERYBODY = {
    *("login", "sign_up", "terms", "password_forgotten", "confirm_email"),
    *("verify_form", "verify", "link", "check", "result", "health", "privacy"),
    *("accessibility", "check_by_machine", "public_keys", "puzzle"),
}
# What needs no log-in and yet is no page: it leads on, or it wants another method.
LEADS_ON = {
    *("confirm_mobile", "resend_code", "password_reset_code", "password_reset"),
    *("callback", "logout", "language", "metrics", "pay_link", "recheck", "cancel"),
}
SHUT = {302, 403, 404, 405}
FOR_ALL_STAFF = {"index", "app_list", "jsi18n", "password_change_done", "guide"}
MODEL = re.compile(
    r"admin/(payment_portal|auth|accounts|catalog|debts|payments|finance)/(\w+)/"
)
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.name
        else:
            yield from patterns(pattern, route)


Who = namedtuple("Who", "name mobile email numbers on_paper address")
NEGIN = Who(
    *("نگین پنهان‌نژاد", "+989187770001", "negin@uok.ac.ir"),
    *((STUDENT, NATIONAL), OTHER_STUDENT, "203.0.113.7"),
)


class World:
    """Somebody who has a payment, a debt and messages, and what reveals him."""

    def __init__(self, subject, terminal, keep, store, who=NEGIN):
        self.owner = person(who.name, who.mobile, email=who.email)
        is_student(self.owner, *who.numbers)
        now = timezone.now()
        numbers = dict(zip(["شماره دانشجویی", "شماره ملی"], who.numbers, strict=True))
        owed = row() | numbers | {"نام و نام خانوادگی": who.name}
        self.batch = store(owed, subject=subject)
        self.debt = self.batch.debts.get()
        self.upload = keep(csv(owed), subject=subject)
        self.payment = make_payment(self.owner, subject, terminal, payer_name=who.name)
        number = f"receipt-of-{who.email.partition('@')[0]}"
        self.claim = make_claim(
            self.payment, state="confirmed", holds_receipt=True, receipt_number=number
        )
        Payment.objects.filter(pk=self.payment.pk).update(state="paid", **FACTS)
        self.review = make_payment(self.owner, subject, terminal, state="review")
        self.alarm = self.review.events.create(
            seq=1, at=now, to_state="review", cause="worker", is_alarm=True, note="?"
        )
        self.decision = self.review.decisions.create(
            verdict="never_paid", evidence="-", recorded_by=self.owner, recorded_at=now
        )
        self.terminal = terminal
        self.message = Message.objects.create(
            channel="sms",
            to=self.owner.mobile,
            template="payment-paid",
            values={},
            key=who.email,
            state="failed",
            created_at=now,
        )
        Institution.objects.get_or_create(pk=THE_ONE)
        Notice.objects.create(text="-", starts_at=now, ends_at=now + timedelta(days=1))
        here = security.Source(who.address, self.owner)
        security.record(security.Kind.LOG_IN, now, here, about=self.owner)
        self.link = PayLink.make(self.debt, self.owner, now=now)
        # Its check shows the number, which stands on the paper: here another's.
        self.certificate = Certificate.objects.create(
            student_number=who.on_paper,
            national_number=who.numbers[1],
            full_name=self.owner.full_name,
            issued_to=self.owner,
            issued_at=now,
            expires_at=now + timedelta(days=1),
        )
        local = self.owner.mobile.replace("+98", "0")
        digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
        self.marks = [
            *(self.owner.full_name, self.owner.email, self.owner.mobile, local),
            *(local.translate(digits), *who.numbers, who.address, number),
        ]

    def rows(self):
        """What nobody else may change."""
        return [
            list(model.objects.order_by("pk").values())
            for model in (Payment, Debt, Message, Identity, PayLink, Certificate)
        ] + list(User.objects.filter(pk=self.owner.pk).values("mobile", "password"))

    @cached_property
    def objects(self):
        """By the names of their models."""
        return {
            "institution": Institution.objects.first(),
            "notice": Notice.objects.first(),
            "group": Group.objects.first(),
            "user": self.owner,
            "message": self.message,
            "securityevent": security.SecurityEvent.objects.filter(
                about=self.owner
            ).earliest("pk"),
            "faculty": self.debt.unit.faculty,
            "unit": self.debt.unit,
            "subject": self.debt.subject,
            "batch": self.batch,
            "debt": self.debt,
            "duty": Duty.objects.first(),
            "certificate": self.certificate,
            "identity": Identity.objects.get(user=self.owner),
            "payment": self.payment,
            "report": self.payment,
            "terminal": self.terminal,
        }

    def part(self, route, name):
        if found := MODEL.match(route):
            if name == "key":
                return self.upload.key
            if "decide" in route:
                return self.review.pk
            if "decisions" in route:
                return self.decision.pk
            if "alarms" in route:
                return self.alarm.pk
            return self.objects[found[2]].pk
        return {
            "content_type_id": ContentType.objects.get_for_model(Payment).pk,
            "object_id": self.payment.pk,
            "app_label": "payments",
            "version": "0123456789ab",
            "url": "nowhere",
            "token": self.link.get_absolute_url().split("/")[2]
            if route.startswith("l/")
            else emails.link(self.owner.pk, self.owner.email).split("/")[-2],
            "public_id": (self.debt if "debts" in route else self.payment).public_id,
            "callback_key": self.payment.callback_key,
            "verify_key": self.payment.verify_key,
            "key": self.certificate.key,
        }[name]

    def addresses(self):
        """Each address as (route, name, path)."""
        for route, name in patterns(get_resolver()):
            path = re.sub(r"\^?\(\?P(<\w+>)[^)]*\)/?\$", r"\1/", route)
            for part in PART.findall(path):
                path = PART.sub(str(self.part(route, part)), path, count=1)
            yield route, name, f"/{path}"


@pytest.fixture
def world(dormitory, terminal, keep, store):
    return World(dormitory, terminal, keep, store)


def knock(world, browser, method="get", leave_out=()):
    """What each address answers, after its headers were looked at."""
    for route, name, path in world.addresses():
        if name in leave_out:
            continue
        answer = getattr(browser, method)(path, **FROM_AFAR)
        assert answer.status_code < 500, path
        has_its_headers(answer, path)
        yield route, name, path, answer


def has_its_headers(answer, path):
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy, path
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy, path
    assert "no-store" in answer["Cache-Control"], path
    assert answer["Permissions-Policy"] == PERMISSIONS, path
    assert answer["X-Frame-Options"] == "DENY", path
    assert answer["X-Content-Type-Options"] == "nosniff", path
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
    assert answer["Referrer-Policy"] in {
        "strict-origin-when-cross-origin",
        "no-referrer",
    }, path


def marks_in(world, answer):
    text = answer.getvalue().decode(errors="replace")
    return [mark for mark in world.marks if mark in text]


def tells_nothing(world, name, answer, path):
    # The link in a mail is opened by whoever reads that mailbox.
    known = [world.owner.email] if name == "confirm_email" else []
    assert [mark for mark in marks_in(world, answer) if mark not in known] == [], path


def test_without_a_log_in(world):
    opened = set()
    for _route, name, path, answer in knock(world, Client()):
        tells_nothing(world, name, answer, path)
        if answer.status_code == 200:
            opened.add(name)
        elif name not in LEADS_ON:
            away = answer.get("Location", "").startswith(("/login/", "/admin/login/"))
            assert away or answer.status_code == 404, path
    assert opened == EVERYBODY


def test_another_student(world, client_of, other_student):
    browser = client_of(other_student)
    for route, name, path, answer in knock(world, browser):
        tells_nothing(world, name, answer, path)
        if route.startswith("admin/"):
            assert answer.status_code in SHUT, path
        elif PART.search(route) and name not in EVERYBODY - {"result"} | LEADS_ON:
            if answer.status_code == 302:  # a button's address leads to its page
                answer = browser.get(answer["Location"])
            assert answer.status_code in {404, 405}, path


def test_staff_without_the_second_factor(world, client_of, superuser):
    """Not even whoever may do everything sees a page of the staff."""
    browser = client_of(superuser, verified=False)
    for route, name, path, answer in knock(world, browser):
        tells_nothing(world, name, answer, path)
        if route.startswith("admin/"):
            assert answer.status_code in SHUT, path


@pytest.mark.parametrize("who", [None, "student", "password alone"])
def test_nobody_else_changes_anything(world, client_of, other_student, superuser, who):
    browser = Client()
    if who == "student":
        browser = client_of(other_student)
    elif who == "password alone":
        browser = client_of(superuser, verified=False)
    before = world.rows()
    # The bank's return has tests of its own.
    for _route, name, path, answer in knock(
        world, browser, "post", leave_out={"callback", "logout"}
    ):
        if answer.status_code == 200 and not who:
            tells_nothing(world, name, answer, path)
    assert world.rows() == before
