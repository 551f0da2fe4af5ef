"""Addresses of a practice's own pages."""

from django.urls import path

from cqrs.portal.web.practice import views

app_name = "practice"

urlpatterns = [
    path("claims/", views.claims, name="claims"),
    path("claims/<str:reference>/declare/", views.declare, name="declare"),
    path("claims/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
]
