from django.urls import path

from payments import views

app_name = "payments"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("pay/confirm/", views.confirm, name="confirm"),
    path("pay/", views.pay, name="pay"),
    path("payments/", views.history, name="history"),
    path("payments/<uuid:public_id>/", views.result, name="result"),
    path("payments/<uuid:public_id>/bank/", views.handover, name="handover"),
    path("payments/<uuid:public_id>/recheck/", views.recheck, name="recheck"),
    path("payments/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("payments/<uuid:public_id>/receipt.pdf", views.receipt, name="receipt"),
    path("debts/<uuid:public_id>/", views.debt, name="debt"),
    path("debts/<uuid:public_id>/pay/", views.pay_debt, name="pay_debt"),
    path("debts/<uuid:public_id>/link/", views.make_link, name="make_link"),
    path("debts/<uuid:public_id>/revoke/", views.revoke_link, name="revoke_link"),
    path("l/<str:token>/", views.link, name="link"),
    path("l/<str:token>/pay/", views.pay_link, name="pay_link"),
    path("profile/data/", views.own_data, name="own_data"),
    path("bank/<slug:callback_key>/", views.callback, name="callback"),
    path("metrics", views.metrics, name="metrics"),
    path("v/", views.verify_form, name="verify_form"),
    path("v/<slug:verify_key>/", views.verify, name="verify"),
]
