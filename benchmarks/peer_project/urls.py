from azbankgateways.bankfactories import BankFactory
from azbankgateways.urls import az_bank_gateways_urls
from django.http import HttpResponse
from django.urls import path


def start(request):
    """What the peer's README does to start a payment."""
    bank = BankFactory().create()
    bank.set_request(request)
    bank.set_amount(request.POST["amount"])
    bank.set_client_callback_url("/result/")
    bank.set_mobile_number(request.POST["mobile"])
    bank.ready()
    return bank.redirect_gateway()


def health(request):
    return HttpResponse("ok")


urlpatterns = [
    path("health/", health),
    path("start/", start),
    path("bankgateways/", az_bank_gateways_urls()),
]
