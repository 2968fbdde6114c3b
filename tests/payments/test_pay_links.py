"""A parent pays a debt through a link, without an account, and sees no more of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import languages
from accounts.models import Message
from debts import cancelling
from debts.models import Debt, PayLink
from debts.models.links import LIFE
from payment_portal import persian
from payments import checkout, receipts
from payments.models import Payment
from payments.states import State
from tests.debtors import Guest
from tests.debts.sheets import HEADINGS, NATIONAL, STUDENT, row


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_a_parent_pays_by_a_link(guest, debt):
    payment = guest.start()
    assert (payment.payer, payment.payer_mobile) == (None, "+989121112233")
    assert (payment.debt, payment.amount) == (debt, 8_000_000)
    handover = guest.browser.get(reverse("payments:handover", args=[payment.public_id]))
    assert payment.token in text(handover)
    guest.bring(payment, guest.at_bank(payment))
    assert payment.state == State.PAID
    debt.refresh_from_db()
    assert debt.state == Debt.State.PAID
    [message] = Message.objects.all()
    assert (message.to, message.template) == ("+989121112233", "payment-paid")
    assert payment.tracking_number in guest.see(payment)
    receipt = guest.browser.get(reverse("payments:receipt", args=[payment.public_id]))
    assert receipt["Content-Type"] == "application/pdf"
    assert "این بدهی پرداخت شده است" in text(guest.browser.get(guest.address))


def test_a_guest_has_in_writing_for_whom_he_paid(guest, debt, monkeypatch):
    """As far as the link told him; who holds the address learns no whole name."""
    payment = guest.start()
    guest.bring(payment, guest.at_bank(payment))
    monkeypatch.setattr(receipts.papers, "pdf", lambda html, _style: html)
    for page in (guest.see(payment), receipts.pdf(payment)):
        assert persian.masked_name(debt.full_name) in page
        assert debt.full_name not in page


def test_the_student_sees_who_paid_in_part(guest, debtor):
    payment = guest.start()
    guest.bring(payment, guest.at_bank(payment))
    page = text(debtor.browser.get(debtor.address))
    assert persian.masked_mobile(payment.payer_mobile) in page
    assert "1112233" not in page
    assert str(payment.public_id) not in page


def test_the_link_shows_no_more_than_is_needed(guest, debt):
    Debt.objects.update(title="جریمه دیرکرد", mobile="+989185550000")
    answer = guest.browser.get(guest.address)
    page = text(answer)
    assert "۸٬۰۰۰٬۰۰۰" in page
    assert debt.subject.title in page
    for hidden in (debt.full_name, STUDENT, NATIONAL, "جریمه دیرکرد", "5550000"):
        assert hidden not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


def test_any_other_sign_opens_nothing(guest):
    token = guest.address.split("/")[2]
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B")
        other += token[place + 1 :]
        assert not PayLink.objects.named(other).exists()
    assert Client().get(f"/l/{other}/").status_code == 404
    assert Client().post(f"/l/{other}/pay/").status_code == 404


def test_a_revoked_link_opens_nothing(guest, debtor, debt):
    fields = guest.fields()
    debtor.browser.post(f"{debtor.address}revoke/")
    assert "بسته شده است" in text(guest.browser.get(guest.address), 410)
    assert guest.browser.post(f"{guest.address}pay/", fields).status_code == 410
    assert not Payment.objects.exists()


def test_an_old_link_opens_nothing(guest):
    PayLink.objects.update(created_at=timezone.now() - LIFE * 2)
    PayLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert guest.browser.get(guest.address).status_code == 410


def test_the_link_of_a_cancelled_debt_opens_nothing(guest, debt, debts_clerk):
    cancelling.cancel(debt.batch, "اشتباه", debts_clerk, now=timezone.now())
    assert guest.browser.get(guest.address).status_code == 410


def test_the_link_of_a_closed_account_opens_nothing(guest, student):
    type(student).objects.filter(pk=student.pk).update(is_active=False)
    assert guest.browser.get(guest.address).status_code == 410


def test_a_new_link_closes_the_one_before(guest, debtor, debt, bank):
    page = debtor.browser.post(f"{debtor.address}link/", follow=True)
    new = PayLink.objects.latest("pk")
    assert f"http://localhost:8000{new.get_absolute_url()}" in text(page)
    assert guest.browser.get(guest.address).status_code == 410
    assert Guest(bank, new).start().debt == debt


def test_the_database_refuses_two_live_links(guest, student, debt):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        debt.links.create(created_by=student, created_at=now, expires_at=now + LIFE)


def test_nobody_makes_or_closes_links_of_another(guest, debt, client_of, clerk):
    for browser, status in ((client_of(clerk), 404), (Client(), 302)):
        for name in ("make_link", "revoke_link"):
            address = reverse(f"payments:{name}", args=[debt.public_id])
            assert browser.post(address).status_code == status
    assert PayLink.objects.live(timezone.now()).count() == 1


def test_a_guest_who_lost_his_tab_goes_on_with_the_same_payment(guest, bank):
    fields = guest.fields()
    payment = guest.start()
    again = Guest(bank, guest.link)
    assert "با همان تلفن همراه" in text(again.browser.get(again.address))
    assert again.start(submission_key=fields["submission_key"] + "x") == payment
    answer = again.send(mobile="09121110000")
    assert answer.status_code == 302
    assert Payment.objects.count() == 1


def test_the_student_and_a_guest_do_not_pay_at_once(guest, debtor):
    fields = debtor.fields()
    payment = guest.start()
    debtor.browser.post(f"{debtor.address}pay/", fields)
    assert Payment.objects.get() == payment
    checkout.cancel(payment)
    assert debtor.start().payer


@pytest.mark.parametrize("mobile", ["", "0912", "0212345678"])
def test_without_a_mobile_no_bank_is_asked(guest, mobile):
    assert "is-invalid" in text(guest.send(mobile=mobile))
    assert not Payment.objects.exists()


@pytest.mark.parametrize("changes", [{"amount": "1"}, {"subject": "1"}, {"seal": "x"}])
def test_a_changed_form_is_refused(guest, changes):
    assert guest.send(**changes).status_code == 400
    assert not Payment.objects.exists()


def test_another_mobile_in_the_same_form_is_not_the_same_payment(guest):
    fields = guest.fields()
    checkout.cancel(guest.start(submission_key=fields["submission_key"]))
    answer = guest.send(mobile="09121110000", submission_key=fields["submission_key"])
    assert answer.status_code == 302
    assert Payment.objects.count() == 1


def test_who_was_cancelled_may_try_again_by_his_link(guest):
    payment = guest.start()
    guest.bring(payment, guest.at_bank(payment, "cancel"))
    assert guest.address in guest.see(payment)
    other = Client().get(payment.get_absolute_url())
    assert guest.address not in text(other)


def test_guests_start_no_more_than_one_payer_may(guest, settings):
    settings.STARTS_PER_PAYER = 1
    checkout.cancel(guest.start())
    answer = guest.browser.post(
        f"{guest.address}pay/", guest.fields() | {"mobile": "09121112233"}, follow=True
    )
    assert "پرداخت‌های زیادی" in text(answer)


def test_starts_are_counted_by_payer_and_by_debt(
    guest, debtor, student, bank, store, settings
):
    settings.STARTS_PER_PAYER = 1
    checkout.cancel(debtor.start())
    checkout.cancel(guest.start())
    other = store(row() | {HEADINGS[-1]: "جریمه"}).debts.get()
    assert Guest(bank, PayLink.make(other, student, now=timezone.now())).start()


def test_who_is_logged_in_may_look_at_what_is_nobodys(guest, payer):
    payment = guest.start()
    handover = reverse("payments:handover", args=[payment.public_id])
    assert payment.token in text(payer.browser.get(handover))


def test_only_what_was_paid_is_told_as_paid(guest, debtor):
    checkout.cancel(guest.start())
    assert "0912" not in persian.to_ascii_digits(
        text(debtor.browser.get(debtor.address))
    )


def test_what_has_a_payer_stays_his(payer, other_payer, guest):
    payment = payer.start()
    for name in ("handover", "recheck", "cancel", "receipt"):
        address = reverse(f"payments:{name}", args=[payment.public_id])
        send = "get" if name in {"handover", "receipt"} else "post"
        assert getattr(other_payer.browser, send)(address).status_code == 404
        answer = getattr(Client(), send)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")
    payment.refresh_from_db()
    assert payment.state == State.AT_BANK


def test_a_guest_cancels_what_he_has_begun(guest):
    payment = guest.start()
    guest.browser.post(reverse("payments:cancel", args=[payment.public_id]))
    payment.refresh_from_db()
    assert payment.state == State.UNPAID


def test_staff_are_told_for_whom_a_link_was_paid(guest, client_of, finance_officer):
    payment = guest.start()
    browser = client_of(finance_officer)
    for address in ("/admin/payments/payment/", "/admin/finance/report/?state="):
        assert "علی محمدی (با پیوند پرداخت)" in text(browser.get(address))
    sheet = b"".join(browser.get("/admin/finance/report/report.csv?state="))
    assert "علی محمدی (با پیوند پرداخت)" in sheet.decode()
    assert "محمدی" not in guest.see(payment)


def test_who_paid_is_told_as_far_as_it_is_known(debt):
    assert Payment(payer_name="سارا احمدی", debt=debt).who == "سارا احمدی"
    assert Payment(debt=debt).who == "علی محمدی (با پیوند پرداخت)"
    debt.full_name = ""
    assert Payment(debt=debt).who == f"{STUDENT} (با پیوند پرداخت)"
    assert Payment().who == ""


def test_a_guest_is_told_in_the_language_of_his_page(guest, settings):
    settings.SMS_LANGUAGES = ["en"]
    guest.browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    payment = guest.start()
    guest.bring(payment, guest.at_bank(payment))
    assert languages.worded(Message.objects.get()) == "payment-paid-en"


def test_a_link_outlives_a_new_secret_while_the_old_one_is_kept(guest, settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 60
    assert Client().get(guest.address).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Client().get(guest.address).status_code == 200
