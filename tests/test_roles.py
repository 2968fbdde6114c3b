"""Every page of the staff, opened by every role: in its own units, and in others'.

The addresses come from the resolver, as in test_doors. A page that no role names here
is shut to all of them; whoever adds one says here who opens it.
"""

from itertools import product

import pytest
from django.contrib.auth.models import Group

from accounts import roles
from catalog.models import Duty, Faculty, Subject, Unit
from debts.models import Batch, Upload
from payments.models import Acknowledgement, Decision, Terminal
from tests import test_doors as doors
from tests.conftest import officer, tied
from tests.debts.sheets import OTHER_STUDENT, national, row

foreign, terminal = doors.foreign, doors.terminal

CATALOGUE = {"catalog_faculty", "catalog_unit", "catalog_subject"}
DEBTS = {"debts_batch", "debts_debt"}
MONEY = {"payments_payment"}
FILES = {"finance_report_xlsx", "finance_report_csv", "finance_report_pdf"}
LOOKS = {"finance_report_changelist", "attention", "payments_payment_receipt"}
# Whose rows a role sees: their list, each of them, and its history.
SEES = {
    roles.CATALOGUE_CLERK: CATALOGUE,
    roles.DEBTS_CLERK: DEBTS | {"debts_certificate"},
    roles.UNIT_FINANCE: MONEY | DEBTS,
    roles.CENTRAL_FINANCE: {
        *MONEY,
        *DEBTS,
        *("payments_terminal", "accounts_user", "accounts_message"),
    },
    roles.AUDITOR: {
        *MONEY,
        *DEBTS,
        *CATALOGUE,
        *("auth_group", "accounts_user", "accounts_message", "accounts_securityevent"),
        *("catalog_duty", "debts_identity", "debts_certificate", "payments_terminal"),
        *("payment_portal_institution", "payment_portal_notice"),
    },
    roles.OPERATOR: {
        *MONEY,
        *CATALOGUE,
        *("payments_terminal", "accounts_message"),
        *("payment_portal_institution", "payment_portal_notice"),
    },
}
# What else it opens.
OPENS = {
    roles.CATALOGUE_CLERK: {"catalog_unit_add", "catalog_subject_add"},
    roles.DEBTS_CLERK: {
        *("debts_upload", "debts_template", "debts_cancel", "debts_cancel_one"),
        *("debts_dry_run", "debts_rejected"),
        *("debts_split", "debts_split_batch", "debts_links"),
    },
    roles.UNIT_FINANCE: LOOKS | FILES,
    roles.CENTRAL_FINANCE: LOOKS | FILES | {"decide"},
    roles.AUDITOR: LOOKS | FILES,
    roles.OPERATOR: {
        *LOOKS,
        *("payments_terminal_add", "payment_portal_notice_add"),
        "payment_portal_notice_delete",
    },
}
# The others work for the whole.
TIED = [roles.CATALOGUE_CLERK, roles.DEBTS_CLERK, roles.UNIT_FINANCE]

SHAHIN = doors.Who(
    *("شهین ناپیدا", "+989187770002", "shahin@uok.ac.ir"),
    *(("401777001", national(401777001)), "401777002", "203.0.113.8"),
)
CHOICES = [
    *("catalog.unit.faculty", "catalog.subject.unit", "catalog.duty.user"),
    *("catalog.duty.faculty", "catalog.duty.unit"),
    *("payments.terminal.units", "payments.terminal.subjects"),
]


@pytest.fixture
def own(dormitory, terminal, keep, store):
    world = doors.World(dormitory, terminal, keep, store)
    store(row() | {"شماره دانشجویی": OTHER_STUDENT})  # who has the certificate
    return world


@pytest.fixture
def others(foreign, keep, store):
    """What belongs to another faculty, and everything that would tell of it."""
    terminal = Terminal.objects.create(
        alias="far", title="پایانه دوردست", psp="sep", merchant_number="9"
    )
    terminal.units.add(foreign.unit)
    names = [(foreign, "المثنای ناپیدا"), (foreign.unit, "بایگانی ناپیدا")]
    for place, title in [*names, (foreign.unit.faculty, "دانشکده ناپیدا")]:
        place.title = title
        place.save()
    world = doors.World(foreign, terminal, keep, store, SHAHIN)
    world.marks += [
        *("المثنای ناپیدا", "بایگانی ناپیدا", "دانشکده ناپیدا", "پایانه دوردست"),
        *(world.payment.order_number, world.review.order_number),
    ]
    return world


@pytest.fixture
def browser_of(own, client_of, debts_clerk):
    """A browser of somebody in a role: browser_of(roles.AUDITOR)."""

    def made(role):
        if role == roles.DEBTS_CLERK:
            return client_of(debts_clerk)  # who uploaded the sheets of both worlds
        user = officer("کارمند", "+989187770009", role)
        if role in TIED:
            tied(user, faculty=own.debt.unit.faculty)
        return client_of(user)

    return made


def pages(world):
    """Of the staff; an address without a name leads on to the row's page."""
    return [
        (route, name, path)
        for route, name, path in world.addresses()
        if route.startswith("admin/") and name not in {None, "logout"}
    ]


def may(role, route, name):
    found = doors.MODEL.match(route)
    model = found and "_".join(found.groups())
    if name in {f"{model}_{page}" for page in ("changelist", "change", "history")}:
        return model in SEES[role] or name in OPENS[role]
    return name in OPENS[role]


def expected(role, route, name):
    """What somebody in a role gets from a page about what is his."""
    if name in doors.FOR_ALL_STAFF:
        return {200, *doors.SHUT}
    return {200, 302} if may(role, route, name) else doors.SHUT


