from django.urls import path

from debts import views

app_name = "debts"

urlpatterns = [
    path("debts/who/", views.who, name="who"),
    path("debts/certificate/", views.certificate, name="certificate"),
    path("c/<slug:key>/", views.check, name="check"),
]
