"""Addresses of the help desk."""

from django.urls import path

from cqrs.portal.web.support import view_as

app_name = "support"

urlpatterns = [
    path("support/view-as/", view_as.choose, name="view-as"),
    path("support/view-as/stop/", view_as.stop, name="stop"),
]
