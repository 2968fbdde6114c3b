from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("units/", views.units, name="units"),
    path("subjects/", views.subjects, name="subjects"),
]
