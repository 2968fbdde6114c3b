"""Every page in every state speaks Persian: a crawl by everybody who has pages."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from catalog.models import Faculty, Subject, Unit
from debts.models import Debt
from payments.models import Payment, Terminal
from payments.states import State
from tests.accounts import conftest as accounts
from tests.pages import words
from tests.payments import conftest as payments

phone = accounts.phone
bank, terminal, payer = payments.bank, payments.terminal, payments.payer

# Identifiers and addresses are marked as such in the page; the guide names programs.
MARKED = re.compile(
    r"<(bdi|span|code|td|a|article)\b[^>]*"
    r'(?:dir="ltr"|class="[^"]*(?:latin|receipt_number|field-code|guide)[^"]*")[^>]*>'
    r".*?</\1>",
    re.DOTALL,
)
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|…\S+")
LATIN = re.compile(r"[A-Za-z]{3,}")
LINK = re.compile(r'href="(/[^"#]*)')


def latin(answer):
    page = MARKED.sub("", answer.text)
    found = LATIN.findall(ADDRESS.sub("", words(page)))
    known = {*settings.GATEWAYS, *dict(settings.LANGUAGES).values()}
    known |= {"xlsx", "csv", "PDF", "WCAG"}  # as people call these things
    return [word for word in found if word not in known]


def persian(answer):
    """What is left of Persian in an English page, its attributes among it."""
    titles = [
        title
        for model in (Faculty, Unit, Subject, Terminal, Debt)
        for title in model.objects.values_list("title", flat=True)
    ]
    people = [*User.objects.values_list("full_name", flat=True), *titles]
    words = sorted({*titles, *" ".join(people).split(), "فارسی"}, key=len)
    initials = "|".join({word[0] for word in words})
    marked = rf'(?<=aria-hidden="true">)({initials})(?=<)|\b({initials})(?=…)'
    page = re.sub("|".join([*reversed(words), marked]), "", answer.text)
    return re.findall("[\u0600-\u06ff\u200c]+", page)


def crawl(browser, *starts, strange=latin):
    """Follow the links from these pages; what is strange on which page."""
    queue, known, found = list(starts), set(starts), {}
    while queue:
        address = queue.pop()
        answer = browser.get(address, follow=True)
        if "text/html" not in answer["Content-Type"]:
            continue
        if left := strange(answer):
            found[address] = left
        links = {link.replace("&amp;", "&") for link in LINK.findall(answer.text)}
        queue += links - known
        known |= links
    assert len(known) > len(starts)
    return found


@pytest.fixture
def one_of_each(payer, bank):
    """Payments in every state, with every reason for not being paid."""
    amounts = map(str, range(100_000, 900_000, 10_000))

    def begin():
        """A payment that the payer has made at the bank, and what he brings back."""
        payment = payer.start(next(amounts))
        return payment, payer.at_bank(payment)

    for action in ("success", "cancel", "wrong_pin"):
        payer.pay(next(amounts), action)
    late = begin()
    bank.advance(31 * 60)
    payer.bring(*late)
    bank.reset()
    payer.start(next(amounts))
    payments.work(after=timedelta(hours=2))  # expired
    for wait in (timedelta(minutes=31), timedelta(0)):  # in review, and being checked
        unclear = begin()
        bank.fault("verify", "http500", times=2)
        payer.bring(*unclear)
        payments.work(after=wait)
    bank.fault("token", "refuse", code="5")
    payer.browser.post("/pay/", payer.form(next(amounts)))
    bank.fault("token", "http500")
    payer.browser.post("/pay/", payer.form(next(amounts)))
    payer.start(next(amounts))
    crashed = payer.start(next(amounts))
    Payment.objects.filter(pk=crashed.pk).update(state=State.STARTED)
    rows = payer.browser.get("/payments/").context["page"].object_list
    assert {row.state for row in rows} == set(State)
    return rows


def test_pages_of_the_payer(payer, one_of_each):
    """In Persian, and in English but for what the catalogue and people are called."""
    results = [row.get_absolute_url() for row in one_of_each]
    assert crawl(payer.browser, "/", "/payments/", "/profile/", *results) == {}
    assert crawl(Client(), "/login/", "/v/", *results) == {}
    browsers = payer.browser, Client()
    for browser in browsers:
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    starts = "/", "/payments/", "/profile/", "/login/", "/v/", *results
    for browser in browsers:
        assert crawl(browser, *starts, strange=persian) == {}


def test_pages_of_a_debt_in_english(debtor, guest, debt):
    for browser in (debtor.browser, guest.browser):
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert crawl(debtor.browser, "/", debtor.address, strange=persian) == {}
    assert persian(guest.browser.get(guest.address)) == []
    payment = guest.start()
    guest.bring(payment, guest.at_bank(payment))
    assert persian(guest.browser.get(payment.get_absolute_url())) == []
    pages = "/", debtor.address, "/debts/certificate/"
    assert crawl(debtor.browser, *pages, strange=persian) == {}


def test_pages_of_the_finance_officer(client_of, finance_officer, one_of_each):
    assert crawl(client_of(finance_officer), "/admin/") == {}


def test_pages_of_the_clerk(client_of, clerk, dormitory):
    assert crawl(client_of(clerk), "/admin/") == {}


def test_pages_of_those_who_have_no_account(db, phone):
    browser = Client()
    accounts.sign_up(browser)
    for address in ("/sign-up/confirm/", "/nowhere/", "/admin/"):
        assert latin(browser.get(address, follow=True)) == []
    browser.post("/password/forgotten/", {"mobile": "09181112233"})
    assert latin(browser.get("/password/code/")) == []


@pytest.mark.parametrize(
    "address", ["/login/", "/sign-up/", "/password/forgotten/", "/v/"]
)
def test_an_empty_form_complains_in_persian(db, address):
    answer = Client().post(address, {})
    assert latin(answer) == []


def test_an_empty_payment_form_complains_in_persian(payer):
    assert latin(payer.browser.post("/pay/confirm/", {})) == []
    assert latin(payer.browser.post("/pay/", {})) == []
