"""Addresses of the trail."""

from django.urls import path

from cqrs.portal.web.trail import views

app_name = "trail"
urlpatterns = [path("trail/", views.trail, name="list")]
