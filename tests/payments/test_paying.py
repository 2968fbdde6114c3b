"""A student pays; the bank says yes."""

import pytest
from django.urls import reverse

from accounts.models import Message
from payments.models import Payment
from payments.states import State


def test_payment_is_paid_when_the_bank_confirms_it(payer, bank):
    payment = payer.pay("۵۰۰٬۰۰۰ ریال")

    assert payment.state == State.PAID
    assert payment.amount == 500_000
    ledger = bank.transaction(payment.order_number)
    assert ledger["state"] == "verified"
    assert payment.reference_number == ledger["rrn"]
    assert payment.tracking_number == ledger["trace"]
    assert "*" in payment.masked_card


def test_every_step_leaves_an_event_and_a_closed_call(paid):
    steps = paid.events.order_by("seq").values_list("seq", "from_state", "to_state")
    assert list(steps) == [
        (1, "", "started"),
        (2, "started", "at_bank"),
        (3, "at_bank", "checking"),
        (4, "checking", "paid"),
    ]
    calls = paid.calls.order_by("pk").values_list("operation", "outcome", "code")
    assert list(calls) == [("start", "yes", ""), ("verify", "yes", "0")]


def test_what_is_recorded_of_a_call_holds_no_secret(paid):
    said = "".join(call.body.request + call.body.answer for call in paid.calls.all())
    assert "TerminalNumber" in said
    assert paid.token not in said
    assert paid.claims.get().receipt_number not in said
    assert paid.payer_mobile[3:] not in said
    assert paid.callback_key not in said


def test_payment_needs_four_commits(payer, monkeypatch):
    from django.db import transaction

    commits = []
    leave = transaction.Atomic.__exit__

    def counted(block, *error):
        if block.durable:
            commits.append(block)
        return leave(block, *error)

    monkeypatch.setattr(transaction.Atomic, "__exit__", counted)
    assert payer.pay().state == State.PAID
    assert len(commits) == 4


def test_payer_gets_one_message(paid, payer):
    sms = Message.objects.get(key=f"payment-paid:{paid.pk}")
    assert sms.to == paid.payer_mobile
    assert sms.values["token2"] == paid.order_number
    assert sms.values["token3"] == paid.reference_number


def test_second_return_changes_nothing(payer, bank):
    payment = payer.start()
    fields = payer.at_bank(payment, "twice")
    payer.bring(payment, fields)
    version = payment.version

    payer.bring(payment, fields)

    assert payment.state == State.PAID
    assert payment.version == version
    assert bank.transaction(payment.order_number)["verify_calls"] == 1
    assert Message.objects.count() == 1


def test_texts_of_the_payment_survive_a_change_of_the_catalogue(paid, dormitory):
    dormitory.title = "نام تازه"
    dormitory.save()
    paid.refresh_from_db()
    assert paid.subject_title == "خوابگاه"


def test_one_submission_is_one_payment(payer):
    form = payer.form()
    for _ in range(3):
        payer.browser.post(reverse("payments:pay"), form)
    assert Payment.objects.count() == 1


def test_same_submission_with_other_data_is_confirmed_again(payer):
    form = payer.form("500000")
    payer.browser.post(reverse("payments:pay"), form)
    answer = payer.browser.post(reverse("payments:pay"), form | {"amount": "600000"})

    assert answer.status_code == 200
    assert answer.context["hidden"]["submission_key"] != form["submission_key"]
    assert answer.context["draft"].amount == 600_000
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "ده هزار"}, "amount"),
        ({"amount": "50000 تومان"}, "amount"),
        ({"amount": "9999"}, "amount"),
        ({"amount": "2000000001"}, "amount"),
        ({"amount": "10000.5"}, "amount"),
        ({"subject": ""}, "subject"),
        ({"subject": "999999"}, "subject"),
        ({"subject": "9" * 40}, "subject"),
        ({"faculty": ""}, "faculty"),
        ({"unit": "x"}, "unit"),
    ],
)
def test_wrong_input_is_explained_and_kept(payer, change, field):
    for page in ("payments:confirm", "payments:pay"):
        answer = payer.browser.post(reverse(page), payer.form(**change))
        assert answer.context["form"].errors[field]
    if field == "amount" and change["amount"]:
        assert change["amount"] in answer.content.decode()
    assert not Payment.objects.exists()


def test_empty_form_tells_everything_at_once(payer):
    form = {"submission_key": "empty"}
    errors = payer.browser.post(reverse("payments:confirm"), form).context["form"]
    assert set(errors.errors) == {"faculty", "unit", "subject", "amount"}


def test_closed_subject_is_refused_at_the_last_moment(payer, dormitory):
    form = payer.form()
    dormitory.is_active = False
    dormitory.save()
    answer = payer.browser.post(reverse("payments:pay"), form)
    assert answer.context["form"].errors["subject"]


def test_fixed_amount_needs_no_typing(payer, dormitory):
    dormitory.amount_rule, dormitory.fixed_amount = "fixed", 300_000
    dormitory.save()
    assert payer.start(amount="").amount == 300_000


def test_without_an_open_terminal_the_page_is_honest(payer, terminal):
    terminal.is_open, terminal.closed_message = False, "تا ساعت ۱۸ بسته است"
    terminal.save()
    answer = payer.browser.post(reverse("payments:pay"), payer.form())
    assert answer.status_code == 503
    assert '<bdi lang="fa">تا ساعت ۱۸ بسته است</bdi>' in answer.text
    form = payer.browser.get(answer.context["here"]).context["form"]
    assert form["amount"].value() == payer.form()["amount"]
    assert not Payment.objects.exists()


def test_bank_that_gives_no_token_costs_nothing(payer, bank):
    bank.fault("token", "http500")
    payment = payer.start()
    assert payment.state == State.UNPAID
    assert payment.unpaid_reason == "refused"
    assert payment.calls.get().outcome == "unknown"


def test_handover_page_may_send_its_form_to_this_bank_only(payer, bank):
    payment = payer.start()
    address = reverse("payments:handover", args=[payment.public_id])
    answer = payer.browser.get(address)
    policy = answer["Content-Security-Policy"]
    assert f"form-action 'self' {bank.url}" in policy
    assert payment.token in answer.content.decode()
    form = answer.text.split("<main")[1].split("</main>")[0]
    assert "csrfmiddlewaretoken" not in form


def test_handover_of_a_finished_payment_leads_to_its_result(payer, paid):
    address = reverse("payments:handover", args=[paid.public_id])
    answer = payer.browser.get(address)
    assert answer["Location"] == paid.get_absolute_url()
