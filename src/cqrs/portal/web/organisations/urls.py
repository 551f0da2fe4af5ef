"""Addresses of organisations, imports and clusters."""

from django.urls import path

from cqrs.portal.web.organisations import clusters, importing, listing, views

app_name = "organisations"
urlpatterns = [
    path("organisations/", views.organisations, name="list"),
    path("organisations/import/", importing.send, name="import"),
    path("organisations/import/<int:upload_id>/", importing.check, name="import-check"),
    path("organisations/lists/", listing.send, name="lists"),
    path("organisations/lists/<int:upload_id>/", listing.check, name="lists-check"),
    path("organisations/clusters/", clusters.all_clusters, name="clusters"),
    path("organisations/clusters/make/", clusters.make, name="cluster-make"),
    path("organisations/clusters/<int:cluster_id>/", clusters.one, name="cluster"),
    path("organisations/clusters/<int:cluster_id>/add/", clusters.add, name="cluster-add"),
    path(
        "organisations/clusters/<int:cluster_id>/take-out/<int:provider_id>/",
        clusters.take_out,
        name="cluster-take-out",
    ),
    path("organisations/<int:organisation_id>/", views.organisation, name="organisation"),
    path("organisations/<int:organisation_id>/steps/", views.steps, name="steps"),
]
