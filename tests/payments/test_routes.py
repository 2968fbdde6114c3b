"""Which terminal a payment goes through, and what happens when one fails."""

import io
import re
import secrets
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from catalog.models import Subject, Unit
from payments.models import GatewayCall, Payment, Terminal
from payments.states import Reason, State
from script.processes import bank_addresses
from tests.payments.conftest import work

LIST = reverse("admin:payments_terminal_changelist")


@pytest.fixture
def second(terminal):
    """Another terminal that serves everybody, after the first."""
    return Terminal.objects.create(
        alias="sep-41", title="سامان ۲", psp="sep", merchant_number="2041", position=1
    )


@pytest.fixture
def tuition(dormitory):
    return Subject.objects.create(
        unit=dormitory.unit, title="شهریه", position=2, amount_rule="free"
    )


def terminals_of():
    payments = Payment.objects.order_by("pk")
    return [payment.terminal.alias for payment in payments]


@pytest.mark.parametrize("fault", ["http500", "reset", "refuse"])
def test_next_terminal_is_tried_in_the_same_request(payer, bank, second, fault):
    bank.fault("token", fault, code="5")
    form = payer.form()
    answer = payer.browser.post(reverse("payments:pay"), form)
    assert answer.status_code == 303
    first, then = Payment.objects.order_by("pk")
    assert (first.state, first.unpaid_reason) == (State.UNPAID, Reason.REFUSED)
    assert (then.state, then.terminal) == (State.AT_BANK, second)
    assert answer["Location"] == reverse("payments:handover", args=[then.public_id])
    again = payer.browser.post(reverse("payments:pay"), form)
    assert again["Location"] == answer["Location"]  # the same submission
    page = payer.browser.get(first.get_absolute_url())
    assert page["Location"] == then.get_absolute_url()


def test_no_more_than_two_terminals_are_tried(payer, bank, second):
    Terminal.objects.create(
        alias="third", title="سوم", psp="sep", merchant_number="9", position=2
    )
    bank.fault("token", "http500", times=3)
    payer.browser.post(reverse("payments:pay"), payer.form())
    assert Payment.objects.count() == 2
    assert not Payment.objects.exclude(state=State.UNPAID).exists()


def test_one_terminal_alone_is_asked_once(payer, bank):
    bank.fault("token", "http500", times=3)
    payer.browser.post(reverse("payments:pay"), payer.form())
    assert Payment.objects.get().unpaid_reason == Reason.REFUSED


def test_both_together_take_no_longer_than_the_limit(payer, bank, second, settings):
    settings.START_DEADLINE = timedelta(seconds=1.2)
    settings.GATEWAY_DEADLINE = timedelta(seconds=1)
    bank.fault("token", "hang", times=2, seconds=5)
    payer.browser.post(reverse("payments:pay"), payer.form())
    calls = GatewayCall.objects.order_by("pk").values_list("milliseconds", flat=True)
    assert len(calls) == 2
    assert calls[1] < 900  # what the first had left, and the watch's own time


def test_payer_who_was_sent_away_stays_with_his_bank(payer, bank, second):
    payment = payer.start()
    fields = payer.at_bank(payment)
    bank.fault("verify", "http500", times=2)
    payer.bring(payment, fields)
    work(timedelta(seconds=30))
    work(timedelta(minutes=2))
    payment.refresh_from_db()
    assert payment.state == State.PAID
    assert Payment.objects.count() == 1


def test_money_reaches_its_own_account(payer, terminal, second, tuition):
    terminal.subjects.add(tuition)
    payer.start()
    payer.subject = tuition
    payer.start("600,000")
    assert terminals_of() == ["sep-41", "sep"]


def test_terminal_of_another_unit_takes_no_money(payer, terminal, second, dormitory):
    other = Unit.objects.create(faculty=dormitory.unit.faculty, title="آموزش")
    terminal.units.add(other)
    payer.start()
    assert terminals_of() == ["sep-41"]


def test_unit_has_terminals_of_its_own(payer, second, tuition):
    second.units.add(tuition.unit)
    payer.start()
    assert terminals_of() == ["sep-41"]