@pytest.mark.parametrize("role", SEES)
def test_what_a_role_opens(role, own, others, browser_of):
    browser, wrong = browser_of(role), []
    for route, name, path in pages(own):
        answer = browser.get(path)
        doors.has_its_headers(answer, path)
        told = doors.marks_in(others, answer) if role in TIED else []
        if told or answer.status_code not in expected(role, route, name):
            wrong.append((path, answer.status_code, told))
    assert wrong == []


@pytest.mark.parametrize("role", SEES)
def test_what_is_others(role, own, others, browser_of):
    browser, wrong = browser_of(role), []
    for route, name, path in pages(others):
        is_row = doors.PART.search(route) and name not in doors.FOR_ALL_STAFF
        if not is_row or not (role in TIED or may(role, route, name)):
            continue
        answer, good, told = browser.get(path), expected(role, route, name), []
        if role in TIED:
            good, told = {403, 404, 405}, doors.marks_in(others, answer)
        if told or answer.status_code not in good:
            wrong.append((path, answer.status_code, told))
    assert wrong == []


@pytest.mark.parametrize("role", TIED)
def test_no_question_leads_to_others(role, own, others, browser_of):
    """Numbers of foreign rows, and words of them, typed into addresses."""
    browser = browser_of(role)
    unit, payment = others.debt.unit, others.payment
    numbers = {
        **dict.fromkeys(["unit", "unit__id__exact", "id__exact"], unit.pk),
        **dict.fromkeys(["faculty", "faculty__id__exact"], unit.faculty_id),
        "unit__faculty__id__exact": unit.faculty_id,
        "subject__unit__faculty__id__exact": unit.faculty_id,
        **{"subject": others.debt.subject_id, "terminal": others.terminal.pk},
        **{"batch": others.batch.pk, "batch__id__exact": others.batch.pk},
    }
    words = [
        SHAHIN.name,
        SHAHIN.mobile,
        SHAHIN.numbers[0],
        payment.order_number,
        "ناپیدا",
    ]
    questions = [*numbers.items(), *(("q", word) for word in words)]
    wrong = []
    lists = [
        path
        for route, name, path in pages(own)
        if "changelist" in name and may(role, route, name)
    ]
    for path, (name, value) in product(lists, questions):
        told = doors.marks_in(others, browser.get(path, {name: value}))
        # What was typed stands in the page again.
        if [mark for mark in told if mark not in str(value)]:
            wrong.append((path, name, value, told))
    for choice in CHOICES:
        asked = zip(
            ("app_label", "model_name", "field_name"), choice.split("."), strict=True
        )
        answer = browser.get("/admin/autocomplete/", {**dict(asked), "term": ""})
        wrong += doors.marks_in(others, answer)
    assert wrong == []


def typed(world):
    """What a form of any page might bring about rows of a world."""
    unit = world.debt.unit
    rows = {
        "faculty": unit.faculty_id,
        "unit": unit.pk,
        "subject": world.debt.subject_id,
    }
    texts = dict.fromkeys(["title", "reason", "note", "evidence", "name"], "دیگر")
    entry = {"position": "9", "amount_rule": "free", "is_active": "on", "post": "yes"}
    listed = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-position": "9"}
    inline = {"units-TOTAL_FORMS": 0, "units-INITIAL_FORMS": 0}
    decided = {"verdict": "never_paid", "promise": "x", "every": "day"}
    return {**rows, **texts, **entry, **listed, **inline, **decided, "_save": ""}


def stored(world):
    models = (Batch, Upload, Faculty, Unit, Subject, Duty, Decision, Acknowledgement)
    kept = [list(model.objects.order_by("pk").values()) for model in models]
    return [*world.rows(), *kept]


def post_everywhere(browser, world):
    body, asked = typed(world), []
    for route, name, path in pages(world):
        found = doors.MODEL.match(route)
        row = world.objects[found[2]].pk if found else 0
        chosen = {"form-0-id": row, "_selected_action": row}
        acts = [{}]
        if str(name).endswith("changelist"):
            acts.append({"action": "delete_selected"})
        asked += [(path, {**body, **chosen, **act}) for act in acts]
    for path, fields in asked:
        yield path, browser.post(path, fields)


@pytest.mark.parametrize("role", TIED)
def test_nobody_changes_what_is_others(role, own, others, browser_of):
    browser, before = browser_of(role), stored(others)
    wrong = [
        (path, told)
        for path, answer in post_everywhere(browser, others)
        if (told := doors.marks_in(others, answer))
    ]
    assert wrong == []
    assert stored(others) == before


@pytest.mark.parametrize("role", [roles.AUDITOR, roles.OPERATOR])
def test_who_only_looks_changes_nothing(role, own, browser_of):
    browser, before, taken = browser_of(role), stored(own), []
    for path, answer in post_everywhere(browser, own):
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            taken.append(path)
    assert stored(own) == before
    assert role != roles.AUDITOR or taken == []


def test_every_role_was_asked(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(SEES)
    assert set(roles.EXPLAINED) == set(SEES)


@pytest.mark.parametrize("role", TIED)
def test_who_has_no_duty_sees_nothing(role, own, client_of):
    browser, wrong = client_of(officer("کارمند", "+989187770009", role)), []
    for route, name, path in pages(own):
        if not may(role, route, name):
            continue
        answer = browser.get(path)
        is_row = doors.PART.search(route) and name not in doors.FOR_ALL_STAFF
        told = doors.marks_in(own, answer)
        if told or (is_row and answer.status_code not in {403, 404, 405}):
            wrong.append((path, answer.status_code, told))
    assert wrong == []
