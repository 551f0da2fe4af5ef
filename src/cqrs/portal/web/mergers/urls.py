"""Addresses of mergers, splits and closures."""

from django.urls import path

from cqrs.portal.web.mergers import views

app_name = "mergers"
urlpatterns = [
    path("changes/", views.changes, name="list"),
    path("changes/new/", views.new, name="new"),
    path("changes/<int:change_id>/", views.change, name="change"),
    path("changes/<int:change_id>/agree/", views.agree, name="agree"),
    path("changes/<int:change_id>/refuse/", views.refuse, name="refuse"),
    path("changes/<int:change_id>/withdraw/", views.withdraw, name="withdraw"),
]