def test_subject_goes_before_its_unit(payer, terminal, second, tuition):
    terminal.units.add(tuition.unit)
    second.subjects.add(tuition)
    payer.start()
    payer.subject = tuition
    payer.start("600,000")
    assert terminals_of() == ["sep", "sep-41"]


def test_own_terminal_that_is_closed_lets_no_money_elsewhere(payer, second, dormitory):
    second.subjects.add(dormitory)
    Terminal.objects.filter(pk=second.pk).update(is_open=False)
    answer = payer.browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503
    assert not Payment.objects.exists()


def test_amount_beyond_its_limits_takes_the_next(payer, terminal, second):
    Terminal.objects.filter(pk=terminal.pk).update(
        min_amount=100_000, max_amount=1_000_000
    )
    for amount in ("99,999", "100,000", "1,000,000", "1,000,001"):
        payer.start(amount)
    assert terminals_of() == ["sep-41", "sep", "sep", "sep-41"]


def test_terminal_that_the_bank_refuses_is_closed_and_the_next_serves(
    payer, bank, terminal, second
):
    bank.fault("token", "refuse", code="8")
    payment = payer.start()
    assert payment.terminal == second
    terminal.refresh_from_db()
    assert (terminal.is_open, terminal.fault) == (False, "code 8")
    failed = Payment.objects.get(terminal=terminal)
    assert failed.events.get(is_alarm=True).code == "code 8"
    payer.start("600,000")
    assert Payment.objects.filter(terminal=terminal).count() == 1


# ---- the operator --------------------------------------------------------------------


@pytest.fixture
def officer(finance_officer, client_of):
    return client_of(finance_officer)


def switch(terminal):
    return reverse("admin:payments_terminal_switch", args=[terminal.pk])


def press(browser, terminal):
    """Press the button of a terminal in the list, with what stands behind it."""
    address = re.escape(switch(terminal))
    button = rf'formaction="{address}" name="(.*?)" value="(.*?)"'
    [(name, value)] = re.findall(button, browser.get(LIST).text)
    return browser.post(switch(terminal), {name: value}, follow=True).text


def test_operator_closes_and_opens_a_terminal_with_one_click(officer, payer, terminal):
    Terminal.objects.filter(pk=terminal.pk).update(closed_message="تا ساعت ۱۰")
    press(officer, terminal)
    closed = payer.browser.post(reverse("payments:pay"), payer.form())
    assert "تا ساعت ۱۰" in closed.content.decode()
    press(officer, terminal)
    payer.start()
    history = reverse("admin:payments_terminal_history", args=[terminal.pk])
    page = officer.get(history).content.decode()
    assert "برای پرداخت‌کنندگان بسته شد" in page
    assert "برای پرداخت‌کنندگان باز شد" in page


def test_terminal_with_a_fault_is_opened_without_it(officer, terminal):
    terminal.close_for("code 8")
    assert "code 8" in officer.get(LIST).content.decode()
    press(officer, terminal)
    terminal.refresh_from_db()
    assert (terminal.is_open, terminal.fault) == (True, "")


def test_terminal_that_lacks_its_secrets_is_not_opened(officer, db):
    bare = Terminal.objects.create(
        alias="bare", title="ملت", psp="mellat", merchant_number="1", is_open=False
    )
    assert "TERMINAL_BARE_PASSWORD" in press(officer, bare)
    bare.refresh_from_db()
    assert not bare.is_open


def test_nobody_else_opens_terminals(clerk, student, client_of, client, terminal):
    for browser in (client_of(clerk), client_of(student), client):
        answer = browser.post(switch(terminal), {"close": ""})
        assert answer.status_code in {302, 403}
    terminal.refresh_from_db()
    assert terminal.is_open
    assert client_of(clerk).get(switch(terminal)).status_code in {302, 403, 405}


# ---- trying it out -------------------------------------------------------------------


def tried(name):
    output = io.StringIO()
    call_command("try_gateway", name, stdout=output)
    return output.getvalue()


