"""Who sees all by one role takes away only what the other role gives him."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse

from accounts import roles
from finance import bundles, schedules
from finance.models import Bundle, Schedule
from payments.models import Payment
from tests.conftest import officer, tied
from tests.finance.conftest import moment
from tests.finance.test_reports import AZAR, PAGE
from tests.finance.test_schedules import work

BY_MAIL, RECEIPTS = reverse("admin:finance_by_mail"), reverse("admin:finance_receipts")
TOLD = "فقط بخش‌هایی را دربر دارند که به شما سپرده شده است"


@pytest.fixture(params=[roles.OPERATOR, roles.AUDITOR])
def both(request, library):
    """Somebody who sees everything, and is of the library's finance."""
    user = officer("دو نقش", "+989187770009", request.param)
    user.groups.add(Group.objects.get(name=roles.UNIT_FINANCE))
    user.email, user.email_confirmed_at = "both@uok.ac.ir", moment("1405/01/01")
    user.save()
    return tied(user, unit=library.unit)


@pytest.fixture
def far(paid):
    return paid("1405/09/02", 700_000)


@pytest.fixture
def near(paid, library):
    return paid("1405/09/02", 300_000, subject=library)


def test_files_hold_what_both_rights_reach(
    both, client_of, far, near, dormitory, unit_officer, library
):
    browser = client_of(both)
    page = browser.get(PAGE, AZAR)
    assert page.context["report"].total.amount == 1_000_000
    is_auditor = both.groups.filter(name=roles.AUDITOR).exists()
    assert (TOLD in page.text) != is_auditor  # who exports by his own role
    text = browser.get(f"{PAGE}report.csv", AZAR).getvalue().decode()
    assert near.order_number in text
    assert (far.order_number in text) == is_auditor
    asked = {**AZAR, "unit": dormitory.unit_id}
    for kind in ("csv", "xlsx", "pdf"):
        answer = browser.get(f"{PAGE}report.{kind}", asked)
        assert answer.status_code == (200 if is_auditor else 400)
    tied(unit_officer, unit=library.unit)
    assert TOLD not in client_of(unit_officer).get(PAGE, AZAR).text


def test_what_the_worker_makes_lies_within_all_rights(
    both, client_of, far, near, dormitory
):
    browser = client_of(both)
    query = "?period=month&day=1405/09/15"
    browser.post(f"{RECEIPTS}{query}")
    bundle = Bundle.objects.get()
    assert bundle.payments == [near.pk]
    assert bundles.is_still_his(bundle)
    both.groups.remove(Group.objects.get(name=roles.UNIT_FINANCE))
    bundle = Bundle.objects.get()
    assert not bundles.is_still_his(bundle)
    both.groups.add(Group.objects.get(name=roles.UNIT_FINANCE))
    for address in (RECEIPTS, BY_MAIL):
        asked = f"{address}{query}&unit={dormitory.unit_id}"
        answer = client_of(both).post(asked, {"every": "day"}, follow=True)
        assert "این در بخش‌های سپرده‌شده به شما نیست" in answer.text
    assert Bundle.objects.count() == 1
    assert not Schedule.objects.exists()

    schedules.add(both, "day", {}, moment("1405/09/02"))
    Bundle.objects.all().delete()
    assert work("1405/09/03")
    (sent,) = mail.outbox
    assert "۳۰۰٬۰۰۰" in sent.body
    assert Payment.objects.count() == 2
