"""What the security log says, what it never says, and who may read it."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts import retention, security
from accounts.models import Message, SecurityEvent
from tests.accounts.conftest import PASSWORD, confirm, forget, sign_up, text
from tests.accounts.test_log_in import log_in
from tests.accounts.test_profile import PAGE, mailed_link, move, save
from tests.conftest import officer

Kind = SecurityEvent.Kind
LOG = "/admin/accounts/securityevent/"
USERS = "/admin/accounts/user/"


def lines():
    """Each event as (kind, whose account, what exactly)."""
    events = SecurityEvent.objects.order_by("pk").select_related("about")
    return [
        (event.kind, event.about and event.about.full_name, event.detail)
        for event in events
    ]


@pytest.fixture
def auditor(db):
    return officer("ناظر", "+989180000008", "حسابرسی")


ALI = "علی محمدی"


def test_coming_in_and_going_out(browser, student):
    log_in(browser, student.mobile, "a-wrong-guess")
    log_in(browser, "09189999999", "a-wrong-guess")
    log_in(browser, "Ali.Mohammadi@uok.ac.ir", "a-wrong-guess")
    log_in(browser, student.mobile)
    browser.post("/logout/")
    assert lines() == [
        ("log_in_failed", ALI, "0918***4567"),
        ("log_in_failed", None, "0918***9999"),
        ("log_in_failed", None, "A***@uok.ac.ir"),
        ("log_in", ALI, "- -"),
        ("log_out", ALI, ""),
    ]
    first, last = SecurityEvent.objects.earliest("pk"), SecurityEvent.objects.last()
    assert (first.actor, last.actor, last.address) == (None, student, "127.0.0.1")


def test_a_password_typed_as_a_name_is_not_kept(browser, student, caplog):
    log_in(browser, PASSWORD, "a-wrong-guess")
    assert lines() == [("log_in_failed", None, "")]
    assert PASSWORD not in caplog.text
    assert "a-wrong-guess" not in caplog.text


def test_a_locked_door_is_told_a_few_times_and_not_for_ever(browser, student):
    for _ in range(14):
        log_in(browser, student.mobile, "a-wrong-guess")
    kinds = [kind for kind, _about, _detail in lines()]
    assert kinds == ["log_in_failed"] * 4 + ["locked_out"] * security.FEW


def test_an_address_that_tried_too_many_accounts(browser, settings):
    settings.LOG_IN_FAILURES_PER_ADDRESS = 1
    for name in ("09180000001", "09180000002"):
        log_in(browser, name)
    assert lines()[-1] == ("locked_out", None, "0918***0002")


def test_a_new_account(browser, phone, caplog):
    caplog.set_level("INFO", "security")
    sign_up(browser)
    code = phone.code
    confirm(browser, "x" + code)
    confirm(browser, f"{int(code) ^ 1:06}")
    confirm(browser, code)
    assert lines() == [
        ("code_sign_up", None, "0918***1234"),
        ("code_wrong", None, "wrong"),
        ("sign_up", "ژیار کاکەیی", ""),
    ]
    said = [record.message for record in caplog.records if record.name == "security"]
    assert [json.loads(line)["kind"] for line in said] == [
        kind for kind, _about, _detail in lines()
    ]
    for secret in (code, PASSWORD, "9185551234"):
        assert secret not in " ".join(said)
        assert secret not in str(list(SecurityEvent.objects.values()))


def test_too_many_codes(browser, phone):
    sign_up(browser)
    browser.post("/code/resend/")
    sign_up(Client())
    assert lines()[1:] == [
        ("limit_reached", None, "resend_code"),
        ("limit_reached", None, "sign_up"),
    ]


def test_a_forgotten_password(browser, student, phone):
    forget(browser)
    browser.post("/password/code/", {"code": phone.code})
    browser.post("/password/new/", {"password": "four-green-springs"})
    assert lines() == [
        ("code_reset", ALI, "0918***4567"),
        ("password_reset", ALI, ""),
    ]


def test_what_somebody_changes_of_his_account(client_of, student, phone):
    browser = client_of(student)
    typed = {"current": "a-wrong-guess", "password": "four-green-springs"}
    browser.post("/profile/password/", typed)
    browser.post("/profile/password/", typed | {"current": PASSWORD})
    save(browser, full_name="علی", password="four-green-springs")
    browser.post(mailed_link())
    move(browser, password="a-wrong-guess")
    move(browser, password="four-green-springs")
    confirm(browser, phone.code, PAGE)
    whose = "علی"
    assert lines() == [
        ("password_wrong", whose, ""),
        ("password_changed", whose, ""),
        ("email_changed", whose, "a***@uok.ac.ir"),
        ("email_confirmed", whose, ""),
        ("password_wrong", whose, ""),
        ("code_change_mobile", whose, "0935***1234"),
        ("mobile_changed", whose, "0935***1234"),
    ]


def test_rights_that_are_given(client_of, superuser, student):
    group = Group.objects.create(name="مالی پردیس")
    typed = {"full_name": ALI, "is_active": "on"}
    rights = typed | {"is_staff": "on", "groups": [group.pk]}
    browser = client_of(superuser)
    browser.post(f"{USERS}{student.pk}/change/", typed)
    browser.post(f"{USERS}{student.pk}/change/", rights)
    browser.post(f"/admin/auth/group/{group.pk}/change/", {"name": "مالی"})
    browser.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert lines() == [
        ("rights_changed", ALI, "is_active, is_staff, مالی پردیس"),
        ("group_changed", None, "مالی: "),
        ("group_changed", None, "مالی: -"),
    ]
    assert {event.actor for event in SecurityEvent.objects.all()} == {superuser}


def test_staff_who_look_at_somebody(client_of, finance_officer, student):
    message = Message.objects.create(
        channel="sms",
        to=student.mobile,
        template="reset-code",
        key="x",
        state="failed",
        created_at=timezone.now(),
    )
    browser = client_of(finance_officer)
    browser.get(USERS)
    browser.get(USERS, {"q": "علی"})
    browser.get(USERS, {"q": "۰۹۱۸ ۱۲۳ ۴۵۶۷"})
    browser.get("/admin/payments/payment/", {"q": "09189999999"})
    choice = {"app_label": "catalog", "model_name": "duty", "field_name": "user"}
    browser.get("/admin/autocomplete/", choice | {"term": "09181234567"})
    browser.get("/admin/autocomplete/", choice | {"term": "\0علی"})
    browser.get(f"{USERS}{student.pk}/change/")
    browser.get(f"{USERS}{student.pk}/history/")
    browser.get(f"{USERS}999/change/")
    browser.get(f"/admin/accounts/message/{message.pk}/change/")
    assert lines() == [
        ("list_seen", None, "accounts.User"),
        ("people_searched", None, "ع***"),
        ("mobile_searched", ALI, "0918***4567"),
        ("mobile_searched", None, "0918***9999"),
        ("list_seen", None, "payments.Payment"),
        ("user_seen", ALI, ""),
        ("user_seen", ALI, ""),
        ("message_seen", ALI, "0918***4567"),
    ]
    assert {event.actor for event in SecurityEvent.objects.all()} == {finance_officer}


def test_what_is_looked_for_once_more_is_written_down_once(
    client_of, finance_officer, clock
):
    browser, payments = client_of(finance_officer), "/admin/payments/payment/"
    for page in ({}, {"p": 2}, {"o": "1"}):
        browser.get(payments, {"q": "0012345679", **page})
        browser.get(payments, {"q": "علی محمدی", **page})
        browser.get("/admin/payments/payment/attention/")
        browser.get("/admin/finance/report/")
    assert lines() == [
        ("people_searched", None, "***5679"),
        ("list_seen", None, "payments.Payment"),
        ("people_searched", None, "ع*** مح***"),
        ("list_seen", None, "attention"),
        ("list_seen", None, "finance.Report"),
    ]
    clock.shift(3601)
    client_of(finance_officer).get(payments, {"q": "علی محمدی"})
    assert [line[0] for line in lines()[5:]] == ["people_searched", "list_seen"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("۰۰۱۲۳۴۵۶۷۹", "***5679"),
        ("001-234567-9", "***67-9"),
        ("0012 3456 79", "***12 ***56 ***9"),
        ("123", "***3"),
        ("7", "***"),
        ("علي‌رضا", "علی***"),
        ("ali.mohammadi@uok.ac.ir", "a***@uok.ac.ir"),
    ],
)
def test_a_search_leaves_at_most_half_of_each_word(typed, kept):
    assert security.hinted(typed) == kept


def test_what_somebody_types_begins_no_line_of_its_own(db, caplog):
    caplog.set_level("INFO", "security")
    evil = "a\r\nINFO security {}\x1b[2J\u2028\u202e\x00b\x85"
    here = security.Source("127.0.0.1")
    security.record(Kind.EXPORTED, timezone.now(), here, detail=evil)
    assert lines() == [("exported", None, "a INFO security {} [2J b ")]
    assert caplog.records[-1].message.isprintable()


def test_the_log_is_found_by_mobile_and_by_address(client_of, auditor, student):
    now, here = timezone.now(), security.Source("203.0.113.9")
    security.record(Kind.LOG_IN, now, here, about=student)
    security.record(Kind.PAYMENT_SEEN, now, here, detail="11111111111")
    security.record(Kind.EXPORTED, now, security.Source("2001:db8::"))
    browser = client_of(auditor)

    def found(words):
        page = browser.get(LOG, {"q": words})
        return [event.kind for event in page.context["cl"].result_list]

    assert found("۰۹۱۸ ۱۲۳ ۴۵۶۷") == ["log_in"]
    assert found("203.0.113.9") == ["payment_seen", "log_in"]
    assert found("2001:db8::") == ["exported"]
    assert found("11111111111") == ["payment_seen"]
    page = text(browser.get(f"{LOG}{SecurityEvent.objects.first().pk}/change/"))
    assert ALI in page
    assert "0918123" not in page


@pytest.mark.parametrize("who", ["student", "clerk", "finance_officer"])
def test_nobody_else_reads_it(client_of, request, who):
    answer = client_of(request.getfixturevalue(who)).get(LOG)
    assert answer.status_code in {302, 403}


@pytest.mark.parametrize("who", ["auditor", "superuser"])
def test_nobody_writes_in_it(client_of, request, who):
    security.record(Kind.LOG_IN, timezone.now(), security.Source("127.0.0.1"))
    event = SecurityEvent.objects.get()
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(LOG).status_code == 200
    for page in (f"{LOG}add/", f"{LOG}{event.pk}/delete/", f"{LOG}{event.pk}/change/"):
        assert browser.post(page, {"kind": "log_out"}).status_code == 403


def test_the_database_keeps_every_line_for_its_time(db, settings):
    here = security.Source("127.0.0.1")
    security.record(Kind.LOG_IN, timezone.now(), here)
    long_ago = timezone.now() - settings.KEEP_SECURITY_EVENTS - timedelta(minutes=1)
    security.record(Kind.LOG_OUT, long_ago, here)
    everything = SecurityEvent.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        everything.update(detail="nothing happened")
    with pytest.raises(DatabaseError), transaction.atomic():
        everything.delete()
    retention.purge(timezone.now())
    assert lines() == [("log_in", None, "")]