def test_gateway_is_tried_with_a_real_request(bank, terminal):
    said = tried("sep")
    assert '"Amount": 1000' in said
    assert "The bank gave a token" in said
    assert len(bank.ledger()) == 1
    assert not Payment.objects.exists()


def test_gateway_that_refuses_says_what_the_bank_said(bank, terminal):
    bank.fault("token", "refuse", code="8")
    with pytest.raises(CommandError, match="code 8"):
        tried("sep")


def test_unknown_name_tells_which_there_are(terminal):
    with pytest.raises(CommandError, match="there are: sep"):
        tried(secrets.token_hex(4))


def test_try_of_a_terminal_without_secrets_names_them(db):
    Terminal.objects.create(
        alias="bare", title="ملت", psp="mellat", merchant_number="1", is_open=False
    )
    with pytest.raises(CommandError, match="TERMINAL_BARE_"):
        tried("bare")


def test_every_bank_has_an_address_in_the_sandbox(settings):
    for psp, chosen in settings.GATEWAYS.items():
        known = bank_addresses("")
        for name in chosen["OPTIONS"]:
            which = name.replace("base_", "")
            assert f"{psp}_{which}".upper() in known


# ---- the payer's choice --------------------------------------------------------------


def test_payer_chooses_the_bank_and_it_is_remembered(payer, second):
    page = payer.browser.post(reverse("payments:confirm"), payer.form())
    assert [one.title for one in page.context["banks"]] == ["سامان", "سامان ۲"]
    payer.start(bank=second.pk)
    payer.start("600,000")
    assert terminals_of() == ["sep-41", "sep-41"]
    page = payer.browser.post(reverse("payments:confirm"), payer.form("700,000"))
    assert f'value="{second.pk}" selected>' in page.content.decode()


def test_one_bank_is_no_choice(payer):
    page = payer.browser.post(reverse("payments:confirm"), payer.form())
    assert "درگاه پرداخت" not in page.content.decode()
    dashboard = payer.browser.get(reverse("payments:dashboard")).content.decode()
    assert "انتخاب درگاه پرداخت" not in dashboard


@pytest.mark.parametrize("wish", ["999999", "x", "-1", "۲"])
def test_choice_that_does_not_exist_changes_nothing(payer, second, wish):
    payer.start(bank=wish)
    assert terminals_of() == ["sep"]


def test_choice_does_not_lead_money_elsewhere(payer, terminal, second, dormitory):
    second.subjects.add(dormitory)
    payer.start(bank=terminal.pk)
    assert terminals_of() == ["sep-41"]


def test_chosen_bank_that_fails_is_left_for_another(payer, bank, second):
    bank.fault("token", "http500")
    payer.browser.post(reverse("payments:pay"), payer.form(bank=second.pk))
    assert terminals_of() == ["sep-41", "sep"]
    assert Payment.objects.latest("pk").state == State.AT_BANK


# ---- money that the treasury wants marked --------------------------------------------


@pytest.fixture
def treasury(dormitory):
    Subject.objects.filter(pk=dormitory.pk).update(deposit_identifier="123456789012345")


def test_identifier_goes_only_to_a_bank_that_takes_it(payer, bank, second, treasury):
    payment = payer.start(bank=second.pk)
    assert payment.terminal.alias == "sep"  # the one with a government account
    row = bank.transaction(payment.order_number)
    assert row["deposit_identifier"] == "123456789012345"


def test_treasury_gets_no_money_without_its_identifier(payer, treasury, settings):
    settings.TERMINAL_SETTINGS = {}
    answer = payer.browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("5", "بانک این پرداخت را نپذیرفت"),
        ("8", "این درگاه فعلاً برای دانشگاه فعال نیست"),
        ("77", "بانک پاسخ نداد"),
    ],
)
def test_payer_reads_why_no_bank_was_opened(payer, bank, code, words):
    bank.fault("token", "refuse", code=code)
    payer.browser.post(reverse("payments:pay"), payer.form())
    page = payer.see(Payment.objects.get())
    for _code, others in (("5", "نپذیرفت"), ("8", "فعال نیست"), ("77", "پاسخ نداد")):
        assert (others in page) == (others in words)
