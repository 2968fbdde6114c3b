"""Addresses of the sandbox; the bank's and Kavenegar's paths are the real ones."""

from django.http import HttpResponse
from django.urls import path

from sandbox import control, kavenegar, pages, sep_page, sep_verify

TRANSACTIONS = "sep/verifyTxnRandomSessionkey/ipg"

urlpatterns = [
    path("", pages.front, name="front"),
    path("health/", lambda request: HttpResponse("ok")),
    path("phone/", pages.phone, name="phone"),
    path("phone.json", pages.phone_json),
    path("mail/", pages.mail, name="mail"),
    path("mail.json", pages.mail_json),
    path("ledger/", pages.ledger, name="ledger"),
    path("ledger.json", pages.ledger_json),
    path("clock.json", control.advance, name="clock"),
    path("faults.json", control.order_fault, name="faults"),
    path("rules.json", control.set_rules, name="rules"),
    path("reset.json", control.reset, name="reset"),
    path("sep/onlinepg/onlinepg", sep_page.onlinepg),
    path("sep/OnlinePG/OnlinePG", sep_page.onlinepg),
    path("sep/OnlinePG/SendToken", sep_page.send_token),
    path("sep/card/<page_key>/", sep_page.card, name="card"),
    path("sep/way-back/<page_key>/", sep_page.way_back, name="way_back"),
    path(f"{TRANSACTIONS}/VerifyTransaction", sep_verify.verify),
    path(f"{TRANSACTIONS}/ReverseTransaction", sep_verify.reverse),
    path("kavenegar/v1/<key>/verify/lookup.json", kavenegar.lookup),
    path("kavenegar/v1/<key>/account/info.json", kavenegar.account),
    path("kavenegar/v1/<key>/sms/status.json", kavenegar.status),
    path("kavenegar/v1/<key>/<path:method>", kavenegar.unknown_method),
]
