"""Who owes nothing gets a paper, and whoever holds it sees whether it still stands."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import SecurityEvent, User
from debts import certificates, views
from debts.models import Certificate, Debt, Identity
from debts.models.certificates import LIFE
from payment_portal import papers
from tests.conftest import tied
from tests.debtors import is_student
from tests.debts.sheets import NATIONAL, OTHER_NATIONAL, OTHER_STUDENT, STUDENT, row
from tests.payments.test_receipts import printed

PAGE = "/debts/certificate/"


@pytest.fixture
def browser(student, client_of):
    is_student(student)
    return client_of(student)


@pytest.fixture
def identity(browser):
    return Identity.objects.get()


@pytest.fixture
def certificate(identity):
    return certificates.issue(identity, now=timezone.now())


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def check(certificate, status=200):
    return text(Client().get(certificate.get_absolute_url()), status)


def pay_all():
    Debt.objects.update(state=Debt.State.PAID, paid_amount=8_000_000)


def test_a_student_gets_a_paper_that_offices_can_check(browser, identity, debt):
    pay_all()
    assert "دریافت گواهی" in text(browser.get(PAGE))
    assert PAGE in text(browser.get("/"))
    answer = browser.post(PAGE, {"student": identity.pk})
    assert f"no-debt-{STUDENT}.pdf" in answer["Content-Disposition"]
    paper = printed(answer.content)
    certificate = Certificate.objects.get()
    assert certificate.full_name == "علی محمدی"
    assert "۴۰۱۱۲۳۴۵۶" in paper
    assert certificate.key in "".join(paper.split())
    page = check(certificate)
    assert "این گواهی معتبر است" in page
    assert "علی م…" in page
    for hidden in ("علی محمدی", NATIONAL):
        assert hidden not in page


def test_who_owes_gets_none(browser, identity, debt):
    assert "نخست آن را بپردازید" in text(browser.get(PAGE))
    answer = browser.post(PAGE, {"student": identity.pk}, follow=True)
    assert "نخست آن را بپردازید" in text(answer)
    assert not Certificate.objects.exists()


def test_a_new_debt_ends_it_at_once_and_its_payment_mends_it(certificate, store):
    assert "این گواهی معتبر است" in check(certificate)
    store(row())
    assert "پس از صدور آن بدهی جدیدی" in check(certificate)
    pay_all()
    assert "این گواهی معتبر است" in check(certificate)


def test_it_is_over_after_a_month(certificate):
    issued_at = timezone.now() - LIFE - timedelta(seconds=1)
    Certificate.objects.update(issued_at=issued_at, expires_at=issued_at + LIFE)
    assert "مهلت آن گذشته است" in check(certificate)


def test_another_key_is_no_certificate(certificate):
    certificate.key = certificate.key[::-1]
    assert "صادر نشده است" in check(certificate, 404)


def test_the_debts_of_another_student_do_not_count(certificate, store):
    store(row() | {"شماره دانشجویی": OTHER_STUDENT, "شماره ملی": OTHER_NATIONAL})
    assert "این گواهی معتبر است" in check(certificate)


def test_of_one_day_there_is_one(identity, certificate):
    now = timezone.now()
    assert certificates.issue(identity, now=now) == certificate
    later = now + certificates.SAME_FOR + timedelta(seconds=1)
    assert certificates.issue(identity, now=later) != certificate


def test_nobody_keeps_the_maker_of_papers_busy(browser, identity, monkeypatch):
    monkeypatch.setattr(papers, "pdf", lambda *paper: b"%PDF-")
    monkeypatch.setattr(views, "PAPERS", 1)
    assert browser.post(PAGE, {"student": identity.pk}).status_code == 200
    refused = browser.post(PAGE, {"student": identity.pk})
    assert refused.status_code == 429
    assert "امنیت" not in refused.text


def test_nobody_gets_the_paper_of_another(client_of, other_student, identity):
    answer = client_of(other_student).post(PAGE, {"student": identity.pk})
    assert answer.status_code == 404
    assert "هر دو شماره" in text(client_of(other_student).get(PAGE))
    assert client_of(other_student).post(PAGE, {"student": "x"}).status_code == 404
    assert Client().get(PAGE).status_code == 302
    assert Client().post(PAGE, {"student": identity.pk}).status_code == 302
    assert not Certificate.objects.exists()


def test_the_database_refuses_one_that_is_over_before_it_begins(certificate):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(expires_at=certificate.issued_at)


def claims_of(answer, keys):
    """What a program of the registry reads, once it has checked the signature."""
    assert answer["Content-Type"] == "application/jwt"
    line, _dot, signature = answer.content.decode().rpartition(".")
    header, claims = (json.loads(decoded(part)) for part in line.split("."))
    [key] = [key for key in keys if key["kid"] == header["kid"]]
    public = Ed25519PublicKey.from_public_bytes(decoded(key["x"]))
    public.verify(decoded(signature), line.encode())
    return claims


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_machine_gets_a_signed_answer(certificate, store, settings):
    address = f"{certificate.get_absolute_url()}jwt"
    keys = Client().get("/c/keys.json").json()["keys"]
    claims = claims_of(Client().get(address), keys)
    assert (claims["sub"], claims["holds"]) == (STUDENT, True)
    assert claims["exp"] - claims["iat"] == 24 * 60 * 60
    late = certificate.expires_at - timedelta(hours=1)
    line = certificates.proof(certificate, now=late).split(".")[1]
    assert json.loads(decoded(line))["exp"] == int(certificate.expires_at.timestamp())
    store(row())
    later = Client().get(address)
    assert claims_of(later, keys)["holds"] is False
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-fifty-signs" * 2
    both = Client().get("/c/keys.json").json()["keys"]
    assert claims_of(later, both)["holds"] is False
    with pytest.raises(ValueError, match="unpack"):
        claims_of(Client().get(address), keys)
    assert Client().get("/c/xxx/jwt").status_code == 404


def test_pages_keep_their_queries(browser, certificate, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        browser.get(PAGE)
    with django_assert_max_num_queries(2):
        Client().get(certificate.get_absolute_url())


# ---- for the staff


def test_a_clerk_finds_certificates_by_any_number(
    certificate, debt, client_of, debts_clerk
):
    pay_all()
    browser, address = client_of(debts_clerk), "/admin/debts/certificate/"
    key = certificate.get_absolute_url()
    for words in (STUDENT, NATIONAL, "۴۰۱۱۲۳۴۵۶", f"http://localhost:8000{key}"):
        assert "معتبر" in text(browser.get(address, {"q": words}))
    assert STUDENT not in text(browser.get(address, {"q": "40112345"}))
    page = text(browser.get(f"{address}{certificate.pk}/change/"))
    assert key in page
    said = SecurityEvent.objects.filter(kind="people_searched")
    # The end of a number, as the log holds it: five words, of which two end alike.
    assert {event.detail[:3] for event in said} == {"***"}
    assert not said.filter(detail__contains=STUDENT).exists()
    assert not said.filter(detail__contains=NATIONAL).exists()
    seen = SecurityEvent.objects.get(kind="certificate_seen")
    assert (seen.actor, seen.detail) == (debts_clerk, str(certificate.pk))
    Debt.objects.filter(state="paid").update(title="x")
    Certificate.objects.update(
        issued_at=timezone.now() - 2 * LIFE, expires_at=timezone.now() - LIFE
    )
    assert "منقضی" in text(browser.get(address))
    deletion = browser.post(f"{address}{certificate.pk}/delete/", {"post": "yes"})
    assert deletion.status_code == 403


def test_a_new_debt_shows_in_the_list_and_a_foreign_clerk_has_no_list(
    certificate, debt, store, client_of, debts_clerk, foreign, finance_officer
):
    address = "/admin/debts/certificate/"
    assert "بدهی باز دارد" in text(client_of(debts_clerk).get(address))
    debts_clerk.duties.all().delete()
    tied(debts_clerk, unit=foreign.unit)
    assert STUDENT not in text(client_of(debts_clerk).get(address))
    assert client_of(finance_officer).get(address).status_code == 403


def test_the_paper_is_in_the_language_of_its_page(browser, identity):
    User.objects.update(language="en")
    answer = browser.post(PAGE, {"student": identity.pk})
    assert "owed nothing to any unit" in " ".join(printed(answer.content).split())
