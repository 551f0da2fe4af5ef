"""Addresses that both sides open: the claim, its achievement and the workings."""

from django.urls import path

from cqrs.portal.web.shared import views

app_name = "shared"

urlpatterns = [
    path("claims/<str:reference>/", views.claim_page, name="claim"),
    path("claims/<str:reference>/decide/", views.decide, name="decide"),
    path("claims/<str:reference>/achievement/", views.achievement_page, name="achievement"),
    path("claims/<str:reference>/achievement.csv", views.achievement_csv, name="achievement_csv"),
    path("claims/<str:reference>/explain/<str:indicator>/", views.explain_page, name="explain"),
    path(
        "claims/<str:reference>/explain/<str:indicator>/workings.csv",
        views.workings_csv,
        name="workings_csv",
    ),
]
