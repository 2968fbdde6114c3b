from django.urls import path

from debts import views

app_name = "debts"

urlpatterns = [
    path("debts/who/", views.who, name="who"),
    path("debts/certificate/", views.certificate, name="certificate"),
    path("c/<slug:key>/", views.check, name="check"),
    path("c/<slug:key>/jwt", views.check_by_machine, name="check_by_machine"),
    path("c/keys.json", views.public_keys, name="public_keys"),
]
