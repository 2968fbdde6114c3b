"""How far a right reaches that comes by one role, beside a role that sees all."""

import pytest
from django.contrib.auth.models import Group

from accounts import roles
from accounts.models import User
from catalog.models import Faculty, Subject, Unit
from catalog.reach import reach, within
from payments.models import Terminal
from tests.conftest import officer, tied
from tests.payments.test_guards import make_payment

SEE, CHANGE = "catalog.view_subject", "catalog.change_subject"


@pytest.fixture
def other(dormitory):
    """A subject of another unit of the same faculty."""
    unit = Unit.objects.create(faculty=dormitory.unit.faculty, title="آموزش")
    return Subject.objects.create(unit=unit, title="شهریه")


@pytest.fixture
def both(dormitory, other):
    """An auditor who also keeps the subjects of one unit."""
    user = officer("بهمن قادری", "+989180000010", roles.AUDITOR)
    user.groups.add(Group.objects.get(name=roles.CATALOGUE_CLERK))
    return tied(user, unit=dormitory.unit)


def test_each_right_reaches_as_far_as_its_role(both, dormitory, other):
    subjects = Subject.objects.order_by("pk")
    assert list(within(subjects, both, SEE)) == [dormitory, other]
    assert list(within(subjects, both, CHANGE)) == [dormitory]
    assert not reach(both, "payments.change_terminal")
    both.groups.clear()
    assert not within(subjects, User.objects.get(pk=both.pk), SEE)


def test_what_is_only_seen_is_not_changed(client_of, both, dormitory, other):
    browser = client_of(both)
    listed = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": ""}
    listed |= {"form-0-id": other.pk, "form-0-position": "9"}
    assert browser.post("/admin/catalog/subject/", listed).status_code == 403
    facts = {"unit": other.unit_id, "title": "دیگر", "position": "9"}
    facts |= {"amount_rule": "free", "is_active": "on"}
    page = f"/admin/catalog/subject/{other.pk}/change/"
    assert browser.get(page).status_code == 200
    assert browser.post(page, facts).status_code == 403
    page = f"/admin/catalog/subject/{dormitory.pk}/change/"
    assert browser.post(page, facts).status_code == 403  # it would move away
    other.refresh_from_db()
    dormitory.refresh_from_db()
    assert (other.title, other.position) == ("شهریه", 0)
    assert (dormitory.title, dormitory.unit == other.unit) == ("خوابگاه", False)


def test_who_is_tied_to_a_unit_does_not_move_it(client_of, dormitory, other):
    clerk = officer("رضا کریمی", "+989180000010", roles.CATALOGUE_CLERK)
    browser = client_of(tied(clerk, unit=dormitory.unit))
    page = f"/admin/catalog/unit/{dormitory.unit_id}/change/"
    assert 'name="faculty"' not in browser.get(page).text
    typed = {"title": "خوابگاه‌ها", "position": "1", "is_active": "on"}
    assert browser.post(page, typed).status_code == 302
    dormitory.unit.refresh_from_db()
    assert dormitory.unit.title == "خوابگاه‌ها"
    assert browser.get("/admin/catalog/unit/add/").status_code == 403
    page = f"/admin/catalog/unit/{other.unit_id}/change/"
    assert browser.get(page).status_code == 404


@pytest.fixture
def moves(client_of, superuser, dormitory, other):
    """Whether even a superuser moves a row: moves(other, unit=dormitory.unit)."""

    def moved(row, **place):
        [(above, where)] = place.items()
        typed = {"title": row.title, "position": "1", "is_active": "on"}
        typed |= {"amount_rule": "free", above: where.pk}
        page = f"/admin/catalog/{row._meta.model_name}/{row.pk}/change/"
        browser = client_of(superuser)
        assert browser.post(page, typed).status_code == 302
        row.refresh_from_db()
        told = "جای آن تغییر نمی‌کند" in browser.get(page).text
        assert told != (f'name="{above}"' in browser.get(page).text)
        return getattr(row, above) == where

    return moved


def test_payments_stay_with_those_who_see_them(moves, student, dormitory, other):
    elsewhere = Faculty.objects.create(title="دانشکده هنر", position=2)
    here, there = dormitory.unit, other.unit
    assert moves(other, unit=here)
    assert moves(other, unit=there)
    assert moves(here, faculty=elsewhere)
    assert moves(here, faculty=there.faculty)
    terminal = Terminal.objects.create(
        alias="sep", title="سامان", psp="sep", merchant_number="2015"
    )
    make_payment(student, other, terminal)
    assert not moves(other, unit=here)
    assert not moves(there, faculty=elsewhere)
    assert moves(dormitory, unit=there)  # it has none itself


def test_debts_stay_with_those_who_see_them(moves, debt, other):
    elsewhere = Faculty.objects.create(title="دانشکده هنر", position=2)
    assert not moves(debt.subject, unit=other.unit)
    assert not moves(debt.unit, faculty=elsewhere)
    assert moves(other.unit, faculty=elsewhere)
