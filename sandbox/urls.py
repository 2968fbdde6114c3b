"""Addresses of the sandbox; the paths of banks and SMS providers are the real ones."""

from django.http import HttpResponse
from django.urls import include, path

from sandbox import control, kavenegar, page, pages, smsir
from sandbox.banks import BANKS

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
    path("<psp>/card/<page_key>/", page.card, name="card"),
    path("<psp>/way-back/<page_key>/", page.way_back, name="way_back"),
    *(path(f"{psp}/", include(bank.urls())) for psp, bank in BANKS.items()),
    path("kavenegar/v1/<key>/verify/lookup.json", kavenegar.lookup),
    path("kavenegar/v1/<key>/account/info.json", kavenegar.account),
    path("kavenegar/v1/<key>/sms/status.json", kavenegar.status),
    path("kavenegar/v1/<key>/<path:method>", kavenegar.unknown_method),
    path("smsir/v1/send/verify", smsir.verify),
]
