from django.contrib import admin
from django.urls import include, path

from payment_portal import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("logo/<slug:version>.png", views.logo, name="logo"),
    path("colours/<slug:version>.css", views.colour_sheet, name="colours"),
    path("admin/", admin.site.urls),
    path("catalog/", include("catalog.urls")),
    path("", include("accounts.urls")),
    path("", include("debts.urls")),
    path("", include("payments.urls")),
]

handler400 = "payment_portal.views.bad_request"
handler403 = "payment_portal.views.forbidden"
handler404 = "payment_portal.views.not_found"
handler500 = "payment_portal.views.server_error"
