"""Nobody alone leads money elsewhere: who changes a terminal does not open it."""

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse

from accounts import roles
from accounts.models import SecurityEvent
from catalog.models import Subject, Unit
from payments.models import Terminal
from tests.conftest import officer, person
from tests.payments.test_routes import press, switch

ADD = reverse("admin:payments_terminal_add")
ACCOUNT = {
    **{"alias": "mine", "title": "بانک ملت", "psp": "zarinpal", "position": "0"},
    "merchant_number": "11111111-2222-3333-4444-555555555555",
}


@pytest.fixture
def operator(client_of):
    return client_of(officer("راهبر", "+989187770009", roles.OPERATOR))


@pytest.fixture
def finance(client_of, finance_officer):
    return client_of(finance_officer)


def page(terminal):
    return reverse("admin:payments_terminal_change", args=[terminal.pk])


def is_open(terminal):
    return Terminal.objects.get(pk=terminal.pk).is_open


def kinds():
    events = SecurityEvent.objects.filter(kind__startswith="terminal").order_by("pk")
    return [(one.actor.full_name, one.kind, one.detail) for one in events]


def test_account_of_an_operator_gets_no_money_until_finance_opens_it(
    operator, finance, dormitory, terminal
):
    typed = {**ACCOUNT, "is_open": "on", "subjects": [dormitory.pk]}
    assert "بسته شد؛ همکار" in operator.post(ADD, typed, follow=True).text
    mine = Terminal.objects.get(alias="mine")
    assert not mine.is_open
    assert switch(mine) not in operator.get(page(mine)).text
    for fields in ({"open": mine.route()}, {"close": ""}):
        assert operator.post(switch(mine), fields).status_code == 403
    operator.post(page(mine), typed)
    assert not is_open(mine)
    assert "راهبر" in finance.get(page(mine)).text
    press(finance, mine)
    assert is_open(mine)
    assert kinds() == [
        (
            "راهبر",
            "terminal_changed",
            "mine: alias, title, psp, merchant_number, subjects",
        ),
        ("مریم رستمی", "terminal_opened", "mine: zarinpal"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"psp": "zibal", "merchant_number": "2"},
        {"merchant_number": "2"},
        {"account": "IR820540102680020817909002"},
        {"alias": "elsewhere"},
        {"subjects": True},
        {"units": True},
    ],
)
def test_whatever_leads_money_closes_it(
    superuser, client_of, terminal, dormitory, change
):
    rows = {"subjects": dormitory.pk, "units": dormitory.unit_id}
    change = {name: rows.get(name, value) for name, value in change.items()}
    browser, before = client_of(superuser), terminal.route()
    typed = {"alias": "sep", "title": "سامان", "psp": "sep", "merchant_number": "2015"}
    typed["position"] = "3"
    browser.post(page(terminal), {**typed, "closed_message": "تا ساعت ۱۰"})
    assert is_open(terminal)  # that leads nothing elsewhere
    assert browser.post(page(terminal), {**typed, **change}).status_code == 302
    assert not is_open(terminal)
    assert Terminal.objects.get().route() != before
    assert "همکار" in press(browser, terminal)  # a superuser is one person, too
    assert not is_open(terminal)


@pytest.mark.parametrize("level", ["subject", "unit"])
def test_what_a_terminal_is_only_for_is_not_deleted(
    superuser, client_of, terminal, dormitory, level
):
    """Whatever is left of it would be for everybody, and nobody has opened that."""
    unit = Unit.objects.create(faculty=dormitory.unit.faculty, title="آموزش")
    row = unit if level == "unit" else Subject.objects.create(unit=unit, title="لوح")
    mine = Terminal.objects.create(**{**ACCOUNT, "position": 0})
    getattr(mine, f"{level}s").add(row)
    before = mine.route()
    address = reverse(f"admin:catalog_{level}_delete", args=[row.pk])
    refusal = client_of(superuser).post(address, {"post": "yes"})
    assert "بانک ملت" in refusal.text
    this = type(row).objects.filter(pk=row.pk)
    with pytest.raises(models.RestrictedError):
        this.delete()
    with transaction.atomic():
        this._raw_delete(this.db)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)
    assert mine.route() == before
    assert Terminal.objects.serving(dormitory) == [terminal]
    getattr(mine, f"{level}s").clear()
    row.delete()


def test_two_persons_hold_when_the_log_is_gone(superuser, client_of, finance, terminal):
    browser = client_of(superuser)
    typed = {"alias": "sep", "title": "سامان", "psp": "sep", "merchant_number": "9"}
    browser.post(page(terminal), {**typed, "position": "0"})
    other = client_of(
        person("همکار", "+989187770008", is_staff=True, is_superuser=True)
    )
    # Somebody's later change does not cover the first one's.
    other.post(page(terminal), {**typed, "position": "0", "account": "IR1"})
    superuser.logentry_set.all().delete()
    for one in (browser, other):
        press(one, terminal)
        assert not is_open(terminal)
    press(finance, terminal)
    assert is_open(terminal)
    press(browser, terminal)
    press(browser, terminal)  # nothing changed since another one opened it
    assert is_open(terminal)


def test_what_changed_after_it_was_looked_at_is_not_opened(finance, terminal):
    Terminal.objects.update(is_open=False)
    seen = terminal.route()
    Terminal.objects.update(merchant_number="9")
    for fields in ({"open": seen}, {}):
        answer = finance.post(switch(terminal), fields, follow=True)
        assert "در این میان تغییر کرده است" in answer.text
        assert not is_open(terminal)


def test_a_fault_is_not_undone_by_a_page_that_is_saved(superuser, client_of, terminal):
    """Nor does the right to change a terminal open one."""
    user = person("کسی", "+989187770009", is_staff=True)
    rights = Permission.objects.filter(
        codename__in=["view_terminal", "change_terminal"]
    )
    user.user_permissions.add(*rights)
    terminal.close_for("code 8")
    typed = {"alias": "sep", "title": "دیگر", "psp": "sep", "merchant_number": "2015"}
    typed |= {"position": "0", "is_open": "on"}
    assert client_of(user).post(page(terminal), typed).status_code == 302
    terminal.refresh_from_db()
    assert (terminal.title, terminal.is_open) == ("دیگر", False)
    assert terminal.fault == "code 8"
